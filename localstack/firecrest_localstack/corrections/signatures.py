"""Checks requests that are signed with AWS Signature Version 4, and says who sent them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from calendar import timegm
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
from localstack.http import Request
from rolo.request import get_raw_path, restore_payload

CLOCK_SKEW_SECONDS = 300

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})"
)


@dataclass(frozen=True)
class Caller:
    """Whose key signed."""

    access_key: str
    secret_key: str
    session_token: str | None
    account: str
    arn: str
    user_id: str


def caller_of(request: Request, service: str) -> Caller | None:
    """Who signed the request for the service; None where nobody known did, or the signature is wrong or old."""
    match = AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        return None
    access_key, day, region, signed_service, signed_headers, signature = match.groups()
    caller = find_caller(access_key)
    if caller is None or signed_service != service:
        return None
    stamp = request.headers.get("X-Amz-Date", "")
    names = signed_headers.split(";")
    if not is_recent(stamp) or not stamp.startswith(day) or "host" not in names:
        return None
    if caller.session_token is not None and request.headers.get("X-Amz-Security-Token") != caller.session_token:
        return None
    canonical = canonical_request(request, names)
    if canonical is None:
        return None
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{caller.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return caller if hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature) else None


def is_recent(stamp: str) -> bool:
    try:
        signed_at = timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return False
    return abs(time.time() - signed_at) <= CLOCK_SKEW_SECONDS


def canonical_request(request: Request, signed_headers: list[str]) -> str | None:
    """None where the body is not the one that was signed."""
    digest = hashlib.sha256(restore_payload(request)).hexdigest()
    if request.headers.get("X-Amz-Content-Sha256", digest) != digest:
        return None
    path = get_raw_path(request).partition("?")[0]
    pairs = parse_qsl(request.query_string.decode(), keep_blank_values=True)
    query = "&".join(f"{name}={value}" for name, value in sorted((quote(n, safe="-_.~"), quote(v, safe="-_.~")) for n, v in pairs))
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed_headers]
    # Every service but S3 signs the path encoded once more than it is sent.
    return "\n".join([request.method, quote(path, safe="/-_.~"), query, "".join(headers), ";".join(signed_headers), digest])


def find_caller(access_key: str) -> Caller | None:
    """Of the keys that this emulator knows: test/test, those of users and those of assumed roles."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    if access_key == "test":
        account = DEFAULT_AWS_ACCOUNT_ID
        return Caller("test", "test", None, account, f"arn:aws:iam::{account}:root", account)
    for account, partitions in list(sts_backends.items()):
        role = partitions["aws"].get_assumed_role_from_access_key(access_key)
        if role is not None:
            return Caller(access_key, role.secret_access_key, role.session_token, account, role.arn, role.user_id)
    for account, partitions in list(iam_backends.items()):
        user = partitions["aws"].get_user_from_access_key_id(access_key)
        if user is not None:
            secret = next(key.secret_access_key for key in user.access_keys if key.access_key_id == access_key)
            return Caller(access_key, secret, None, account, user.arn, user.id)
    return None
