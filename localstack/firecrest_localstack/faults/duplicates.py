"""SQS delivers a message more than once now and then: this does it when asked for."""

import threading
import time
from collections.abc import Callable
from typing import Any

from firecrest_localstack.faults.faults import faults

Events = list[dict[str, Any]]


def deliver(queue_arn: str, events: Events, process: Callable[[Events], None]) -> None:
    """Processes the events, and a second time at once or a little later where that fault happens. Done when both are."""
    delay = faults.happens("duplicate", queue_arn.rsplit(":", 1)[-1])
    if delay is None:
        process(events)
        return
    failures: list[Exception] = []

    def again() -> None:
        time.sleep(delay)
        try:
            process(events)
        except Exception as failure:
            failures.append(failure)

    copy = threading.Thread(target=again, daemon=True)
    copy.start()
    try:
        process(events)
    finally:
        copy.join()
    if failures:
        raise failures[0]
