"""Gaps: AuthType AWS_IAM of function URLs is not enforced, and their host names need the host name of the whole emulator to be one
that has names below it, which `localhost` has not everywhere.

Here requests to an AWS_IAM URL must be signed with a known key (policies are not looked at: whoever has a key may call), and
function URLs alone are below LocalStack's public name for 127.0.0.1.
"""

import json
from typing import Any

from localstack.config import HostAndPort
from localstack.constants import LOCALHOST_HOSTNAME
from localstack.http import Request, Response
from localstack.services.lambda_ import provider, urlrouter
from localstack.services.lambda_.invocation.lambda_models import FunctionUrlConfig
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.urlrouter import FunctionUrlRouter

from firecrest_localstack.corrections.signatures import Caller, caller_of

CALLER = "firecrest.caller"
"""Where the environment of a request says who signed it."""


def correct() -> None:
    enforce_authorization()
    name_urls()


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


def name_urls() -> None:
    provider.localstack_host = lambda custom_port: HostAndPort(host=LOCALHOST_HOSTNAME, port=custom_port)
