"""Gaps: a function URL has a host name that a machine without a name server for *.localhost does not know, and AuthType AWS_IAM
is not enforced. Here each URL has a port of its own on 127.0.0.1, and requests to an AWS_IAM URL must be signed with a known
key. Policies are not looked at: whoever has a key may call.
"""

import dataclasses
import json
import threading
from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext, ServiceException
from localstack.http import Request, Response
from localstack.services.lambda_ import api_utils, urlrouter
from localstack.services.lambda_.invocation.lambda_models import FunctionUrlConfig
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.lambda_.urlrouter import FunctionUrlRouter
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from firecrest_localstack.corrections.signatures import Caller, caller_of

CALLER = "firecrest.caller"
"""Where the environment of a request says who signed it."""

_listeners: dict[str, BaseWSGIServer] = {}
"""By the id of the URL."""


def correct() -> None:
    enforce_authorization()
    give_ports()


def enforce_authorization() -> None:
    invoke, event_of = FunctionUrlRouter.handle_lambda_url_invocation, urlrouter.event_for_lambda_url

    def handle_lambda_url_invocation(self: FunctionUrlRouter, request: Request, api_id: str, region: str, **rest: str) -> Response:
        url = find_url(api_id, region)
        if url is not None and url.auth_type == "AWS_IAM":
            caller = caller_of(request, "lambda")
            if caller is None:
                return forbidden()
            request.environ[CALLER] = caller
        return invoke(self, request, api_id, region, **rest)

    def event_for_lambda_url(api_id: str, request: Request) -> dict[str, Any]:
        event = event_of(api_id, request)
        caller = request.environ.get(CALLER)
        if caller is not None:
            event["requestContext"] |= {"accountId": caller.account, "authorizer": {"iam": identity_of(caller)}}
        return event

    FunctionUrlRouter.handle_lambda_url_invocation = handle_lambda_url_invocation
    urlrouter.event_for_lambda_url = event_for_lambda_url


def find_url(url_id: str, region: str) -> FunctionUrlConfig | None:
    urls = (
        url
        for account in list(lambda_stores)
        for function in list(lambda_stores[account][region].functions.values())
        for url in list(function.function_url_configs.values())
    )
    return next((url for url in urls if url.url_id.lower() == url_id.lower()), None)


def forbidden() -> Response:
    headers = {"x-amzn-ErrorType": "AccessDeniedException"}
    return Response(json.dumps({"Message": "Forbidden"}), status=403, mimetype="application/json", headers=headers)


def identity_of(caller: Caller) -> dict[str, str | None]:
    return {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.user_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": caller.arn,
        "userId": caller.user_id,
    }


def give_ports() -> None:
    create, delete = LambdaProvider.create_function_url_config, LambdaProvider.delete_function_url_config

    def create_function_url_config(self: LambdaProvider, context: RequestContext, function_name: str, *args: Any, **kwargs: Any):
        created = create(self, context, function_name, *args, **kwargs)
        urls = urls_of(created["FunctionArn"])
        qualifier, url = next((key, url) for key, url in urls.items() if url.url == created["FunctionUrl"])
        address = listen(self.router, url.url_id, context.region)
        urls[qualifier] = dataclasses.replace(url, url=address)
        return created | {"FunctionUrl": address}

    def delete_function_url_config(self: LambdaProvider, context: RequestContext, *args: Any, **kwargs: Any) -> None:
        delete(self, context, *args, **kwargs)
        for url_id in [url_id for url_id in _listeners if find_url(url_id, context.region) is None]:
            _listeners.pop(url_id).shutdown()

    LambdaProvider.create_function_url_config = create_function_url_config
    LambdaProvider.delete_function_url_config = delete_function_url_config


def urls_of(function_arn: str) -> dict[str, FunctionUrlConfig]:
    name, _, account, region = api_utils.function_locators_from_arn(function_arn)
    return lambda_stores[account][region].functions[name].function_url_configs


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are no news."""


def listen(router: FunctionUrlRouter, url_id: str, region: str) -> str:
    """Serves the URL on a free port. Gives its address."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]):
        environ["HTTP_REMOTE_ADDR"] = environ["REMOTE_ADDR"]
        try:
            response = router.handle_lambda_url_invocation(Request(environ), url_id, region)
        except ServiceException as error:
            response = Response(json.dumps({"Message": error.message}), status=error.status_code, mimetype="application/json")
        return response(environ, start_response)

    server = make_server("127.0.0.1", 0, serve, threaded=True, request_handler=_QuietHandler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _listeners[url_id] = server
    return f"http://127.0.0.1:{server.port}/"
