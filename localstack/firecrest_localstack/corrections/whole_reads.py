"""Gap of S3: a GET of a range that races with a PUT takes the range from the old object's size and the bytes from the new object, so that
it ends in the middle. AWS answers with one of the two.

Here such a read is made again.
"""

import functools
from typing import Any

from localstack.aws.api import RequestContext
from localstack.services.s3.provider import S3Provider

TRIES = 20


def correct() -> None:
    get = S3Provider.get_object

    @functools.wraps(get)
    def get_object(self: S3Provider, context: RequestContext, request: dict) -> Any:
        def current() -> Any:
            _, bucket = self._get_cross_account_bucket(context, request["Bucket"])
            return bucket.objects.get(request["Key"])

        for _ in range(TRIES):
            before = current()
            response = get(self, context, request)
            # The answer's body holds the object's lock: nobody can replace it any more.
            if current() is before:
                break
            response["Body"].close()
        return response

    S3Provider.get_object = get_object
