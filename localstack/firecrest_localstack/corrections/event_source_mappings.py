"""Gap: LocalStack polls a queue with one thread, one batch at a time, and ignores ScalingConfig.MaximumConcurrency.

Here a mapping has as many workers as it may run functions at once. One of them at a time, the scout, waits in ReceiveMessage;
with messages in hand it lets the next one scout and invokes. So dispatch is prompt, no more than that many functions run,
and an idle mapping costs one request a second.

Gap: what a busy function refuses (429) waits for the queue's visibility timeout, a quarter of an hour. AWS tries it again for that time.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

import logging
import threading
import time
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.poller import EmptyPollResultsException
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller
from localstack.services.lambda_.event_source_mapping.senders.lambda_sender import LambdaSender

from firecrest_localstack.faults.duplicates import deliver

DEFAULT_WORKERS = 5
"""What AWS starts a mapping with."""
WAIT_SECONDS = 1
"""How long a receive waits for messages, and so how long a mapping may take to stop."""
ERROR_PAUSE_SECONDS = 1
THROTTLE_PAUSE_SECONDS = 0.3
THROTTLE_SECONDS = 840
"""Less than the visibility timeout of our queues: a message must not be tried when it is visible again."""

LOG = logging.getLogger(__name__)


class ScoutingClient:
    """Stands between a poller and its SQS client: lets one ReceiveMessage run at a time, and none once the mapping stops."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._scouting = threading.Lock()
        self.stopping = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def receive_message(self, **parameters: Any) -> Any:
        with self._scouting:
            if self.stopping.is_set():
                return {}
            wait = parameters.get("WaitTimeSeconds") or WAIT_SECONDS
            return self._client.receive_message(**parameters | {"WaitTimeSeconds": wait})

    def wait_for_scout(self) -> None:
        with self._scouting:
            pass


def correct() -> None:
    correct_poller()
    correct_worker()
    correct_sender()


def correct_poller() -> None:
    create, poll = SqsPoller.__init__, SqsPoller.poll_events

    def __init__(self: SqsPoller, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.source_client = ScoutingClient(self.source_client)
        process = self.processor.process_events_batch
        self.processor.process_events_batch = lambda events: deliver(self.source_arn, events, process)

    def poll_events(self: SqsPoller) -> None:
        # The receive has waited already; LocalStack would back off for a second or more.
        with suppress(EmptyPollResultsException):
            poll(self)

    def close(self: SqsPoller) -> None:
        # Before a mapping counts as stopped, its last receive has ended.
        self.source_client.stopping.set()
        self.source_client.wait_for_scout()

    SqsPoller.__init__, SqsPoller.poll_events, SqsPoller.close = __init__, poll_events, close


def correct_worker() -> None:
    start, stop = EsmWorker.start, EsmWorker.stop

    def start_workers(self: EsmWorker) -> None:
        if isinstance(self.poller, SqsPoller):
            # Workers of the time before a stop keep the event that told them so.
            self._shutdown_event = threading.Event()
            self.poller.source_client.stopping = self._shutdown_event
        start(self)
        if isinstance(self.poller, SqsPoller):
            most = (self.esm_config.get("ScalingConfig") or {}).get("MaximumConcurrency") or DEFAULT_WORKERS
            for _ in range(most - 1):
                threading.Thread(target=work, args=(self, self._shutdown_event), daemon=True).start()

    def stop_workers(self: EsmWorker) -> None:
        stop(self)
        # An update replaces the worker: from here on the old one neither receives nor overwrites the new one's state.
        self.update_esm_state_in_store = lambda _state: None
        self.poller.close()

    EsmWorker.start, EsmWorker.stop = start_workers, stop_workers


def correct_sender() -> None:
    send = LambdaSender.send_events

    def send_events(self: LambdaSender, events: Any) -> Any:
        until = time.monotonic() + THROTTLE_SECONDS
        while True:
            try:
                return send(self, events)
            except ClientError as error:
                if error.response["Error"]["Code"] != "TooManyRequestsException" or time.monotonic() > until:
                    raise
            time.sleep(THROTTLE_PAUSE_SECONDS)

    LambdaSender.send_events = send_events


def work(worker: EsmWorker, stopping: threading.Event) -> None:
    """Receives and invokes until the mapping stops."""
    while not stopping.is_set():
        try:
            worker.poller.poll_events()
        except Exception as error:
            LOG.warning("event source mapping %s: %s", worker.uuid, error)
            stopping.wait(ERROR_PAUSE_SECONDS)
