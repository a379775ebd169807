"""Gap of S3: DeleteObject refuses If-Match, which AWS knows in all buckets.

Here an object is deleted only where its ETag is the one that is given.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
"""

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.s3 import DeleteObjectOutput, NoSuchKey, PreconditionFailed
from localstack.services.s3.models import S3DeleteMarker
from localstack.services.s3.provider import S3Provider


def correct() -> None:
    delete = S3Provider.delete_object

    def delete_object(self: S3Provider, context: RequestContext, bucket: str, key: str, **request: Any) -> DeleteObjectOutput:
        tag = request.pop("if_match", None)
        if tag is not None:
            _, s3_bucket = self._get_cross_account_bucket(context, bucket)
            found = s3_bucket.objects.get(key)
            if found is None or isinstance(found, S3DeleteMarker):
                raise NoSuchKey("The specified key does not exist.", Key=key)
            if tag.strip('"') != found.etag:
                raise PreconditionFailed("At least one of the pre-conditions you specified did not hold", Condition="If-Match")
        return delete(self, context, bucket, key, **request)

    S3Provider.delete_object = delete_object
