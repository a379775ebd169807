/** Asks a data source of a client's what Spark's planner asks, by PySpark's own modules. In Python, for worker-script.ts. */
export const dataSourceScript = `
class Refused(Exception):
    """What the user's code raised, while it did what \`action\` says."""

    def __init__(self, action, kind, message):
        super().__init__(message)
        self.said = {"action": action, "kind": kind, "message": message}


PARTS = ("generate", "read partitions")


class Answer(io.BytesIO):
    def number(self):
        return struct.unpack("!i", self.read(4))[0]

    def check(self, action, kind):
        """What PySpark before 4.2 says of an exception stands in the place of a length."""
        at = self.tell()
        if self.read(4) == struct.pack("!i", SpecialLengths.PYTHON_EXCEPTION_THROWN):
            raise Refused(action, kind, self.bytes().decode("utf-8", "replace"))
        self.seek(at)

    def bytes(self):
        return self.read(self.number())


def asked(request, name, tell, action, kind):
    """Runs a module's main function on what \`tell\` writes."""
    import importlib, inspect

    module = importlib.import_module("pyspark.sql.worker." + name)
    # Before PySpark 4.2 the module reads what every worker reads first. What it reads after that grew from version to version.
    whole = not hasattr(module, "_main")
    text = inspect.getsource(module)
    w = Ints()
    if whole:
        w.text(request["pythonVersion"])
        w.text(request["filesDir"] or os.path.dirname(sys.executable))
        w.int(0)
        w.bool(False)
        w.int(0)
    tell(w, lambda what: what + " = read_bool(infile)" in text)
    if whole:
        w.int(SpecialLengths.END_OF_STREAM)
    out = Answer()
    try:
        (module.main if whole else module._main)(io.BytesIO(w.out.getvalue()), out)
    except SystemExit as ended:
        if not whole:
            raise Refused(action, kind, "SystemExit: %s" % ended)
    except BaseException as error:
        told = "".join(traceback.format_exception(type(error), error, error.__traceback__.tb_next))
        # What came after the function concerns the parts that it reads.
        raise Refused(*((action, kind) if out.tell() == 0 else PARTS), told)
    out.seek(0)
    out.check(action, kind)
    return out


def of_parts(read, partitions):
    """Reads the parts of the numbers that come."""

    def read_parts(batches):
        import pyarrow as pa

        for batch in batches:
            for number in batch.column(0).to_pylist():
                part = pa.RecordBatch.from_arrays([pa.array([partitions[number]], pa.binary())], ["partition"])
                yield from read(iter([part]))

    return read_parts


def told_options(w, options):
    w.int(len(options))
    for key, value in options.items():
        w.text(key)
        w.text(value)


def source_read(request):
    from pyspark.serializers import CloudPickleSerializer

    def creation(w, has):
        w.bytes(base64.b64decode(request["source"]))
        w.text(request["provider"])
        w.bool("schema" in request)
        if "schema" in request:
            w.text(request["schema"])
        told_options(w, request["options"])

    out = asked(request, "create_data_source", creation, "create", "instance")
    made, ddl, schema = out.bytes(), out.number() == 1, out.bytes().decode()
    if ddl:
        send_json(b"Q", {"schema": schema})
        (length,) = struct.unpack("!I", control_in.read(4))
        json_schema = control_in.read(length).decode()
    else:
        json_schema = schema

    def plan(w, has):
        w.bytes(made)
        w.text('{"type":"struct","fields":[{"name":"partition","type":"binary","nullable":true,"metadata":{}}]}')
        w.text(json_schema)
        w.int(request["batchRows"])
        if has("enable_pushdown"):
            w.bool(False)
        if has("is_streaming"):
            w.bool(False)
        if has("binary_as_bytes"):
            w.bool(request["binaryAsBytes"])

    out = asked(request, "plan_data_source_read", plan, "initialize", "reader")
    read, returned = CloudPickleSerializer().loads(out.bytes())
    out.check(*PARTS)
    partitions = [out.bytes() for _ in range(out.number())]
    command = CloudPickleSerializer().dumps((of_parts(read, partitions), returned))
    return {"schema": json_schema, "command": base64.b64encode(command).decode(), "partitions": len(partitions)}


def source_write(request):
    def tell(w, has):
        w.bytes(base64.b64decode(request["source"]))
        w.text(request["provider"])
        w.text(request["schema"])
        w.text('{"type":"struct","fields":[{"name":"message","type":"binary","nullable":true,"metadata":{}}]}')
        told_options(w, request["options"])
        w.bool(request["overwrite"])
        if has("is_streaming"):
            w.bool(False)
        if has("binary_as_bytes"):
            w.bool(request["binaryAsBytes"])

    out = asked(request, "write_into_data_source", tell, "initialize", "writer")
    return {"command": base64.b64encode(out.bytes()).decode(), "writer": base64.b64encode(out.bytes()).decode()}


def source_commit(request):
    def tell(w, has):
        w.bytes(base64.b64decode(request["writer"]))
        w.int(len(request["messages"]))
        for message in request["messages"]:
            if message is None:
                w.int(SpecialLengths.NULL)
            else:
                w.bytes(base64.b64decode(message))
        w.bool(request["ask"] == "abort")

    asked(request, "commit_data_source_write", tell, "commit or abort", "write")
    return {}


def source(request):
    in_files(request)
    with_modules(request)
    try:
        answer = {"read": source_read, "write": source_write}.get(request["ask"], source_commit)(request)
    except Refused as refused:
        send_json(b"E", refused.said)
        return False
    send_json(b"D", {"reusable": True, "answer": answer})
    return True
`;
