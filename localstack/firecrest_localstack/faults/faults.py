"""Decides what goes wrong, and counts what happened. One instance serves the whole emulator."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from firecrest_localstack.faults.settings import Fault, parse_faults
from firecrest_localstack.functions.process import FunctionProcess

COUNTER_NAMES = {
    "kill": "kills",
    "duplicate": "duplicates",
    "s3": "slowDowns",
    "slow": "slowObjects",
    "torn": "tornObjects",
}


class Faults:
    """All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Any = {}
        self._faults: dict[str, Fault] = {}
        self._done: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._totals: Counter[str] = Counter()

    def replace(self, asked: Any) -> None:
        """What was asked for before ends. Raises ValueError and changes nothing where it is not understood."""
        faults = parse_faults(asked)
        with self._lock:
            self._asked, self._faults = asked, faults
            self._done.clear()

    @property
    def asked(self) -> Any:
        with self._lock:
            return self._asked

    def counters(self) -> dict[str, Any]:
        with self._lock:
            totals = {name: self._totals[kind] for kind, name in COUNTER_NAMES.items()}
            return {"requests": dict(sorted(self._requests.items())), **totals}

    def count_request(self, service: str, operation: str) -> None:
        with self._lock:
            self._requests[f"{service}.{operation}"] += 1

    def happens(self, kind: str, subject: str, operation: str = "") -> float | None:
        """Whether a fault of the kind happens to the subject now, and then its delay in seconds. It counts as done."""
        with self._lock:
            fault = self._faults.get(kind)
            if fault is None or fault.contains not in subject or (fault.operations and operation not in fault.operations):
                return None
            if fault.at_most is not None and self._done[kind] >= fault.at_most:
                return None
            if random.random() >= fault.share:
                return None
            self._done[kind] += 1
            self._totals[kind] += 1
            return random.uniform(*fault.between_ms) / 1000

    def take_back(self, kind: str) -> None:
        """For a fault that came too late to happen."""
        with self._lock:
            self._done[kind] -= 1
            self._totals[kind] -= 1

    @contextmanager
    def killing(self, function: str, process: FunctionProcess) -> Iterator[None]:
        """Around an invocation: ends its process in the midst, if that fault happens."""
        delay = self.happens("kill", function)
        if delay is None:
            yield
            return
        killing = _Kill(delay, process)
        try:
            yield
        finally:
            if killing.withdraw():
                self.take_back("kill")


class _Kill:
    """A kill that is due; either it happens or it is withdrawn."""

    def __init__(self, delay: float, process: FunctionProcess) -> None:
        self._lock = threading.Lock()
        self._process = process
        self._open = True
        self._timer = threading.Timer(delay, self._happen)
        self._timer.daemon = True
        self._timer.start()

    def _happen(self) -> None:
        with self._lock:
            if self._open:
                self._open = False
                self._process.kill()

    def withdraw(self) -> bool:
        """Whether it was in time."""
        self._timer.cancel()
        with self._lock:
            was_open, self._open = self._open, False
            return was_open


faults = Faults()
