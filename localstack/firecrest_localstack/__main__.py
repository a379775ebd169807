"""Runs one LocalStack until it gets SIGTERM: `python -m firecrest_localstack --port N --folder DIR --node PATH`."""

import fcntl
import json
import os
import shutil
import signal
import sys
import threading
import time
import traceback

from firecrest_localstack.settings import Settings, parse_settings, use

FOLDER_TAKEN = os.EX_TEMPFAIL


def main() -> None:
    settings = parse_settings(sys.argv[1:])
    settings.folder.mkdir(parents=True, exist_ok=True)
    # Held as long as this process lives, so that two starts at once do not share a folder.
    lock = os.open(settings.folder / "lock", os.O_CREAT | os.O_WRONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"another LocalStack runs with the folder {settings.folder}", file=sys.stderr)
        sys.exit(FOLDER_TAKEN)
    os.ftruncate(sys.stdout.fileno(), 0)
    if shutil.which(settings.node) is None:
        sys.exit(f"there is no Node to run functions at {settings.node}: npm ci installs the project's, --node names another")
    # Until LocalStack has its own way to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if settings.owner is not None:
        background(end_with, settings.owner)
    code = run(settings)
    if settings.owner is not None and code == 0:
        shutil.rmtree(settings.folder, ignore_errors=True)
    # LocalStack leaves threads behind that would keep the process for long.
    os._exit(code)


def run(settings: Settings) -> int:
    """Runs LocalStack with what is corrected here until it ends. Gives its exit code."""
    from firecrest_localstack.functions.process import kill_all

    try:
        use(settings)
        from localstack.runtime.main import main as run_localstack

        from firecrest_localstack import corrections

        corrections.apply()
        background(announce, settings)
        run_localstack()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        kill_all()
    return 0


def announce(settings: Settings) -> None:
    """Writes `localstack.json`, by which others find this instance, once it serves."""
    from localstack.runtime.events import infra_ready

    infra_ready.wait()
    endpoint = f"http://127.0.0.1:{settings.port}"
    instance = {"pid": os.getpid(), "port": settings.port, "endpoint": endpoint, "folder": str(settings.folder)}
    part = settings.folder / "localstack.json.part"
    part.write_text(json.dumps(instance) + "\n")
    part.rename(settings.folder / "localstack.json")


def end_with(owner: int) -> None:
    """Ends this process in good order once the owner is gone."""
    while is_alive(owner):
        time.sleep(1)
    print(f"ending: the process {owner}, which this belongs to, has ended", file=sys.stderr)
    os.kill(os.getpid(), signal.SIGTERM)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def background(target, *arguments) -> None:
    threading.Thread(target=target, args=arguments, daemon=True).start()


if __name__ == "__main__":
    main()
