import {
  GetFunctionConfigurationCommand,
  PublishLayerVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { createFunction, createQueue, type EmulatedAws, emulatedAws, eventually, invoke, PATIENCE_MS } from "../support/emulated-aws.ts";
import { describeOnLocalStack, START_MS, sharedLocalStack } from "../support/localstack.ts";
import { zip } from "../support/zip.ts";

const source = `
  let calls = 0;
  export async function handler(event, context) {
    calls++;
    if (event.log) console.log(event.log);
    if (event.throw) throw Object.assign(new Error(event.throw), { name: "CustomError" });
    if (event.exit !== undefined) process.exit(event.exit);
    if (event.signal) process.kill(process.pid, event.signal);
    if (event.late) setTimeout(() => { throw new Error("late"); });
    if (event.wait || event.late || event.signal) await new Promise((resolve) => setTimeout(resolve, event.wait ?? 60_000));
    return {
      calls, node: process.versions.node.split(".")[0], name: context.functionName, remaining: context.getRemainingTimeInMillis(),
      env: process.env.GREETING, memory: context.memoryLimitInMB, size: event.size && "x".repeat(event.size),
    };
  }`;

describeOnLocalStack("a function", { timeout: 2 * PATIENCE_MS }, () => {
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
    await createFunction(aws, "functions-probe", source, { Environment: { Variables: { GREETING: "hello" } }, MemorySize: 512 });
  }, START_MS);

  test.each(["arm64", "x86_64"] as const)("for %s runs on the project's Node and keeps its process", async (architecture) => {
    await createFunction(aws, `functions-${architecture}`, source, { Architectures: [architecture] });
    const first = await invoke(aws, `functions-${architecture}`);
    expect(first.result).toMatchObject({ calls: 1, node: process.versions.node.split(".")[0], name: `functions-${architecture}` });
    expect(await invoke(aws, `functions-${architecture}`)).toMatchObject({ error: undefined, result: { calls: 2 } });
  });

  test("has its environment, its memory size, its remaining time and its log", async () => {
    const { result, log } = await invoke(aws, "functions-probe", { log: "a line\nand another" });
    expect(result).toMatchObject({ env: "hello", memory: "512" });
    expect((result as { remaining: number }).remaining).toBeGreaterThan(0);
    expect((result as { remaining: number }).remaining).toBeLessThanOrEqual(30_000);
    expect(log).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST\n/);
    expect(log).toMatch(/\tINFO\ta line\rand another\n/);
    expect(log).toMatch(/\nEND RequestId: .*\nREPORT RequestId: .*\tMax Memory Used: [1-9]\d* MB/);
  });

  test("that throws answers with the error", async () => {
    const { error, result } = await invoke(aws, "functions-probe", { throw: "no" });
    expect(error).toBe("Unhandled");
    expect(result).toMatchObject({ errorType: "CustomError", errorMessage: "no", trace: expect.arrayContaining(["CustomError: no"]) });
  });

  test.each([
    [{ exit: 1 }, "exited with error: exit status 1"],
    [{ exit: 0 }, "exited without providing a reason"],
    [{ signal: "SIGKILL" }, "exited with error: signal: killed"],
  ])("that ends by %j is said to have, and the next invocation gets a fresh process", async (event, reason) => {
    const { error, result } = await invoke(aws, "functions-probe", event);
    expect(error).toBe("Unhandled");
    expect(result).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime ${reason}$`)),
    });
    expect(await invoke(aws, "functions-probe")).toMatchObject({ error: undefined, result: { calls: 1 } });
  });

  test("that throws outside of its handler answers with that error", async () => {
    expect(await invoke(aws, "functions-probe", { late: true })).toMatchObject({ error: "Unhandled", result: { errorMessage: "late" } });
  });

  test("is ended at its time limit, and the next invocation gets a fresh process", async () => {
    await createFunction(aws, "functions-slow", source, { Timeout: 1 });
    const { error, result, log } = await invoke(aws, "functions-slow", { wait: 60_000 });
    expect(error).toBe("Unhandled");
    expect(result).toMatchObject({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
    });
    expect(log).toMatch(/Task timed out after 1\.00 seconds/);
    expect(await invoke(aws, "functions-slow")).toMatchObject({ error: undefined, result: { calls: 1 } });
  });

  test("may answer with 6 MB and not more", async () => {
    expect(await invoke(aws, "functions-probe", { size: 6_000_000 })).toMatchObject({ error: undefined });
    const { error, result } = await invoke(aws, "functions-probe", { size: 6_300_000 });
    expect([error, (result as { errorType: string }).errorType]).toEqual(["Unhandled", "Function.ResponseSizeTooLarge"]);
  });

  test("that cannot be loaded says why", async () => {
    await createFunction(aws, "functions-unnamed", source, { Handler: "index.nothing" });
    await createFunction(aws, "functions-importing", 'import "nothing-of-this-name"; export const handler = async () => 1;');
    expect(await invoke(aws, "functions-unnamed")).toMatchObject({ error: "Unhandled", result: { errorType: "Runtime.HandlerNotFound" } });
    expect(await invoke(aws, "functions-importing")).toMatchObject({
      error: "Unhandled",
      result: { errorType: "Runtime.ImportModuleError" },
    });
  });

  test("finds the packages of its layers by import and by require", async () => {
    const layer = async (name: string, files: Readonly<Record<string, string>>) =>
      (await aws.lambda.send(new PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: zip(files) } }))).LayerVersionArn!;
    const layers = [
      await layer("functions-one", {
        "nodejs/node_modules/one/package.json": '{"main":"i.js"}',
        "nodejs/node_modules/one/i.js": "module.exports = 1",
      }),
      await layer("functions-two", {
        "nodejs/node_modules/@s/two/package.json": '{"exports":"./i.mjs"}',
        "nodejs/node_modules/@s/two/i.mjs": "export const two = 2",
      }),
    ];
    const code = `
      import { two } from "@s/two"; import { createRequire } from "node:module";
      const one = createRequire(import.meta.url)("one"); export const handler = async () => [one, two];`;
    await createFunction(aws, "functions-layered", code, { Layers: layers });
    expect(await invoke(aws, "functions-layered")).toMatchObject({ error: undefined, result: [1, 2] });
  });

  test("that fails an asynchronous invocation without retries reaches its failure destination", async () => {
    const destination = await createQueue(aws, "functions-failures");
    await createFunction(aws, "functions-async", source);
    await aws.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: "functions-async",
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: destination.arn } },
      }),
    );
    await invoke(aws, "functions-async", { throw: "no" }, { InvocationType: "Event", LogType: "None" });
    const record = await eventually(async () => {
      const { Messages } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl: destination.url, WaitTimeSeconds: 1 }));
      return JSON.parse(Messages![0]!.Body!);
    });
    expect(record).toMatchObject({
      requestPayload: { throw: "no" },
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 1 },
      responsePayload: { errorMessage: "no" },
    });
  });

  test("is throttled beyond its reserved concurrency", async () => {
    await createFunction(aws, "functions-reserved", source);
    await aws.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: "functions-reserved", ReservedConcurrentExecutions: 0 }));
    await expect(invoke(aws, "functions-reserved")).rejects.toMatchObject({ name: "TooManyRequestsException" });
  });

  test("runs its new code and configuration after an update", async () => {
    await createFunction(aws, "functions-updated", "export const handler = async () => 1;");
    expect(await invoke(aws, "functions-updated")).toMatchObject({ result: 1 });
    const FunctionName = "functions-updated";
    await aws.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip({ "index.mjs": "export const handler = async () => process.env.X;" }) }),
    );
    await eventually(async () =>
      expect((await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).LastUpdateStatus).toBe("Successful"),
    );
    await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { X: "new" } } }));
    await eventually(async () => expect(await invoke(aws, FunctionName)).toMatchObject({ result: "new" }));
  });
});
