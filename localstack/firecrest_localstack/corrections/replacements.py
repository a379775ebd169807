"""Gap: CloudFormation replaces a resource as soon as one of its create-only properties refers to a resource that changes, even when
the value stays the same: a function's new memory size gave its URL another address, and its EventInvokeConfig, made anew and
then deleted under the same name, was gone.

Here a resource is replaced where a create-only value really changes.
"""

from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocResource
from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor


def correct() -> None:
    execute = ChangeSetModelExecutor._execute_resource_change

    def _execute_resource_change(self: ChangeSetModelExecutor, name: str, before: PreprocResource, after: PreprocResource) -> None:
        if isinstance(before, PreprocResource) and isinstance(after, PreprocResource):
            after.requires_replacement = after.requires_replacement and differs_for_good(before, after)
        execute(self, name, before, after)

    ChangeSetModelExecutor._execute_resource_change = _execute_resource_change


def differs_for_good(before: PreprocResource, after: PreprocResource) -> bool:
    """Whether a property differs that no update can change."""
    provider = ResourceProviderExecutor.try_load_resource_provider(after.resource_type)
    names = {path.split("/")[2] for path in provider.SCHEMA.get("createOnlyProperties", [])}
    return any(before.properties.properties.get(name) != after.properties.properties.get(name) for name in names)
