"""A Node process that runs a function, and what travels between it and the emulator.

Both sides write lines of JSON into one socket pair. The process says `{"ready": true}` or `{"initError": ...}` first. It gets
`{"id", "event", "arn", "deadline", "trace"}` and answers `{"id", "result"}` or `{"id", "error"}`. What it prints is its log.
"""

import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

RUNTIME = Path(__file__).parent.parent / "runtime" / "main.mjs"
LOG_LINES = 20_000
"""More lines than these are forgotten, the oldest first."""
LOG_GRACE_SECONDS = 1.0
WATCH_SECONDS = 0.1

running: set["FunctionProcess"] = set()
"""What must not outlive the emulator."""


@dataclass(frozen=True)
class Exit:
    """The process has ended without an answer: why, in Lambda's words."""

    error_type: str
    reason: str


@dataclass(frozen=True)
class Limits:
    heap_mib: int
    memory_kib: int | None
    """Resident memory of the process and its children beyond which they are ended; None for no limit."""


class FunctionProcess:
    """Starts with its construction and lives until `kill`, its own end, or the emulator's."""

    def __init__(self, node: str, folder: Path, env: dict[str, str], limits: Limits) -> None:
        self.messages: queue.Queue[dict | Exit] = queue.Queue()
        self._log: list[str] = []
        self._log_lock = threading.Lock()
        self._log_complete = threading.Event()
        self._log_of = ""
        self._out_of_memory = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [node, f"--max-old-space-size={limits.heap_mib}", str(RUNTIME), str(theirs.fileno())],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                # A group of its own, so that what the function starts ends with it.
                start_new_session=True,
            )
        running.add(self)
        printing = threading.Thread(target=self._read_log, daemon=True)
        printing.start()
        threading.Thread(target=self._read_messages, args=(printing,), daemon=True).start()
        if limits.memory_kib is not None:
            threading.Thread(target=self._watch_memory, args=(limits.memory_kib,), daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def peak_mib(self) -> int:
        """The most resident memory so far; 0 once the process is gone."""
        return memory_kib(self._process.pid, "VmHWM") // 1024

    def send(self, message: dict) -> None:
        """A process that is gone takes it silently: its Exit is among the messages."""
        with suppress(OSError):
            self._socket.sendall(json.dumps(message).encode() + b"\n")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def expect_log(self, request_id: str) -> None:
        """To be called before an invocation whose log `wait_for_log` shall wait for."""
        self._log_complete.clear()
        self._log_of = request_id

    def wait_for_log(self) -> None:
        self._log_complete.wait(LOG_GRACE_SECONDS)

    def log(self, text: str) -> None:
        with self._log_lock:
            self._log.append(text)
            del self._log[:-LOG_LINES]

    def take_log(self) -> str:
        with self._log_lock:
            text = "".join(self._log)
            self._log.clear()
        return text

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text, mark, request_id = line.decode("utf-8", "replace").partition("\0")
            if text:
                # A line that the function did not end is ended by the mark.
                self.log(text if text.endswith("\n") else text + "\n")
            if mark and request_id.strip() == self._log_of:
                self._log_complete.set()

    def _read_messages(self, printing: threading.Thread) -> None:
        with self._socket.makefile("rb") as lines:
            try:
                for line in lines:
                    self.messages.put(json.loads(line))
            except (OSError, ValueError):
                # A line cut off by the end of the process.
                pass
        code = self._process.wait()
        # What the function started may hold its output open.
        self.kill()
        printing.join(LOG_GRACE_SECONDS)
        self._log_complete.set()
        self._socket.close()
        running.discard(self)
        self.messages.put(exit_of(code, self._out_of_memory))

    def _watch_memory(self, limit_kib: int) -> None:
        while self.is_alive:
            if sum(memory_kib(pid, "VmRSS") for pid in with_descendants(self._process.pid)) > limit_kib:
                self._out_of_memory = True
                self.kill()
            time.sleep(WATCH_SECONDS)


def exit_of(code: int, out_of_memory: bool) -> Exit:
    if out_of_memory:
        return Exit("Runtime.OutOfMemory", "Runtime exited with error: signal: killed")
    if code < 0:
        # As Go prints signals, which Lambda's own supervisor is written in.
        names = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
        return Exit("Runtime.ExitError", f"Runtime exited with error: signal: {names.get(-code, -code)}")
    if code > 0:
        return Exit("Runtime.ExitError", f"Runtime exited with error: exit status {code}")
    return Exit("Runtime.ExitError", "Runtime exited without providing a reason")


def memory_kib(pid: int, key: str) -> int:
    try:
        with open(f"/proc/{pid}/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(key))
    except (OSError, StopIteration):
        return 0


def with_descendants(pid: int) -> list[int]:
    """A process and all that it started: a function's memory is that of its sandbox."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found.extend(int(child) for child in children.read_text().split())
    return found


def kill_all() -> None:
    for process in list(running):
        process.kill()
