/** One task between our frames and PySpark's worker. In Python, for worker-script.ts. */
export const taskScript = `
class Task:
    def __init__(self, request):
        self.request = request
        self.eval_type = request["evalType"]
        self.schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(request["arrow"])))
        self.schemas = [pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text))) for text in request["arrowInputs"]]
        self.keys = []
        self.rows = 0
        self.source = batches_of(control_in)
        self.most = int(request["conf"].get("spark.sql.execution.arrow.maxRecordsPerBatch", "10000"))
        if self.most <= 0:
            self.most = 1 << 30

    # --- to the worker -------------------------------------------------------------------------------------------------------

    def has_work(self):
        """A table that is partitioned has no partition where it has no rows."""
        if self.eval_type not in TABLES or not self.request["keys"]:
            return True
        first = next(self.source, None)
        if first is None:
            return False
        self.source = itertools.chain([first], self.source)
        return True

    def input(self):
        yield beginning(self.request)
        if self.eval_type in PICKLED or self.eval_type == E.SQL_TABLE_UDF:
            yield from self.pickled()
            yield struct.pack("!i", SpecialLengths.END_OF_DATA_SECTION)
        elif self.eval_type in COGROUPED_MAPS:
            for left, right in paired(groups_of(self.source), groups_of(batches_of(second_in))):
                yield struct.pack("!i", 2)
                yield from self.stream(left, 0)
                yield from self.stream(right, 1)
            yield struct.pack("!i", 0)
        elif self.eval_type in GROUPED_MAPS | AGGREGATES | WINDOWS:
            if VERSION >= (4, 1):
                for parts in self.groups():
                    yield struct.pack("!i", 1)
                    yield from self.stream(parts, 0)
                yield struct.pack("!i", 0)
            else:
                # Each group is a batch of one stream.
                whole = (self.shaped_input(pa.Table.from_batches(parts).combine_chunks().to_batches() or parts, 0)[0] for parts in self.groups())
                yield from arrow_stream(whole, self.input_schema(0))
        elif self.eval_type in MAPS:
            wrapped = pa.schema([pa.field("_0", pa.struct(list(self.schemas[0])))])
            batches = sliced(self.source, self.most)
            wrap = lambda batch: pa.RecordBatch.from_arrays([as_struct(batch, wrapped.field(0).type)], schema=wrapped)
            yield from arrow_stream(map(wrap, batches), wrapped)
        else:
            yield from arrow_stream(self.counted(sliced(self.source, self.most)), self.schemas[0])
        yield struct.pack("!i", SpecialLengths.END_OF_STREAM)

    def groups(self):
        for _, parts in groups_of(self.source):
            if self.request["keys"] and self.eval_type in AGGREGATES:
                self.keys.append(parts[0].select(list(range(self.request["keys"]))).slice(0, 1))
            yield parts

    def counted(self, batches):
        for batch in batches:
            self.rows += batch.num_rows
            yield renamed(batch, self.schemas[0])

    def input_schema(self, side):
        schema = self.schemas[side]
        return pa.schema([pa.field("_0", pa.struct(list(schema)))]) if self.eval_type in WRAPPED_GROUPS else schema

    def shaped_input(self, parts, side):
        parts = [renamed(part, self.schemas[side]) for part in parts]
        schema = self.input_schema(side)
        if self.eval_type not in WRAPPED_GROUPS:
            return parts
        return [pa.RecordBatch.from_arrays([as_struct(part, schema.field(0).type)], schema=schema) for part in parts]

    def stream(self, parts, side):
        parts = self.shaped_input(parts, side)
        schema = self.input_schema(side)
        batches = sliced(parts, self.most) if parts and parts[0].num_rows else parts
        return arrow_stream(batches or [pa.RecordBatch.from_pylist([], schema=schema)], schema)

    def pickled(self):
        types = _parse_datatype_json_string(self.request["inputs"][0]).fields
        converters = [inbound(field.dataType) for field in types]
        most = 100
        for batch in self.source:
            self.rows += batch.num_rows
            columns = []
            for column, convert in zip(batch.columns, converters):
                values = column.to_pylist()
                columns.append(values if convert is None else [None if v is None else convert(v) for v in values])
            rows = list(zip(*columns)) if columns else [()] * batch.num_rows
            for start in range(0, len(rows), most):
                data = pickle.dumps(rows[start : start + most], protocol=4)
                yield struct.pack("!i", len(data)) + data

    # --- from the worker -----------------------------------------------------------------------------------------------------

    def output(self, source):
        """Reads all that the worker says. True where its end was an orderly one."""
        ended = False
        made = self.made()
        next(made)
        while True:
            head = source.read(4)
            if len(head) < 4:
                return ended
            (length,) = struct.unpack("!i", head)
            if length == SpecialLengths.START_ARROW_STREAM:
                with pa.ipc.open_stream(source) as reader:
                    for batch in reader:
                        made.send(batch)
            elif length >= 0 and not ended:
                made.send(source.read(length))
            elif length == SpecialLengths.PYTHON_EXCEPTION_THROWN:
                (size,) = struct.unpack("!i", source.read(4))
                raise Failed(source.read(size).decode("utf-8", "replace"))
            elif length == SpecialLengths.TIMING_DATA:
                source.read(8 * (6 if VERSION >= (4, 2) else 5))
            elif length == SpecialLengths.END_OF_DATA_SECTION and not ended:
                ended = True
                made.send(None)
                (count,) = struct.unpack("!i", source.read(4))
                for _ in range(count):
                    (size,) = struct.unpack("!i", source.read(4))
                    source.read(size)

    def made(self):
        """Sends batches of the task's schema, for what it is given: Arrow batches, pickles, and None at the end."""
        convert = self.table_rows() if self.eval_type in TABLES else None
        waiting, rows = [], 0
        types = _parse_datatype_json_string(self.request["output"]).fields
        coerce = [outbound(field.dataType) for field in types]
        done = 0
        while True:
            given = yield
            if given is not None:
                if convert is not None:
                    batch = convert(given)
                elif self.eval_type in PICKLED:
                    results = pickle.loads(given)
                    columns = [results] if len(coerce) == 1 else list(zip(*results)) if results else [[] for _ in coerce]
                    arrays = [[None if v is None else c(v) for v in column] for column, c in zip(columns, coerce)]
                    batch = pa.RecordBatch.from_arrays(
                        [pa.array(a, type=f.type) for a, f in zip(arrays, self.schema)], schema=self.schema
                    )
                elif self.eval_type in AGGREGATES:
                    keys = self.keys[:1]
                    del self.keys[: len(keys)]
                    columns = [c for key in keys for c in key.columns]
                    batch = self.shaped(columns + list(given.columns))
                elif self.eval_type in MAPS | GROUPED_MAPS | COGROUPED_MAPS:
                    batch = self.shaped(given.column(0).flatten() if given.num_columns else [], given.num_rows)
                else:
                    batch = self.shaped(given.columns)
                if batch.num_rows > 0:
                    waiting.append(batch)
                    rows += batch.num_rows
                    done += batch.num_rows
            if waiting and (given is None or rows >= 65536 or sum(b.nbytes for b in waiting[-8:]) > 1 << 20):
                table = pa.Table.from_batches(waiting, schema=self.schema).combine_chunks()
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, self.schema) as writer:
                    writer.write_table(table)
                send(b"A", sink.getvalue())
                waiting, rows = [], 0
            if given is None and self.request.get("zip") and done != self.rows:
                raise Failed("The function gave %d values for %d rows." % (done, self.rows))

    def shaped(self, columns, rows=0):
        if len(columns) != len(self.schema):
            raise Failed("The function gave %d columns instead of %d." % (len(columns), len(self.schema)))
        return pa.RecordBatch.from_arrays(
            [column if column.type == field.type else column.cast(field.type) for column, field in zip(columns, self.schema)],
            schema=self.schema,
        )

    def table_rows(self):
        """Rows of a table function, after the number of the input row that they belong to; rows of terminate() to the last one."""
        state = {"row": -1}
        fields = list(self.schema)[1:]
        coerce = outbound(_parse_datatype_json_string(self.request["output"]))
        def of(results, arrays):
            state["row"] += 1
            number = max(0, min(state["row"], self.rows - 1))
            count = len(arrays[0]) if arrays else results
            return pa.RecordBatch.from_arrays([pa.array([number] * count, pa.int64())] + arrays, schema=self.schema)
        def pickled(given):
            made = []
            for results in pickle.loads(given):
                rows = [None if row is None else coerce(row) for row in results]
                columns = [[None if row is None else row[field.name] for row in rows] for field in fields]
                made.append(of(len(rows), [pa.array(c, type=f.type) for c, f in zip(columns, fields)]))
            return pa.Table.from_batches(made, schema=self.schema).combine_chunks().to_batches()[0] if any(b.num_rows for b in made) else made[0]
        def arrow(given):
            columns = given.column(0).flatten() if given.num_columns else []
            return of(given.num_rows, [c if c.type == f.type else c.cast(f.type) for c, f in zip(columns, fields)])
        return pickled if self.eval_type == E.SQL_TABLE_UDF else arrow


def as_struct(batch, kind):
    if batch.num_columns == 0:
        return pa.array([{}] * batch.num_rows, kind)
    return pa.StructArray.from_arrays(batch.columns, fields=list(kind))


def renamed(batch, schema):
    """The columns under the names that functions know them by."""
    return pa.RecordBatch.from_arrays(batch.columns, schema=schema) if batch.num_columns else batch
`;
