/** Runs the `analyze` method of a table function, by PySpark's own module. In Python, for worker-script.ts. */
export const analyzeScript = `
def analyze(request):
    from pyspark.sql.worker import analyze_udtf

    in_files(request)
    with_modules(request)
    constants = [column for batch in batches_of(control_in) for column in batch.columns]
    # Before PySpark 4.2 the module reads what every worker reads first.
    whole = not hasattr(analyze_udtf, "_main")
    w = Ints()
    if whole:
        w.text(request["pythonVersion"])
        w.text(request["filesDir"] or os.path.dirname(sys.executable))
        w.int(0)
        w.bool(False)
        w.int(0)
    w.text(request["analyze"])
    w.bytes(base64.b64decode(request["command"]))
    w.int(len(request["args"]))
    for arg in request["args"]:
        w.text(arg["type"])
        w.bool(arg["constant"])
        if arg["constant"]:
            kind = _parse_datatype_json_string(arg["type"])
            value = constants.pop(0)[0].as_py()
            w.bytes(pickle.dumps(None if value is None else kind.toInternal((inbound(kind) or same)(value))))
        w.bool(arg["isTable"])
        w.bool("name" in arg)
        if "name" in arg:
            w.text(arg["name"])
    if whole:
        w.int(SpecialLengths.END_OF_STREAM)
    out = io.BytesIO()
    try:
        (analyze_udtf.main if whole else analyze_udtf._main)(io.BytesIO(w.out.getvalue()), out)
    except SystemExit:
        pass
    except BaseException:
        send_json(b"E", {"kind": "raised", "message": traceback.format_exc()})
        return False
    out.seek(0)

    def number():
        return struct.unpack("!i", out.read(4))[0]

    def text():
        return out.read(number()).decode("utf-8", "replace")

    length = number()
    if length == SpecialLengths.PYTHON_EXCEPTION_THROWN:
        send_json(b"E", {"kind": "raised", "message": text()})
        return False
    schema = out.read(length).decode()
    pickled = base64.b64encode(out.read(number())).decode()
    single = number() == 1
    partition = [text() for _ in range(number())]
    order = [{"text": text(), "ascending": number() == 1, "nulls": number()} for _ in range(number())]
    select = [{"text": text(), "alias": text()} for _ in range(number())]
    found = {"schema": schema, "pickled": pickled, "single": single, "partitionBy": partition, "orderBy": order, "select": select}
    send_json(b"D", {"reusable": True, "analysis": found})
    return True
`;
