import { analyzeScript } from "./analyze-script.ts";
import { dataSourceScript } from "./data-source-script.ts";
import { protocolScript } from "./protocol-script.ts";
import { taskScript } from "./task-script.ts";
import { valuesScript } from "./values-script.ts";

/**
 * What a task's Python process runs: PySpark's own `pyspark.worker.main`, between this module's frames. It knows what differs between
 * PySpark 4.0 and 4.3 in how a worker is told of its task, makes of Arrow batches what Spark sends (groups, structs, pickled rows), and of
 * what the worker answers Arrow batches again. The functions that the user pickled are unpickled nowhere else.
 *
 * To the process: frames of `length, bytes`. First a request (JSON), then Arrow IPC streams, then an empty frame; streams of a second
 * input come the same way on descriptor 3. From it: `type, length, bytes`: H once at its beginning, A (an Arrow IPC stream), then D or E.
 */
export const workerScript = `
import base64, datetime, decimal, io, itertools, json, os, pickle, socket, struct, sys, threading, traceback

control_in = os.fdopen(os.dup(0), "rb", 1 << 20)
control_out = os.fdopen(os.dup(1), "wb", 1 << 20)
second_in = os.fdopen(3, "rb", 1 << 20)
# What functions print goes where errors go: the channel is ours.
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)
# Modules are the installed ones and the client's: not those that happen to be where the server was started.
sys.path = [folder for folder in sys.path if folder not in ("", os.getcwd())]
try:
    # Ends with the task's process, however that ends: PR_SET_PDEATHSIG.
    import ctypes

    ctypes.CDLL(None).prctl(1, 9)
except (ImportError, OSError, AttributeError):
    pass


def send(kind, payload):
    control_out.write(kind + struct.pack("!I", len(payload)))
    control_out.write(payload)
    control_out.flush()


def send_json(kind, value):
    send(kind, json.dumps(value).encode())


try:
    import pyarrow as pa
    import pyspark
    import pyspark.worker as spark_worker
    from pyspark.serializers import SpecialLengths
    from pyspark.sql.types import Row, _create_row, _parse_datatype_json_string
    import pyspark.sql.types as T
    from pyspark.util import PythonEvalType as E
except Exception as error:
    send_json(b"E", {"kind": "missing", "message": "%s: %s" % (type(error).__name__, error)})
    sys.exit(0)

VERSION = tuple(int(part) for part in pyspark.__version__.split(".")[:2])
send_json(b"H", {"pyspark": pyspark.__version__, "python": "%d.%d" % sys.version_info[:2]})


def eval_types(*names):
    return {getattr(E, "SQL_" + name + "_UDF") for name in names if hasattr(E, "SQL_" + name + "_UDF")}


PICKLED = eval_types("BATCHED")
TABLES = {getattr(E, name) for name in ("SQL_TABLE_UDF", "SQL_ARROW_TABLE_UDF", "SQL_ARROW_UDTF") if hasattr(E, name)}
MAPS = eval_types("MAP_PANDAS_ITER", "MAP_ARROW_ITER")
GROUPED_MAPS = eval_types("GROUPED_MAP_PANDAS", "GROUPED_MAP_ARROW", "GROUPED_MAP_PANDAS_ITER", "GROUPED_MAP_ARROW_ITER")
# Their rows come as one column of structs.
WRAPPED_GROUPS = eval_types("GROUPED_MAP_ARROW", "GROUPED_MAP_ARROW_ITER")
COGROUPED_MAPS = eval_types("COGROUPED_MAP_PANDAS", "COGROUPED_MAP_ARROW")
AGGREGATES = eval_types("GROUPED_AGG_PANDAS", "GROUPED_AGG_ARROW", "GROUPED_AGG_PANDAS_ITER", "GROUPED_AGG_ARROW_ITER")
WINDOWS = eval_types("WINDOW_AGG_PANDAS", "WINDOW_AGG_ARROW")


def frames(source):
    while True:
        (length,) = struct.unpack("!I", source.read(4))
        if length == 0:
            return
        yield source.read(length)


def batches_of(source):
    for frame in frames(source):
        with pa.ipc.open_stream(pa.py_buffer(frame)) as reader:
            yield from reader


def sliced(batches, rows):
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


class Failed(Exception):
    pass


${protocolScript}

${valuesScript}

${taskScript}

${analyzeScript}

${dataSourceScript}

def in_files(request):
    """Files and archives of the client's are where its functions run, as with Spark."""
    if request["filesDir"]:
        os.chdir(request["filesDir"])


def with_modules(request):
    """Finds the client's modules, for what runs outside of a task: PySpark's worker does so itself."""
    for folder in [request["filesDir"], *request["includes"]]:
        if folder and folder not in sys.path:
            sys.path.insert(1, folder)


def run(request):
    in_files(request)
    task = Task(request)
    if not task.has_work():
        send_json(b"D", {"reusable": True})
        return True
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    outcome = {}

    def read():
        source = ours.makefile("rb", 1 << 20)
        try:
            outcome["ended"] = task.output(source)
        except BaseException as error:
            outcome["error"] = str(error) if isinstance(error, Failed) else traceback.format_exc()
        finally:
            source.close()
            ours.close()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    outfile = theirs.makefile("wb", 1 << 16)
    reusable = True
    feed = io.BufferedReader(Chunks(task.input()), 1 << 20)
    try:
        spark_worker.main(feed, outfile)
    except BaseException as error:
        reusable = False
        if not isinstance(error, SystemExit):
            outcome.setdefault("error", traceback.format_exc())
    finally:
        try:
            outfile.flush()
            outfile.close()
        except OSError:
            reusable = False
        theirs.close()
    reader.join()
    if "error" in outcome:
        send_json(b"E", {"kind": "raised", "message": outcome["error"]})
        return False
    if not outcome.get("ended"):
        send_json(b"E", {"kind": "raised", "message": "The Python worker ended before its work did."})
        return False
    send_json(b"D", {"reusable": reusable})
    return reusable


while True:
    head = control_in.read(4)
    if len(head) < 4:
        break
    (length,) = struct.unpack("!I", head)
    request = json.loads(control_in.read(length))
    do = analyze if "analyze" in request else source if "ask" in request else run
    if not do(request):
        break
sys.stderr.flush()
os._exit(0)
`;
