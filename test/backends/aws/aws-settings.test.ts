import { expect, test } from "vitest";
import {
  coordinatorSettings,
  deadLetterSettings,
  driverSettings,
  type Environs,
  taskSettings,
} from "../../../lib/backends/aws/aws-settings.ts";

const tiers = [
  { memoryMiB: 1769, queueUrl: "https://sqs/1/small", functionName: "small", most: 90 },
  { memoryMiB: 3538, queueUrl: "https://sqs/1/large", functionName: "large" },
];
const environs: Environs = {
  FIRECREST_ROOT: "s3://bucket-1",
  FIRECREST_TASK_TIERS: JSON.stringify(tiers),
  FIRECREST_WAKE_QUEUE: "https://sqs/1/wakes.fifo",
  FIRECREST_INBOX_PREFIX: "Firecrest-inbox-",
  FIRECREST_FLEET_LIMIT: "100",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1769",
  AWS_LAMBDA_FUNCTION_NAME: "task",
  AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/21/[$LATEST]abc",
};

test("a coordinator is told of its queues, its fleet and its heartbeat", () => {
  expect(coordinatorSettings(environs)).toMatchObject({
    root: "s3://bucket-1",
    tiers,
    wakeQueueUrl: "https://sqs/1/wakes.fifo",
    inboxPrefix: "Firecrest-inbox-",
    fleetLimit: 100,
    heartbeatMs: 10_000,
  });
  expect(coordinatorSettings({ ...environs, FIRECREST_HEARTBEAT_SECONDS: "2" }).heartbeatMs).toBe(2_000);
});

test("a driver is told of the API, its queue, and the role of its programs", () => {
  const driver = {
    FIRECREST_ROOT: "s3://bucket-1",
    FIRECREST_DRIVER_QUEUE: "https://sqs/1/drivers.fifo",
    FIRECREST_API_URL: "https://x.lambda-url.us-east-1.on.aws/",
    FIRECREST_PROGRAM_ROLE: "arn:aws-cn:iam::123456789012:role/path/Firecrest-Program",
  };
  expect(driverSettings(driver)).toEqual({
    root: "s3://bucket-1",
    driverQueueUrl: "https://sqs/1/drivers.fifo",
    apiUrl: "https://x.lambda-url.us-east-1.on.aws/",
    programRole: "arn:aws-cn:iam::123456789012:role/path/Firecrest-Program",
    heartbeatMs: 10_000,
  });
  for (const role of [undefined, "Firecrest-Program", "arn:aws:iam::123456789012:user/ann"])
    expect(() => driverSettings({ ...driver, FIRECREST_PROGRAM_ROLE: role })).toThrow("FIRECREST_PROGRAM_ROLE");
});

test("a task function knows its memory and its environment's name, and needs no queue", () => {
  const { FIRECREST_TASK_TIERS: _, FIRECREST_WAKE_QUEUE: __, ...less } = environs;
  expect(taskSettings(less)).toMatchObject({ memoryMiB: 1769, worker: "2026/11/21/[$LATEST]abc" });
  expect(deadLetterSettings(less)).toEqual({ root: "s3://bucket-1", inboxPrefix: "Firecrest-inbox-" });
});

test.each([
  ["FIRECREST_ROOT", undefined],
  ["FIRECREST_ROOT", "bucket-1"],
  ["FIRECREST_ROOT", "s3://bucket-1/"],
  ["FIRECREST_TASK_TIERS", "["],
  ["FIRECREST_TASK_TIERS", "[]"],
  ["FIRECREST_TASK_TIERS", JSON.stringify(tiers.toReversed())],
  ["FIRECREST_TASK_TIERS", JSON.stringify([{ ...tiers[0], memoryMiB: "1769" }])],
  ["FIRECREST_TASK_TIERS", JSON.stringify([{ ...tiers[0], most: 0 }])],
  ["FIRECREST_WAKE_QUEUE", "wakes"],
  ["FIRECREST_INBOX_PREFIX", "inbox."],
  ["FIRECREST_INBOX_PREFIX", "x".repeat(55)],
  ["FIRECREST_FLEET_LIMIT", "0"],
  ["FIRECREST_FLEET_LIMIT", "1e2"],
  ["FIRECREST_HEARTBEAT_SECONDS", "61"],
])("%s must not be %s", (name, value) => {
  const read = () => coordinatorSettings({ ...environs, [name]: value });
  expect(read).toThrow(expect.objectContaining({ condition: "INVALID_ENVIRONMENT_VARIABLE" }));
  expect(read).toThrow(new RegExp(`variable ${name} is`));
});
