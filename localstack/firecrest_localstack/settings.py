"""What the command line says, and the environment that LocalStack reads from it."""

import argparse
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

SERVICES = "cloudformation,cloudwatch,iam,lambda,logs,s3,sns,sqs,ssm,sts"


@dataclass(frozen=True)
class Settings:
    """How this instance runs."""

    port: int
    folder: Path
    node: str
    """The Node that runs functions."""
    limit_memory: bool
    """Whether a function ends whose resident memory passes its MemorySize."""
    owner: int | None
    """The process after whose end this one ends too and removes its folder."""


def parse_settings(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="firecrest_localstack")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--node", required=True)
    parser.add_argument("--limit-memory", action="store_true")
    parser.add_argument("--owner", type=int)
    return Settings(**vars(parser.parse_args(arguments)))


def use(chosen: Settings) -> None:
    """Must be called before anything of LocalStack is imported: its configuration is read on import."""
    global _current
    _current = chosen
    os.environ.update(environment(chosen))
    for folder in ("tmp", "cache"):
        (chosen.folder / folder).mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(chosen.folder / "tmp")


_current: Settings | None = None


def settings() -> Settings:
    """The settings in use."""
    if _current is None:
        raise RuntimeError("no settings are in use")
    return _current


def environment(settings: Settings) -> dict[str, str]:
    return {
        "GATEWAY_LISTEN": f"127.0.0.1:{settings.port}",
        "LOCALSTACK_HOST": f"localhost:{settings.port}",
        "FILESYSTEM_ROOT": str(settings.folder / "fs"),
        # Plugins are cached here by the set of packages; a cache shared with another installation could be stale.
        "XDG_CACHE_HOME": str(settings.folder / "cache"),
        "SERVICES": SERVICES,
        "EAGER_SERVICE_LOADING": "0",
        "SQS_ENDPOINT_STRATEGY": "path",
        # Budgets and dashboards.
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "1",
        # A function is usable when CreateFunction returns.
        "LAMBDA_SYNCHRONOUS_CREATE": "1",
        # A cold start on a busy machine is no failure; AWS gives it 10 s.
        "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT": "60",
        # An idle execution environment is kept for a minute.
        "LAMBDA_KEEPALIVE_MS": "60000",
        # A poller waits inside its receive, so there is no pause between two receives.
        "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0",
        # Nothing of this looks anything up outside this machine, or reports to anyone.
        "DNS_ADDRESS": "0",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "LS_LOG": os.environ.get("LS_LOG", "warn"),
    }
