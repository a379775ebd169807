import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** `firecrest connect`, from its sources, in a folder of its own that goes with it. */
export interface RunningServer {
  readonly remote: string;
  readonly folder: string;
  /** The last of what it printed. */
  output(): string;
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 5_000;
const firecrest = join(import.meta.dirname, "../../../apps/cli/main.ts");

export async function startServer(options: readonly string[] = []): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "firecrest-conformance-"));
  const port = await freePort();
  const child = spawn(process.execPath, [firecrest, "connect", "--port", String(port), ...options], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output = `${output}${text}`.slice(-10_000)));
  for (const end = Date.now() + START_MS; !(await answers(port)); await sleep(100)) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`the server did not start: ${output}`);
  }
  return { remote: `sc://127.0.0.1:${port}`, folder, output: () => output, stop: () => stopped(child, folder) };
}

async function stopped(child: ChildProcess, folder: string): Promise<void> {
  const exit = child.exitCode === null ? once(child, "exit") : undefined;
  child.kill("SIGTERM");
  await Promise.race([exit, sleep(STOP_MS, undefined, { ref: false })]);
  if (child.exitCode === null) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
