import { Match, type Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, test } from "vitest";
import { TASK_SCRATCH_BYTES } from "../../lib/backends/aws/aws-environment.ts";
import { apiSettings, coordinatorSettings, deadLetterSettings, driverSettings, taskSettings } from "../../lib/backends/aws/aws-settings.ts";
import { asText } from "./intrinsics.ts";
import { statementsOf } from "./policies.ts";
import { emptyBundles, synthesize, withoutHashes } from "./synth.ts";

const bundles = emptyBundles();
afterAll(bundles.remove);
const synth = (props: Parameters<typeof synthesize>[1] = {}) => synthesize(bundles.folder, props);
const standard = synth();

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
const resources = (template: Template, type: string) => Object.values(template.findResources(type)) as unknown as readonly Resource[];
const functionNamed = (template: Template, name: string): Resource =>
  Object.entries(template.findResources("AWS::Lambda::Function")).find(([id]) =>
    id.startsWith(`Functions${name}Function`),
  )![1] as unknown as Resource;
const environmentOf = (template: Template, name: string) =>
  (functionNamed(template, name).Properties.Environment as { readonly Variables: Readonly<Record<string, unknown>> }).Variables;

test("the template is as reviewed", async () => {
  await expect(`${JSON.stringify(withoutHashes(standard), null, 2)}\n`).toMatchFileSnapshot("firecrest-stack.template.snap");
});

test("CloudFormation's own rules find nothing wrong with any kind of template", () => {
  const kinds: Parameters<typeof synthesize>[1][] = [
    {},
    { auth: { kind: "bearer", tokenHashes: ["a".repeat(64)] }, alarmEmail: "ops@example.org", monthlyBudgetDollars: 50 },
    { existingBucket: "lake", readPrefixes: ["s3://lake/sales"], memoryTiersMiB: [1769] },
  ];
  process.env.CDK_VALIDATION = "true";
  try {
    for (const kind of kinds) expect(() => synth(kind)).not.toThrow();
  } finally {
    process.env.CDK_VALIDATION = "false";
  }
});

test("the same properties give the same template", () => {
  expect(synth().toJSON()).toEqual(standard.toJSON());
});

describe("storage", () => {
  test("the bucket refuses public access and plain HTTP, is encrypted, and outlives the stack", () => {
    standard.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
      },
    });
    standard.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })]),
      },
    });
  });

  test("what belongs to jobs expires after the retention, data never", () => {
    const [bucket] = resources(synth({ retentionDays: 12 }), "AWS::S3::Bucket");
    const { Rules } = bucket!.Properties.LifecycleConfiguration as { readonly Rules: readonly Readonly<Record<string, unknown>>[] };
    const expiring = Rules.filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring.map((rule) => [rule.Prefix, rule.ExpirationInDays])).toEqual(
      ["jobs/", "drivers/", "idempotency/", "index/", "uploads/", "scratch/"].map((prefix) => [prefix, 12]),
    );
    expect(Rules.filter((rule) => rule.AbortIncompleteMultipartUpload)).toEqual([
      { Id: "abort-abandoned-uploads", Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ]);
  });

  test("data is deleted with the stack only where that is asked for", () => {
    synth({ destroyData: true }).hasResource("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
  });

  test("an existing bucket is used and not changed", () => {
    const template = synth({ existingBucket: "lake" });
    template.resourceCountIs("AWS::S3::Bucket", 0);
    template.resourceCountIs("AWS::S3::BucketPolicy", 0);
    expect(environmentOf(template, "Api").FIRECREST_ROOT).toBe("s3://lake");
  });
});

describe("queues", () => {
  test("each is encrypted, refuses plain HTTP, and hides a message for at least as long as its function may run", () => {
    const queues = resources(standard, "AWS::SQS::Queue");
    expect(queues).toHaveLength(4 + 2 + 3);
    expect(queues.filter(({ Properties }) => Properties.SqsManagedSseEnabled !== true)).toEqual([]);
    const policies = resources(standard, "AWS::SQS::QueuePolicy").filter(({ Properties }) =>
      JSON.stringify(Properties).includes("aws:SecureTransport"),
    );
    expect(policies).toHaveLength(queues.length);
    const live = queues.filter(({ Properties }) => Properties.RedrivePolicy);
    expect(live.map(({ Properties }) => Properties.VisibilityTimeout)).toEqual(live.map(() => 15 * 60));
  });

  test("wakes and drivers are FIFO, up to their dead letters, and tasks are not", () => {
    const fifo = Object.entries(standard.findResources("AWS::SQS::Queue")).filter(([, { Properties }]) => Properties.FifoQueue);
    expect(fifo.map(([id]) => id.replace(/^Queues|[0-9A-F]{8}$/g, "")).toSorted()).toEqual(["DeadDrivers", "DeadWakes", "Driver", "Wake"]);
  });

  test("a task's message is given up after 3 deliveries, a supervisor's after 20", () => {
    const limits = Object.entries(standard.findResources("AWS::SQS::Queue")).flatMap(([id, { Properties }]) =>
      Properties.RedrivePolicy ? [[id.replace(/^Queues|[0-9A-F]{8}$/g, ""), Properties.RedrivePolicy.maxReceiveCount]] : [],
    );
    expect(Object.fromEntries(limits)).toEqual({ Tasks1769: 3, Tasks3538: 3, Tasks7076: 3, Tasks10240: 3, Wake: 20, Driver: 20 });
  });

  test("every dead-letter queue has an alarm", () => {
    standard.resourceCountIs("AWS::CloudWatch::Alarm", 4);
    const watched = resources(standard, "AWS::CloudWatch::Alarm").filter(
      ({ Properties }) => Properties.MetricName === "ApproximateNumberOfMessagesVisible",
    );
    expect(new Set(watched.map(({ Properties }) => JSON.stringify(Properties.Dimensions))).size).toBe(3);
  });
});

describe("functions", () => {
  test("have the disk that tasks are billed for", () => {
    const disks = [1769, 3538, 7076, 10_240].map((tier) => functionNamed(standard, `Task${tier}`).Properties.EphemeralStorage);
    expect(disks).toEqual(disks.map(() => ({ Size: TASK_SCRATCH_BYTES / 1024 ** 2 })));
    expect(functionNamed(standard, "Coordinator").Properties.EphemeralStorage).toBeUndefined();
  });
  test("reserve the fleet's limit, each tier as much as its queue may start", () => {
    const tasks = [1769, 3538, 7076, 10_240].map(
      (tier) => functionNamed(standard, `Task${tier}`).Properties.ReservedConcurrentExecutions as number,
    );
    expect(tasks).toEqual([52, 25, 13, 10]);
    const mappings = resources(standard, "AWS::Lambda::EventSourceMapping").map(({ Properties }) => Properties);
    expect(mappings).toHaveLength(4 + 2 + 3);
    expect(
      mappings.filter(
        ({ BatchSize, FunctionResponseTypes }) => BatchSize !== 1 || String(FunctionResponseTypes) !== "ReportBatchItemFailures",
      ),
    ).toEqual([]);
    const most = mappings.map(({ ScalingConfig }) => (ScalingConfig as { readonly MaximumConcurrency: number }).MaximumConcurrency);
    expect(most.filter((limit) => tasks.includes(limit))).toEqual(tasks);
  });

  test("run Node 24 of the chosen architecture, with logs in groups of their own", () => {
    for (const { Properties } of resources(standard, "AWS::Lambda::Function"))
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        LoggingConfig: { LogGroup: {} },
      });
    standard.resourceCountIs("AWS::Logs::LogGroup", resources(standard, "AWS::Lambda::Function").length);
    standard.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
    synth({ architecture: "x64" }).allResourcesProperties("AWS::Lambda::Function", { Architectures: ["x86_64"] });
  });

  test("a direct call of a task is never tried again behind the scheduler's back", () => {
    standard.resourceCountIs("AWS::Lambda::EventInvokeConfig", 4);
    standard.allResourcesProperties("AWS::Lambda::EventInvokeConfig", {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 300,
      DestinationConfig: { OnFailure: {} },
    });
  });

  test("no custom resource is needed, so nothing but the templates' own functions runs on deployment", () => {
    expect(
      Object.values(standard.toJSON().Resources as Record<string, Resource>).filter(
        ({ Type }) => Type.startsWith("Custom::") || Type === "AWS::CloudFormation::CustomResource",
      ),
    ).toEqual([]);
  });

  describe("are told what their settings read", () => {
    /** What CloudFormation would give for a reference. */
    const reference = (id: string, attribute?: string) => {
      if (/ProgramRole.{8}$/.test(id)) return `arn:aws:iam::123456789012:role/${id}`;
      if (attribute === "FunctionUrl") return "https://x.lambda-url.us-east-1.on.aws/";
      if (id.startsWith("Queues")) return `https://sqs.us-east-1.amazonaws.com/123456789012/${id}`;
      return id.toLowerCase();
    };
    const environs = (name: string, template = standard) => ({
      ...Object.fromEntries(Object.entries(environmentOf(template, name)).map(([key, value]) => [key, asText(value, reference)])),
      // As Lambda sets them.
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(functionNamed(template, name).Properties.MemorySize),
      AWS_LAMBDA_FUNCTION_NAME: name,
    });

    test("coordinators: the tiers and their shares, the queue that wakes them, the fleet", () => {
      const { tiers, wakeQueueUrl, ...settings } = coordinatorSettings(environs("Coordinator"));
      expect(settings).toEqual({
        root: expect.stringMatching("s3://storagebucket"),
        inboxPrefix: "Firecrest-inbox-",
        fleetLimit: 100,
        heartbeatMs: 10_000,
        memoryMiB: 1769,
      });
      expect(wakeQueueUrl).toMatch(/QueuesWake[0-9A-F]{8}$/);
      expect(tiers.map(({ memoryMiB, most }) => [memoryMiB, most])).toEqual([
        [1769, 52],
        [3538, 25],
        [7076, 13],
        [10_240, 10],
      ]);
      for (const { memoryMiB, queueUrl, functionName } of tiers) {
        expect(queueUrl).toContain(`QueuesTasks${memoryMiB}`);
        expect(functionName).toContain(`functionstask${memoryMiB}function`);
      }
    });

    test("tasks, drivers and dead letters: the job's inbox, the heartbeat, the API", () => {
      const template = synth({ heartbeatSeconds: 3, stackName: "Other" });
      const environsOf = (name: string) => environs(name, template);
      expect(taskSettings(environsOf("Task7076"))).toMatchObject({ inboxPrefix: "Other-inbox-", heartbeatMs: 3_000, memoryMiB: 7076 });
      const { driverQueueUrl, programRole, ...driver } = driverSettings(environsOf("Driver"));
      expect(driver).toMatchObject({ apiUrl: "https://x.lambda-url.us-east-1.on.aws/", heartbeatMs: 3_000 });
      expect(driverQueueUrl).toMatch(/QueuesDriver[0-9A-F]{8}$/);
      expect(programRole).toMatch(/FunctionsProgramRole[0-9A-F]{8}$/);
      expect(deadLetterSettings(environsOf("DeadLetters"))).toMatchObject({ inboxPrefix: "Other-inbox-" });
    });

    test("the API: who may call it, both queues, and where functions log", () => {
      const { auth, driverQueueUrl, logGroups } = apiSettings(environs("Api"));
      expect(auth).toBe("iam");
      expect(driverQueueUrl).toMatch(/QueuesDriver[0-9A-F]{8}$/);
      const logs = ["task1769", "task3538", "task7076", "task10240", "coordinator", "deadletters", "driver"];
      expect(logGroups.map((name) => /^functions(.*)log[0-9a-f]{8}$/.exec(name)?.[1])).toEqual(logs);
    });

    test("nothing but what they read", () => {
      const variables = (name: string) => Object.keys(environmentOf(standard, name)).filter((key) => key.startsWith("FIRECREST_")).length;
      expect(["Api", "Coordinator", "Driver", "DeadLetters", "Task1769"].map(variables)).toEqual([9, 6, 6, 3, 3]);
    });
  });
});

describe("the API", () => {
  test("is for whom IAM lets, and for no browser", () => {
    standard.hasResourceProperties("AWS::Lambda::Url", { AuthType: "AWS_IAM", Cors: Match.absent() });
    standard.resourceCountIs("AWS::Lambda::Permission", 0);
    expect(environmentOf(standard, "Api").FIRECREST_AUTH).toBe("iam");
  });

  test("checks tokens itself where it has their hashes", () => {
    const hashes = ["a".repeat(64), "0".repeat(64)];
    const template = synth({ auth: { kind: "bearer", tokenHashes: hashes } });
    template.hasResourceProperties("AWS::Lambda::Url", { AuthType: "NONE", Cors: Match.absent() });
    // AWS asks for both permissions of whoever calls a URL; the second must not open the function to direct calls.
    template.resourceCountIs("AWS::Lambda::Permission", 2);
    template.hasResourceProperties("AWS::Lambda::Permission", {
      Action: "lambda:InvokeFunctionUrl",
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    });
    template.hasResourceProperties("AWS::Lambda::Permission", {
      Action: "lambda:InvokeFunction",
      Principal: "*",
      InvokedViaFunctionUrl: true,
    });
    expect(environmentOf(template, "Api").FIRECREST_AUTH).toBe(`bearer:${hashes.join(",")}`);
  });

  test("has a second address for drivers and programs then, which have roles and no token", () => {
    const template = synth({ auth: { kind: "bearer", tokenHashes: ["a".repeat(64)] } });
    template.hasResourceProperties("AWS::Lambda::Alias", { Name: "signed", FunctionVersion: "$LATEST" });
    template.hasResourceProperties("AWS::Lambda::Url", { AuthType: "AWS_IAM", Qualifier: "signed" });
    expect(asText(environmentOf(template, "Driver").FIRECREST_API_URL)).toMatch(/^<.*Signed.*FunctionUrl>$/);
    const statements = statementsOf(template).filter(({ actions }) => actions.includes("lambda:InvokeFunctionUrl"));
    expect(statements.map(({ role, resources }) => [role, resources])).toEqual([
      ["Driver", ["<FunctionsApiFunctionSigned>"]],
      ["Program", ["<FunctionsApiFunctionSigned>"]],
    ]);
  });

  test("takes no token for a hash", () => {
    expect(() => synth({ auth: { kind: "bearer", tokenHashes: ["secret"] } })).toThrow("tokenHashes[0] is not a SHA-256 in hexadecimal");
    expect(() => synth({ auth: { kind: "bearer", tokenHashes: [] } })).toThrow("tokenHashes[0] is not a SHA-256 in hexadecimal");
  });
});

describe("what is watched", () => {
  test("an address is told of alarms and of the budget", () => {
    const template = synth({ alarmEmail: "ops@example.org", monthlyBudgetDollars: 50 });
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "ops@example.org" });
    template.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [Match.anyValue()] });
    template.hasResourceProperties("AWS::Budgets::Budget", {
      Budget: { BudgetLimit: { Amount: 50, Unit: "USD" }, TimeUnit: "MONTHLY" },
      NotificationsWithSubscribers: Match.arrayWith([
        Match.objectLike({ Subscribers: [{ SubscriptionType: "EMAIL", Address: "ops@example.org" }] }),
      ]),
    });
  });

  test("without an address nothing sends mail", () => {
    standard.resourceCountIs("AWS::SNS::Topic", 0);
    standard.resourceCountIs("AWS::Budgets::Budget", 0);
  });

  test("a budget without an address is refused", () => {
    expect(() => synth({ monthlyBudgetDollars: 50 })).toThrow("monthlyBudgetDollars needs alarmEmail");
  });
});

test("a stack's name leaves room for a job's id in a queue's name", () => {
  expect(() => synth({ stackName: `F${"x".repeat(47)}` })).toThrow("longer than 47");
  expect(() => synth({ stackName: `F${"x".repeat(46)}` })).not.toThrow();
});
