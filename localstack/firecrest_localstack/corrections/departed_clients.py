"""Gap of S3: an object is harmed by clients that go away in the middle, as those do that ask twice and take the first answer.

A PUT whose client goes away empties its object before it notices; the object's size stays, so that every later GET promises bytes that
never come. Here a body is read before the object is touched. And a GET that is not read to its end keeps its object locked: here a
reader takes a copy of the bytes while it holds the lock, and gives the lock back before the answer is sent. Objects of a test are small.
"""

from io import BytesIO
from threading import RLock
from typing import IO, Any

from localstack.services.s3.storage.ephemeral import EphemeralS3StoredObject


class Snapshot(BytesIO):
    """An object's bytes at one time, with what a reader asks of the file that they come from."""

    def __init__(self, content: bytes, internal_last_modified: int) -> None:
        super().__init__(content)
        self.internal_last_modified = internal_last_modified
        self.position_lock = RLock()


class NoLock:
    def release(self) -> None:
        """Nothing is held."""


def correct() -> None:
    correct_reads()
    correct_writes()


def correct_reads() -> None:
    initialize = EphemeralS3StoredObject.__init__

    def __init__(self: EphemeralS3StoredObject, *args: Any, **kwargs: Any) -> None:
        initialize(self, *args, **kwargs)
        if self._mode != "r":
            return
        file = self.file
        try:
            with file.position_lock:
                file.seek(0)
                self.file = Snapshot(file.read(), file.internal_last_modified)
        finally:
            self._lock.release()
            self._lock = NoLock()

    EphemeralS3StoredObject.__init__ = __init__


def correct_writes() -> None:
    write = EphemeralS3StoredObject.write

    def write_whole(self: EphemeralS3StoredObject, stream: IO[bytes] | None) -> int:
        return write(self, BytesIO(b"".join(iter(lambda: stream.read(1024 * 1024), b"")) if stream else b""))

    EphemeralS3StoredObject.write = write_whole
