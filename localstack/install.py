"""Makes the Python environment that LocalStack runs in: `install.py VENV`. Does nothing where it is up to date.

Runs on the interpreter that the environment is made of, with the standard library alone.
"""

import fcntl
import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def main(folder: Path) -> None:
    """Installs into `folder`. Several at once wait for the first one, and then find its work done."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / f".{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
        stamp = folder / "firecrest-requirements"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        started = time.monotonic()
        print("localstack: installing (half a minute on a free machine)", file=sys.stderr, flush=True)
        install_into(folder)
        stamp.write_text(wanted)
        print(f"localstack: installed in {time.monotonic() - started:.0f} s", file=sys.stderr)


def install_into(folder: Path) -> None:
    """Makes the environment anew. What an interrupted installation left is replaced."""
    venv.create(folder, with_pip=True, clear=True)
    # What is imported is compiled at the first start; that is a fraction of what is installed.
    pip(folder, "--no-deps", "--only-binary", ":all:", "--no-compile", "-r", str(REQUIREMENTS))


def pip(folder: Path, *arguments: str) -> None:
    command = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    if subprocess.run([*command, *arguments], stdin=subprocess.DEVNULL).returncode:
        sys.exit("localstack: pip failed. A package index that cannot be reached is the usual cause: see pip config list")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
