"""Gap: the log of a function goes to /aws/lambda/<name>, whatever its LoggingConfig says."""

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment


def correct() -> None:
    default = ExecutionEnvironment.get_log_group_name

    def get_log_group_name(self: ExecutionEnvironment) -> str:
        return (self.function_version.config.logging_config or {}).get("LogGroup") or default(self)

    ExecutionEnvironment.get_log_group_name = get_log_group_name
