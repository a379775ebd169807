/** What PySpark's worker reads before its rows, by its version, and streams of them. In Python, for worker-script.ts. */
export const protocolScript = `
class Ints:
    """Spark's messages: big-endian numbers and texts with their length."""

    def __init__(self):
        self.out = io.BytesIO()

    def int(self, value):
        self.out.write(struct.pack("!i", value))

    def long(self, value):
        self.out.write(struct.pack("!q", value))

    def bool(self, value):
        self.out.write(struct.pack("!?", value))

    def bytes(self, value):
        self.int(len(value))
        self.out.write(value)

    def text(self, value):
        self.bytes(value.encode())

    def texts(self, pairs):
        self.int(len(pairs))
        for key, value in pairs.items():
            self.text(key)
            self.text(value)


def beginning(request):
    """What a worker reads before its rows. Sources: PythonRunner, PythonUDFRunner, ArrowPythonRunner and worker.py of each version."""
    w = Ints()
    eval_type = request["evalType"]
    w.int(request["partition"])
    w.text(request["pythonVersion"])
    task = {
        "isBarrier": False,
        "connInfo": None,
        "secret": None,
        "stageId": request["stage"],
        "partitionId": request["partition"],
        "attemptNumber": request["attempt"],
        "taskAttemptId": request["attempt"],
        "cpus": 1,
        "cpuAmount": "1",
        "resources": {},
        "localProperties": {},
    }
    if VERSION >= (4, 2):
        w.text(json.dumps(task))
    else:
        w.bool(False)
        if VERSION < (4, 1):
            w.int(0)
            w.text("")
        w.int(task["stageId"])
        w.int(task["partitionId"])
        w.int(task["attemptNumber"])
        w.long(task["taskAttemptId"])
        w.int(1)
        w.int(0)
        w.int(0)
    w.text(request["filesDir"] or os.path.dirname(sys.executable))
    w.int(len(request["includes"]))
    for include in request["includes"]:
        w.text(include)
    w.bool(False)
    w.int(0)
    w.int(eval_type)
    conf = request["conf"]
    extra = {}
    if eval_type in TABLES or eval_type in eval_types("ARROW_BATCHED"):
        extra["input_type"] = request["inputs"][0]
    table = request.get("table")
    if eval_type == getattr(E, "SQL_ARROW_UDTF", None):
        extra["table_arg_offsets"] = ",".join(str(i) for i in table["tableArguments"])
    if VERSION >= (4, 2):
        w.texts(conf)
        w.texts(extra)
    elif eval_type not in PICKLED and eval_type != E.SQL_TABLE_UDF:
        w.texts(conf)
        if VERSION >= (4, 1):
            if eval_type in eval_types("ARROW_BATCHED") or eval_type == E.SQL_ARROW_TABLE_UDF:
                w.text(request["inputs"][0])
            elif "table_arg_offsets" in extra:
                w.int(len(table["tableArguments"]))
                for offset in table["tableArguments"]:
                    w.int(offset)
    named = VERSION >= (4, 2) or eval_type not in MAPS | GROUPED_MAPS | COGROUPED_MAPS

    def arguments(args):
        w.int(len(args))
        for arg in args:
            w.int(arg["offset"])
            if named:
                w.bool("name" in arg)
                if "name" in arg:
                    w.text(arg["name"])

    if table:
        arguments(request["functions"][0]["args"])
        w.int(len(table["partitionIndexes"]))
        for index in table["partitionIndexes"]:
            w.int(index)
        w.bool("analyzed" in table)
        if "analyzed" in table:
            w.bytes(base64.b64decode(table["analyzed"]))
        w.bytes(base64.b64decode(request["functions"][0]["commands"][0]))
        w.text(request["output"])
        w.text(table["name"])
    else:
        if VERSION < (4, 2):
            w.bool(False)
        w.int(len(request["functions"]))
        for function in request["functions"]:
            arguments(function["args"])
            w.int(len(function["commands"]))
            for command in function["commands"]:
                w.bytes(base64.b64decode(command))
            if VERSION >= (4, 2):
                w.long(0)
    content = w.out.getvalue()
    if VERSION < (4, 3):
        return content
    return struct.pack("!ii", SpecialLengths.START_OF_INIT_MESSAGE, len(content)) + content


class Chunks(io.RawIOBase):
    """A stream of what a generator of bytes gives."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.rest = memoryview(b"")

    def readable(self):
        return True

    def readinto(self, target):
        while len(self.rest) == 0:
            found = next(self.chunks, None)
            if found is None:
                return 0
            self.rest = memoryview(found)
        length = min(len(target), len(self.rest))
        target[:length] = self.rest[:length]
        self.rest = self.rest[length:]
        return length


class Written(io.RawIOBase):
    """Collects what an Arrow writer writes."""

    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)

    def take(self):
        parts, self.parts = self.parts, []
        return b"".join(parts)


def arrow_stream(batches, schema):
    """Batches as one Arrow stream, as they come."""
    written = Written()
    writer = pa.ipc.new_stream(pa.PythonFile(written, "w"), schema)
    for batch in batches:
        writer.write_batch(batch)
        yield written.take()
    writer.close()
    yield written.take()


def groups_of(batches):
    """Runs of equal numbers in the first column: (number, batches of the other columns)."""
    number, parts = None, []
    for batch in batches:
        numbers = batch.column(0).to_numpy()
        rest = batch.select(list(range(1, batch.num_columns)))
        edges = [0, *(1 + (numbers[1:] != numbers[:-1]).nonzero()[0]).tolist(), batch.num_rows]
        for start, end in zip(edges, edges[1:]):
            if numbers[start] != number and parts:
                yield number, parts
                parts = []
            number = numbers[start]
            parts.append(rest.slice(start, end - start))
    if parts:
        yield number, parts


def paired(left, right):
    """Groups of two inputs by number; a side without the group gives no batches."""
    left, right = iter(left), iter(right)
    l, r = next(left, None), next(right, None)
    while l is not None or r is not None:
        if r is None or (l is not None and l[0] < r[0]):
            yield l[1], []
            l = next(left, None)
        elif l is None or r[0] < l[0]:
            yield [], r[1]
            r = next(right, None)
        else:
            yield l[1], r[1]
            l, r = next(left, None), next(right, None)
`;
