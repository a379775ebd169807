"""The endpoints `/_firecrest/faults` (GET, PUT, DELETE) and `/_firecrest/counters` (GET)."""

import json
from typing import Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from firecrest_localstack.faults.faults import faults


def add_endpoints() -> None:
    ROUTER.add("/_firecrest/faults", get_faults, methods=["GET"])
    ROUTER.add("/_firecrest/faults", put_faults, methods=["PUT"])
    ROUTER.add("/_firecrest/faults", delete_faults, methods=["DELETE"])
    ROUTER.add("/_firecrest/counters", get_counters, methods=["GET"])


def get_faults(_: Request, **__: Any) -> Response:
    return answer(faults.asked)


def put_faults(request: Request, **__: Any) -> Response:
    try:
        faults.replace(json.loads(request.data))
    except ValueError as error:
        return answer({"message": str(error)}, status=400)
    return answer(faults.asked)


def delete_faults(_: Request, **__: Any) -> Response:
    faults.replace({})
    return answer({})


def get_counters(_: Request, **__: Any) -> Response:
    return answer(faults.counters())


def answer(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status=status, mimetype="application/json")
