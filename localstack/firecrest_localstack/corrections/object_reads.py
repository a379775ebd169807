"""Gap of S3: a GET whose client goes away keeps its object locked, so that the next PUT waits for ever, and all readers behind it.

Here a reader takes a copy of the bytes while it holds the lock, and gives the lock back before the answer is sent. Objects of a test are small.
"""

from io import BytesIO
from threading import RLock
from typing import Any

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
