"""Faults of S3: 503 SlowDown instead of an answer, and bodies that come late or not whole. Requests are counted here too."""

import time
from collections.abc import Iterable, Iterator

from localstack.aws import handlers
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.chain import HandlerChain
from localstack.http import Response

from firecrest_localstack.faults.faults import faults


def add_handlers() -> None:
    handlers.serve_custom_service_request_handlers.append(before_request)
    handlers.run_custom_response_handlers.append(after_response)


def before_request(_: HandlerChain, context: RequestContext, __: Response) -> None:
    if context.service is None or context.operation is None or context.is_internal_call:
        return
    service, operation = context.service.service_name, context.operation.name
    faults.count_request(service, operation)
    if service == "s3" and faults.happens("s3", key_of(context), operation) is not None:
        raise CommonServiceException("SlowDown", "Please reduce your request rate.", status_code=503)


def after_response(_: HandlerChain, context: RequestContext, response: Response) -> None:
    if context.operation is None or context.operation.name != "GetObject" or response.status_code >= 300:
        return
    key = key_of(context)
    delay = faults.happens("slow", key)
    if delay is not None:
        response.response = late(response.response, delay)
    if faults.happens("torn", key) is not None:
        response.response = torn(response.response, response.content_length or 0)


def key_of(context: RequestContext) -> str:
    return (context.service_request or {}).get("Key") or ""


def late(body: Iterable[bytes], seconds: float) -> Iterator[bytes]:
    time.sleep(seconds)
    yield from body


def torn(body: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Half of what Content-Length promises. The server closes the connection when the body fails."""
    left = length // 2
    for chunk in body:
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            raise ConnectionAbortedError("the body is torn on purpose")
