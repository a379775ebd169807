"""Gap: LocalStack runs functions in containers only. Here they run as processes."""

from localstack.services.lambda_.invocation import runtime_executor
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from firecrest_localstack.functions.executor import ProcessExecutor


class _ProcessPlugin:
    """What LocalStack asks for its executor: a plugin manager and the plugin in one."""

    def exists(self, _name: str) -> bool:
        return True

    def load(self, _name: str | None = None) -> "_ProcessPlugin | type[RuntimeExecutor]":
        return self if _name is not None else ProcessExecutor


def correct() -> None:
    runtime_executor.EXECUTOR_PLUGIN_MANAGER = _ProcessPlugin()
