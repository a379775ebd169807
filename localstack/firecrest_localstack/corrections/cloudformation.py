"""Gaps of CloudFormation: properties that resource providers ignore, and updates that they do not know.

- AWS::Lambda::Function ignores ReservedConcurrentExecutions.
- AWS::S3::Bucket ignores LifecycleConfiguration (objects never expire, but the rules can be read) and fails on any update.
- AWS::Logs::LogGroup ignores RetentionInDays and fails on any update.
- AWS::Lambda::EventInvokeConfig and AWS::Lambda::Url fail on any update, AWS::CloudWatch::Alarm too.
- AWS::Budgets::Budget and AWS::CloudWatch::Dashboard are not known at all: LocalStack passes over such resources by itself.
"""

from collections.abc import Callable
from typing import Any

from localstack.services.cloudformation import provider_utils
from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent, ResourceProvider, ResourceRequest
from localstack.services.cloudwatch.resource_providers.aws_cloudwatch_alarm import CloudWatchAlarmProvider
from localstack.services.lambda_.resource_providers.aws_lambda_eventinvokeconfig import LambdaEventInvokeConfigProvider
from localstack.services.lambda_.resource_providers.aws_lambda_function import LambdaFunctionProvider
from localstack.services.lambda_.resource_providers.aws_lambda_url import LambdaUrlProvider
from localstack.services.logs.resource_providers.aws_logs_loggroup import LogsLogGroupProvider
from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider

Put = Callable[[ResourceRequest[Any], dict[str, Any]], None]
"""Makes a resource of the model so, with what the request desires."""


def correct() -> None:
    after_create(LambdaFunctionProvider, put_concurrency)
    after_update(LambdaFunctionProvider, put_concurrency)
    after_create(S3BucketProvider, put_lifecycle)
    S3BucketProvider.update = update_by(put_lifecycle)
    after_create(LogsLogGroupProvider, put_retention)
    LogsLogGroupProvider.update = update_by(put_retention)
    LambdaEventInvokeConfigProvider.update = update_by(put_invoke_config)
    LambdaUrlProvider.update = update_by(put_url)
    CloudWatchAlarmProvider.update = update_by(put_alarm)


def after_create(provider: type[ResourceProvider], put: Put) -> None:
    create = provider.create

    def create_and_put(self: ResourceProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        event = create(self, request)
        # A creation that is not over is asked about again.
        if event.status == OperationStatus.SUCCESS:
            put(request, event.resource_model)
        return event

    provider.create = create_and_put


def after_update(provider: type[ResourceProvider], put: Put) -> None:
    update = provider.update

    def update_and_put(self: ResourceProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        event = update(self, request)
        put(request, event.resource_model)
        return event

    provider.update = update_and_put


def update_by(put: Put) -> Callable[[ResourceProvider, ResourceRequest[Any]], ProgressEvent[Any]]:
    """For providers that know no update."""

    def update(_: ResourceProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model = {**request.previous_state, **request.desired_state}
        put(request, model)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    return update


def put_concurrency(request: ResourceRequest[Any], model: dict[str, Any]) -> None:
    functions, name = request.aws_client_factory.lambda_, model["FunctionName"]
    reserved = request.desired_state.get("ReservedConcurrentExecutions")
    if reserved is not None:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))
    elif "ReservedConcurrentExecutions" in (request.previous_state or {}):
        functions.delete_function_concurrency(FunctionName=name)


def put_lifecycle(request: ResourceRequest[Any], model: dict[str, Any]) -> None:
    rules = (request.desired_state.get("LifecycleConfiguration") or {}).get("Rules") or []
    s3, bucket = request.aws_client_factory.s3, model["BucketName"]
    if rules:
        configuration = {"Rules": [lifecycle_rule(number, rule) for number, rule in enumerate(rules)]}
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=configuration)
    elif (request.previous_state or {}).get("LifecycleConfiguration"):
        s3.delete_bucket_lifecycle(Bucket=bucket)


def lifecycle_rule(number: int, rule: dict[str, Any]) -> dict[str, Any]:
    """From CloudFormation's form into that of S3."""
    converted: dict[str, Any] = {
        "ID": rule.get("Id") or f"rule-{number}",
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if "ExpirationInDays" in rule:
        converted["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    if "AbortIncompleteMultipartUpload" in rule:
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        converted["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(days)}
    if "NoncurrentVersionExpiration" in rule:
        days = rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        converted["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(days)}
    return converted


def put_retention(request: ResourceRequest[Any], model: dict[str, Any]) -> None:
    days, logs = request.desired_state.get("RetentionInDays"), request.aws_client_factory.logs
    if days is not None:
        logs.put_retention_policy(logGroupName=model["LogGroupName"], retentionInDays=int(days))
    elif "RetentionInDays" in (request.previous_state or {}):
        logs.delete_retention_policy(logGroupName=model["LogGroupName"])


def put_invoke_config(request: ResourceRequest[Any], model: dict[str, Any]) -> None:
    names = ["FunctionName", "Qualifier", "DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"]
    request.aws_client_factory.lambda_.put_function_event_invoke_config(**provider_utils.select_attributes(model, names))


def put_url(request: ResourceRequest[Any], model: dict[str, Any]) -> None:
    settings = provider_utils.select_attributes(model, ["Qualifier", "Cors", "AuthType", "InvokeMode"])
    request.aws_client_factory.lambda_.update_function_url_config(FunctionName=model["TargetFunctionArn"], **settings)


def put_alarm(request: ResourceRequest[Any], model: dict[str, Any]) -> None:
    settings = {name: value for name, value in model.items() if name not in ("Arn", "Tags")}
    request.aws_client_factory.cloudwatch.put_metric_alarm(**settings)
