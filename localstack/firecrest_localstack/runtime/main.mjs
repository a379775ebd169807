// The runtime of a function: `main.mjs <fd>`. Invocations come and results go as lines of JSON over the socket `fd`; see functions/process.py.
// Its end of the socket closes when the emulator is gone, however that happened, and the function goes with it.
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { logConsoleAsLambda, logError } from "./console.mjs";
import { describeError } from "./errors.mjs";
import { loadHandler } from "./handler.mjs";

const emulator = new Socket({ fd: Number(process.argv[2]) });
const send = (message) => new Promise((resolve) => emulator.write(`${JSON.stringify(message)}\n`, resolve));

/** The request under way. */
const current = { id: undefined };

// Lines on stdout and results go two ways; this mark lets the emulator wait for the last line of an invocation.
const endLog = (id) => process.stdout.write(`\0${id}\n`);

async function die(error, type) {
  const described = describeError(error, type);
  logError(current.id, "Uncaught Exception", described);
  if (current.id) {
    endLog(current.id);
    await send({ id: current.id, error: described });
  }
  process.exit(129);
}

async function invoke(handler, { id, event, arn, deadline, trace }) {
  current.id = id;
  process.env._X_AMZN_TRACE_ID = trace;
  try {
    const result = await handler(JSON.parse(event), contextOf(id, arn, deadline));
    const text = JSON.stringify(result === undefined ? null : result);
    endLog(id);
    await send({ id, result: text });
  } catch (error) {
    const described = describeError(error);
    logError(id, "Invoke Error ", described);
    endLog(id);
    await send({ id, error: described });
  }
}

function contextOf(id, arn, deadline) {
  const { env } = process;
  return {
    awsRequestId: id,
    invokedFunctionArn: arn,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

emulator.on("error", () => process.exit(1));
emulator.on("close", () => process.exit(0));
process.on("uncaughtException", (error) => die(error));
process.on("unhandledRejection", (error) => die(error, "Runtime.UnhandledPromiseRejection"));
logConsoleAsLambda(current);

let handler;
try {
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
} catch (error) {
  const described = describeError(error);
  logError(undefined, "Uncaught Exception", described);
  await send({ initError: described });
  process.exit(1);
}
await send({ ready: true });
// One after another, as Lambda does; the emulator sends the next invocation only after this one's result.
createInterface({ input: emulator }).on("line", (line) => invoke(handler, JSON.parse(line)));
