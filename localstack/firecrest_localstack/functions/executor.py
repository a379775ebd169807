"""LocalStack's way to run a function, by processes: one execution environment is one Node process at a time."""

import json
import os
import queue
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from firecrest_localstack.faults.faults import faults
from firecrest_localstack.functions.layers import layer_environment, opt_folder
from firecrest_localstack.functions.process import Exit, FunctionProcess, Limits
from firecrest_localstack.settings import settings

MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
"""Lambda's limit for a synchronous invocation: 6 MB and a little."""


@dataclass(frozen=True)
class Answer:
    body: str
    """JSON."""
    is_error: bool = False


class ProcessExecutor(RuntimeExecutor):
    """An execution environment. LocalStack gives it one invocation at a time and stops it when it was idle for long."""

    def __init__(self, id, function_version) -> None:
        super().__init__(id=id, function_version=function_version)
        self._env: dict[str, str] = {}
        self._process: FunctionProcess | None = None
        self._init_ms: float | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="lambda-"))

    # What LocalStack calls.

    def start(self, env_vars: dict[str, str]) -> None:
        self._env = env_vars
        failure = self._start_process()
        if failure is not None:
            raise StatusErrorException("Environment startup failed", payload=answer_of(failure).body.encode())

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        # A process that crashed or ran out of time is followed by a fresh one.
        failure = None if self._process is not None and self._process.is_alive else self._start_process()
        process, init_ms, self._init_ms = self._process, self._init_ms, None
        process.expect_log(request_id)
        process.log(f"START RequestId: {request_id} Version: {self.function_version.id.qualifier}\n")
        started = time.time()
        answer = answer_of(failure or self._ask(process, payload, started), request_id)
        process.wait_for_log()
        process.log(self._report(request_id, time.time() - started, init_ms, process.peak_mib))
        return InvocationResult(request_id, answer.body.encode(), is_error=answer.is_error, logs=process.take_log())

    def get_logs(self) -> str:
        return self._process.take_log() if self._process is not None else ""

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version) -> None:
        function = function_version.config
        if function.code:
            function.code.prepare_for_execution()
        opt_folder(function.layers)

    @classmethod
    def cleanup_version(cls, function_version) -> None:
        """LocalStack removes the code itself."""

    # How it does that.

    def _start_process(self) -> dict | Exit | None:
        """Starts a process and waits until its handler is loaded. What happened instead, if that fails."""
        started = time.time()
        function = self.function_version.config
        self._process = FunctionProcess(
            settings().node,
            Path(function.code.get_unzipped_code_location()),
            self._environment(),
            Limits(
                heap_mib=max(64, int(function.memory_size * 0.9)),
                memory_kib=function.memory_size * 1024 if settings().limit_memory else None,
            ),
        )
        try:
            first = self._process.messages.get(timeout=config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT)
        except queue.Empty:
            self._process.kill()
            first = Exit("Sandbox.Timedout", "Init phase timed out")
        self._init_ms = (time.time() - started) * 1000
        return None if isinstance(first, dict) and "ready" in first else first

    def _environment(self) -> dict[str, str]:
        function = self.function_version.config
        code = str(function.code.get_unzipped_code_location())
        opt = opt_folder(function.layers)
        own = {
            "HOME": str(self._folder),
            "LANG": "en_US.UTF-8",
            "PATH": os.environ["PATH"],
            # /tmp is the host's, for every function the same.
            "TMPDIR": str(self._folder),
            **{name: str(value) for name, value in self._env.items()},
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "LAMBDA_TASK_ROOT": code,
            "TZ": ":UTC",
        }
        paths = {"LD_LIBRARY_PATH": [code, f"{code}/lib"]} | (layer_environment(opt, function.runtime) if opt else {})
        for name, folders in paths.items():
            own[name] = os.pathsep.join([*folders, *filter(None, [own.get(name)])])
        return own

    def _ask(self, process: FunctionProcess, payload: dict[str, str], started: float) -> dict | Exit:
        """Sends the invocation and waits for its answer, for as long as the function may take."""
        request_id, timeout = payload["invoke-id"], self.function_version.config.timeout
        process.send(
            {
                "id": request_id,
                "event": payload["payload"],
                "arn": payload["invoked-function-arn"],
                "deadline": int((started + timeout) * 1000),
                "trace": payload["trace-id"],
            }
        )
        with faults.killing(self.function_version.id.function_name, process):
            try:
                while True:
                    message = process.messages.get(timeout=max(0.0, started + timeout - time.time()))
                    if isinstance(message, Exit) or message.get("id") == request_id:
                        return message
            except queue.Empty:
                process.kill()
                now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
                process.log(f"{now} {request_id} Task timed out after {timeout:.2f} seconds\n")
                return Exit("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds")

    def _report(self, request_id: str, seconds: float, init_ms: float | None, peak_mib: int) -> str:
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {seconds * 1000:.2f} ms",
            f"Billed Duration: {int(seconds * 1000) + 1} ms",
            f"Memory Size: {self.function_version.config.memory_size} MB",
            f"Max Memory Used: {peak_mib} MB",
            *([] if init_ms is None else [f"Init Duration: {init_ms:.2f} ms"]),
        ]
        return f"END RequestId: {request_id}\n" + "\t".join(fields) + "\n"


def answer_of(message: dict | Exit, request_id: str | None = None) -> Answer:
    """What the caller gets, in Lambda's form."""
    if isinstance(message, Exit):
        prefix = "" if request_id is None else f"RequestId: {request_id} "
        return error_answer(message.error_type, f"{prefix}Error: {message.reason}")
    if "result" not in message:
        return Answer(json.dumps(message.get("error") or message["initError"]), is_error=True)
    size = len(message["result"].encode())
    if size > MAX_RESPONSE_BYTES:
        limit = "exceeded maximum allowed payload size (6291556 bytes)."
        return error_answer("Function.ResponseSizeTooLarge", f"Response payload size ({size} bytes) {limit}")
    return Answer(message["result"])


def error_answer(error_type: str, message: str) -> Answer:
    return Answer(json.dumps({"errorType": error_type, "errorMessage": message}), is_error=True)
