// Starts and stops one LocalStack, which writes `localstack.json` into its folder once it serves.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = dirname(dirname(fileURLToPath(import.meta.url)));
const READY_SECONDS = 120;
const STOP_SECONDS = 15;
/** What the emulator exits with where another one has the folder: EX_TEMPFAIL. */
const FOLDER_TAKEN = 75;

const stateFile = (folder) => join(folder, "localstack.json");
const logFile = (folder) => join(folder, "localstack.log");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `done()`; false when the seconds are over. */
async function until(done, seconds) {
  for (const end = Date.now() + seconds * 1000; !done(); await pause(50)) if (Date.now() > end) return false;
  return true;
}

/** Whether the process is there and is that instance: a number may have gone to another process since. */
function isAlive({ pid, folder }) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync("/proc/self/cmdline")) return true;
  return existsSync(commandLine) && readFileSync(commandLine, "utf8").split("\0").includes(folder);
}

/** The instance of a folder, `{pid, port, endpoint, folder}`; undefined where none runs. */
export function runningInstance(folder) {
  if (!existsSync(stateFile(folder))) return undefined;
  const instance = JSON.parse(readFileSync(stateFile(folder), "utf8"));
  return isAlive(instance) ? instance : undefined;
}

/** Starts an instance and waits until it serves. `started` is false where one of this folder was running. */
export async function startInstance(settings) {
  const { folder } = settings;
  const running = runningInstance(folder);
  if (running) return { endpoint: running.endpoint, started: false };
  mkdirSync(folder, { recursive: true });
  const child = launch({ ...settings, port: await freePort(settings.port) });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  // Of two starts at once the second one ends, and its caller gets the first one's instance.
  await until(() => runningInstance(folder) !== undefined || (hasEnded() && child.exitCode !== FOLDER_TAKEN), READY_SECONDS);
  const instance = runningInstance(folder);
  if (!instance) {
    child.kill("SIGKILL");
    throw new Error(`LocalStack did not start. The end of ${logFile(folder)}:\n${logTail(folder, 20)}`);
  }
  child.unref();
  return { endpoint: instance.endpoint, started: instance.pid === child.pid };
}

/** The port itself where it is free, any free one for 0. */
function freePort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) =>
      reject(error.code === "EADDRINUSE" ? new Error(`port ${port} is taken. Choose another: --port <n>`) : error),
    );
    server.listen(port, "127.0.0.1", () => {
      const { port: found } = server.address();
      server.close(() => resolve(found));
    });
  });
}

function launch({ folder, port, venv, node, limitMemory, owner }) {
  const log = openSync(logFile(folder), "a");
  const options = [
    ...["--port", port, "--folder", folder, "--node", node],
    ...(limitMemory ? ["--limit-memory"] : []),
    ...(owner === undefined ? [] : ["--owner", owner]),
  ];
  const child = spawn(join(venv, "bin", "python"), ["-m", "firecrest_localstack", ...options.map(String)], {
    env: { ...process.env, PYTHONPATH: packages, PYTHONUNBUFFERED: "1" },
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  return child;
}

/** Ends the instance of a folder and its functions' processes. False where none ran. */
export async function stopInstance(folder) {
  const instance = runningInstance(folder);
  if (instance) {
    signal(instance.pid, "SIGTERM");
    if (!(await until(() => !isAlive(instance), STOP_SECONDS))) {
      for (const pid of [instance.pid, ...childrenOf(instance.pid)]) signal(pid, "SIGKILL");
    }
  }
  rmSync(stateFile(folder), { force: true });
  return instance !== undefined;
}

/** Sends a signal; a process that has ended meanwhile is as good as one that got it. */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Linux alone tells; elsewhere functions end by themselves when the emulator's end of their input closes. */
function childrenOf(pid) {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return [];
  return readdirSync(threads).flatMap((thread) =>
    readFileSync(join(threads, thread, "children"), "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number),
  );
}

export function logTail(folder, lines) {
  return readFileSync(logFile(folder), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}
