import { PutFunctionConcurrencyCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import {
  createFunction,
  createQueue,
  type EmulatedAws,
  emulatedAws,
  eventually,
  mapQueue,
  messagesIn,
  PATIENCE_MS,
  type Queue,
} from "../support/emulated-aws.ts";
import { describeOnLocalStack, START_MS, sharedLocalStack } from "../support/localstack.ts";

const Bucket = "mappings";

/**
 * Notes each delivery as an empty object `<prefix>/<id>/<receive count>-<phase>`, over HTTP without an SDK. A message may ask to be held until an
 * object exists, to be processed only after another note, or to crash the first times that it is received.
 */
const source = `
  const at = (key) => process.env.AWS_ENDPOINT_URL + "/${Bucket}/" + key;
  const exists = async (key) => (await fetch(at(key), { method: "HEAD" })).ok;
  export const handler = async ({ Records: [record] }) => {
    const body = JSON.parse(record.body), count = Number(record.attributes.ApproximateReceiveCount);
    const note = (phase) => fetch(at([body.prefix, body.id, count + "-" + phase].join("/")), { method: "PUT", body: "" });
    await note("start");
    if (count <= (body.crashes ?? 0)) process.kill(process.pid, "SIGKILL");
    while (body.hold && !(await exists(body.hold))) await new Promise((resolve) => setTimeout(resolve, 100));
    await note(body.after && !(await exists(body.after)) ? "early" : "end");
  };`;

interface Task {
  readonly id: string;
  readonly hold?: string;
  readonly after?: string;
  readonly crashes?: number;
}

describeOnLocalStack("an event source mapping", { timeout: 2 * PATIENCE_MS }, () => {
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
    await aws.s3.send(new CreateBucketCommand({ Bucket }));
  }, START_MS);

  const put = (Key: string) => aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: new Uint8Array() }));

  /** What was noted under a prefix, such as `a/1-start`. */
  const notes = async (prefix: string): Promise<readonly string[]> => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${prefix}/` }));
    return Contents.map(({ Key }) => Key!.slice(prefix.length + 1)).filter((note) => !note.startsWith("release"));
  };
  const started = async (prefix: string) => (await notes(prefix)).filter((note) => note.endsWith("-start"));
  const ended = async (prefix: string) => (await notes(prefix)).filter((note) => note.endsWith("-end"));

  const send = (queue: Queue, prefix: string, tasks: readonly Task[], group?: (task: Task) => string) =>
    aws.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queue.url,
        Entries: tasks.map((task) => ({
          Id: task.id,
          MessageBody: JSON.stringify({ prefix, ...task }),
          ...(group && { MessageGroupId: group(task), MessageDeduplicationId: task.id }),
        })),
      }),
    );

  test.each([
    [2, { ScalingConfig: { MaximumConcurrency: 2 } }],
    [7, { ScalingConfig: { MaximumConcurrency: 7 } }],
    [5, {}],
  ])("runs %i functions at once with %j, and never more", async (most, settings) => {
    const prefix = `at-once-${most}`;
    const release = `${prefix}/release`;
    const queue = await createQueue(aws, prefix, { VisibilityTimeout: "120" });
    await mapQueue(aws, queue, await createFunction(aws, prefix, source, { Timeout: 100 }), settings);
    const tasks = Array.from({ length: 9 }, (_, i) => ({ id: `${i}`, hold: release }));
    await send(queue, prefix, tasks);
    await eventually(async () => expect(await started(prefix)).toHaveLength(most));
    // One more message waits in the queue for a whole round of the mapping's receives.
    await expect(eventuallyMore(() => started(prefix), most)).resolves.toBe(false);
    await put(release);
    await eventually(async () => expect(await ended(prefix)).toHaveLength(tasks.length));
    await eventually(async () => expect(await messagesIn(aws, queue)).toBe(0));
  });

  test("tries again what a busy function refuses, long before its message would be visible again", async () => {
    const prefix = "refused";
    const release = `${prefix}/release`;
    const queue = await createQueue(aws, prefix, { VisibilityTimeout: "900" });
    const name = await createFunction(aws, prefix, source, { Timeout: 100 });
    await aws.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 1 }));
    await mapQueue(aws, queue, name, { ScalingConfig: { MaximumConcurrency: 2 } });
    await send(queue, prefix, [
      { id: "first", hold: release },
      { id: "second", hold: release },
    ]);
    await eventually(async () => expect(await started(prefix)).toHaveLength(1));
    await expect(eventuallyMore(() => started(prefix), 1)).resolves.toBe(false);
    await put(release);
    await eventually(async () => expect(await ended(prefix)).toEqual(["first/1-end", "second/1-end"]));
    await eventually(async () => expect(await messagesIn(aws, queue)).toBe(0));
  });

  test("hands a message over again after a crash, and to the dead letters after too many", async () => {
    const prefix = "crashing";
    const dead = await createQueue(aws, `${prefix}-dead`);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const queue = await createQueue(aws, prefix, { VisibilityTimeout: "5", RedrivePolicy });
    await mapQueue(aws, queue, await createFunction(aws, prefix, source, { Timeout: 5 }));
    await send(queue, prefix, [{ id: "once", crashes: 1 }, { id: "always", crashes: 9 }, { id: "never" }]);
    await eventually(async () => expect(await messagesIn(aws, dead)).toBe(1));
    await eventually(async () =>
      expect(await notes(prefix)).toEqual([
        "always/1-start",
        "always/2-start",
        "never/1-end",
        "never/1-start",
        "once/1-start",
        "once/2-end",
        "once/2-start",
      ]),
    );
  });

  test("keeps the order within a message group and runs groups side by side", async () => {
    const prefix = "grouped";
    const release = `${prefix}/release`;
    const queue = await createQueue(aws, `${prefix}.fifo`, { FifoQueue: "true", VisibilityTimeout: "60" });
    await mapQueue(aws, queue, await createFunction(aws, prefix, source), { ScalingConfig: { MaximumConcurrency: 4 } });
    const tasks = [
      { id: "a1", hold: release },
      { id: "a2", after: `${prefix}/a1/1-end` },
      { id: "b1", hold: release },
      { id: "b2", after: `${prefix}/b1/1-end` },
    ];
    await send(queue, prefix, tasks, ({ id }) => id.charAt(0));
    await eventually(async () => expect(await started(prefix)).toHaveLength(2));
    expect(await started(prefix)).toEqual(["a1/1-start", "b1/1-start"]);
    await put(release);
    await eventually(async () => expect(await ended(prefix)).toEqual(["a1/1-end", "a2/1-end", "b1/1-end", "b2/1-end"]));
  });

  test("takes nothing while it is disabled", async () => {
    const prefix = "disabled";
    const queue = await createQueue(aws, prefix, { VisibilityTimeout: "60" });
    const UUID = await mapQueue(aws, queue, await createFunction(aws, prefix, source));
    await aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    await send(queue, prefix, [{ id: "a" }]);
    await expect(eventuallyMore(() => notes(prefix), 0)).resolves.toBe(false);
    await aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    await eventually(async () => expect(await ended(prefix)).toEqual(["a/1-end"]));
  });
});

/** Whether there come to be more than `count` within the time in which a mapping asks for messages twice. */
async function eventuallyMore(list: () => Promise<readonly string[]>, count: number): Promise<boolean> {
  for (const end = Date.now() + 2_500; Date.now() < end; ) {
    if ((await list()).length > count) return true;
  }
  return false;
}
