import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { credentials, type EmulatedAws, emulatedAws, eventually, invoke, PATIENCE_MS } from "../support/emulated-aws.ts";
import { describeOnLocalStack, START_MS, sharedLocalStack } from "../support/localstack.ts";

interface Choices {
  readonly days: number;
  readonly concurrency: number | undefined;
  readonly retries: number;
  readonly authType: "AWS_IAM" | "NONE";
  readonly threshold: number;
}

/** What Firecrest's own stack is made of, one of each. */
function template({ days, concurrency, retries, authType, threshold }: Choices): string {
  const get = (resource: string, attribute: string) => ({ "Fn::GetAtt": [resource, attribute] });
  const ref = (Ref: string) => ({ Ref });
  const assume = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const inline = "exports.handler = async () => { console.log('a line'); return 1; }";
  return JSON.stringify({
    Resources: {
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "stacks",
          LifecycleConfiguration: {
            Rules: [
              { Status: "Enabled", Prefix: "jobs/", ExpirationInDays: days, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
            ],
          },
        },
      },
      Log: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/stacks/log", RetentionInDays: days } },
      Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [assume] } } },
      Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "stacks-dead" } },
      Tasks: {
        Type: "AWS::SQS::Queue",
        Properties: {
          QueueName: "stacks-tasks",
          VisibilityTimeout: 60,
          RedrivePolicy: { deadLetterTargetArn: get("Dead", "Arn"), maxReceiveCount: 3 },
        },
      },
      Wake: { Type: "AWS::SQS::Queue", Properties: { QueueName: "stacks-wake.fifo", FifoQueue: true, ContentBasedDeduplication: true } },
      Function: {
        Type: "AWS::Lambda::Function",
        Properties: {
          FunctionName: "stacks",
          Runtime: "nodejs24.x",
          Architectures: ["arm64"],
          Handler: "index.handler",
          Role: get("Role", "Arn"),
          Code: { ZipFile: inline },
          LoggingConfig: { LogGroup: ref("Log") },
          ...(concurrency !== undefined && { ReservedConcurrentExecutions: concurrency }),
        },
      },
      Async: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: {
          FunctionName: ref("Function"),
          Qualifier: "$LATEST",
          MaximumRetryAttempts: retries,
          DestinationConfig: { OnFailure: { Destination: get("Dead", "Arn") } },
        },
      },
      Url: { Type: "AWS::Lambda::Url", Properties: { TargetFunctionArn: get("Function", "Arn"), AuthType: authType } },
      FromTasks: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          FunctionName: ref("Function"),
          EventSourceArn: get("Tasks", "Arn"),
          BatchSize: 1,
          ScalingConfig: { MaximumConcurrency: 4 },
        },
      },
      FromWake: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: { FunctionName: ref("Function"), EventSourceArn: get("Wake", "Arn"), BatchSize: 1 },
      },
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "stacks" } },
      Alarm: {
        Type: "AWS::CloudWatch::Alarm",
        Properties: {
          Namespace: "AWS/SQS",
          MetricName: "ApproximateNumberOfMessagesVisible",
          Statistic: "Maximum",
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: threshold,
          ComparisonOperator: "GreaterThanThreshold",
          AlarmActions: [ref("Topic")],
        },
      },
      Dashboard: { Type: "AWS::CloudWatch::Dashboard", Properties: { DashboardBody: '{"widgets":[]}' } },
      Budget: {
        Type: "AWS::Budgets::Budget",
        Properties: { Budget: { BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: 10, Unit: "USD" } } },
      },
    },
    Outputs: { Url: { Value: get("Url", "FunctionUrl") } },
  });
}

describeOnLocalStack("a CloudFormation stack", { timeout: 3 * PATIENCE_MS }, () => {
  const StackName = "stacks";
  const FunctionName = "stacks";
  let aws: EmulatedAws;
  let stacks: CloudFormationClient;
  let logs: CloudWatchLogsClient;

  beforeAll(async () => {
    const { endpoint } = await sharedLocalStack();
    aws = emulatedAws(endpoint);
    stacks = new CloudFormationClient({ endpoint, region: "us-east-1", credentials });
    logs = new CloudWatchLogsClient({ endpoint, region: "us-east-1", credentials });
  }, START_MS);

  /** Waits for the end of what the stack does, and says why a resource failed. */
  async function reach(status: string): Promise<void> {
    await eventually(async () => {
      const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName }));
      expect(Stacks![0]!.StackStatus).not.toMatch(/IN_PROGRESS$/);
    });
    const { StackEvents } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
    const failures = StackEvents!.filter(({ ResourceStatus }) => ResourceStatus?.endsWith("FAILED"));
    expect(failures.map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`)).toEqual([]);
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks![0]!.StackStatus).toBe(status);
  }

  async function settings() {
    const [lifecycle, group, concurrency, async, url, { EventSourceMappings }] = await Promise.all([
      aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "stacks" })),
      logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/stacks/log" })),
      aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })),
      aws.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })),
      aws.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName })),
      aws.lambda.send(new ListEventSourceMappingsCommand({ FunctionName })),
    ]);
    return {
      expiration: lifecycle.Rules?.map(({ Expiration }) => Expiration?.Days),
      retention: group.logGroups?.map(({ retentionInDays }) => retentionInDays),
      concurrency: concurrency.ReservedConcurrentExecutions,
      retries: async.MaximumRetryAttempts,
      failures: async.DestinationConfig?.OnFailure?.Destination,
      authType: url.AuthType,
      mapped: EventSourceMappings?.map(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency).toSorted(),
    };
  }

  test("of all that the fabric needs is created, updated and deleted", async () => {
    const before: Choices = { days: 7, concurrency: 3, retries: 0, authType: "AWS_IAM", threshold: 0 };
    const lasting = { failures: "arn:aws:sqs:us-east-1:000000000000:stacks-dead", mapped: [4, undefined] };
    await stacks.send(new CreateStackCommand({ StackName, TemplateBody: template(before), Capabilities: ["CAPABILITY_IAM"] }));
    await reach("CREATE_COMPLETE");
    expect(await settings()).toEqual({ expiration: [7], retention: [7], concurrency: 3, retries: 0, authType: "AWS_IAM", ...lasting });

    expect(await invoke(aws, FunctionName)).toMatchObject({ error: undefined, result: 1 });
    await eventually(async () => {
      const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: "/stacks/log" }));
      expect(events?.map(({ message }) => message).join("\n")).toMatch(/INFO\ta line/);
    });

    const after: Choices = { days: 14, concurrency: undefined, retries: 1, authType: "NONE", threshold: 5 };
    await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: template(after), Capabilities: ["CAPABILITY_IAM"] }));
    await reach("UPDATE_COMPLETE");
    expect(await settings()).toEqual({
      expiration: [14],
      retention: [14],
      concurrency: undefined,
      retries: 1,
      authType: "NONE",
      ...lasting,
    });

    await stacks.send(new DeleteStackCommand({ StackName }));
    await eventually(async () => {
      await expect(stacks.send(new DescribeStacksCommand({ StackName }))).rejects.toMatchObject({ name: "ValidationError" });
    });
    await expect(invoke(aws, FunctionName)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
