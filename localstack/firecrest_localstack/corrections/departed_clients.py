"""Gap of S3: a PUT whose client goes away empties its object before it notices. The object's size stays, so that every later GET promises
bytes that never come. Clients that ask twice and take the first answer go away often.

Here a body is read whole before the object is touched. Objects of a test are small.
"""

from io import BytesIO
from typing import IO

from localstack.services.s3.storage.ephemeral import EphemeralS3StoredObject

CHUNK_BYTES = 1024 * 1024


def correct() -> None:
    write = EphemeralS3StoredObject.write

    def write_whole(self: EphemeralS3StoredObject, stream: IO[bytes] | None) -> int:
        body = BytesIO()
        while stream and (chunk := stream.read(CHUNK_BYTES)):
            body.write(chunk)
        body.seek(0)
        return write(self, body)

    EphemeralS3StoredObject.write = write_whole
