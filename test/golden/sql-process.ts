import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Answer, readAnswer } from "./answer.ts";

const cli = fileURLToPath(new URL("../../apps/cli/main.ts", import.meta.url));

/** Beyond the time that a statement may take: to cancel it and to answer. */
const GRACE_MS = 10_000;
const START_MS = 60_000;
/** Of what the process complains, the end is shown. */
const MOST_COMPLAINT = 2_000;

/** `firecrest sql --output jsonl --protocol` as a child process, one request at a time. */
export class SqlProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaint = "";
  #ended = false;

  /** `folder` holds the warehouse. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const options = ["--output", "jsonl", "--protocol", "--warehouse", `${folder}/warehouse`, "--threads", "1", "--memory", "1g"];
    this.#child = spawn(process.execPath, [cli, "sql", ...options], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, TZ: "America/Los_Angeles", LC_ALL: "en_US.UTF-8" },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#child.stderr!.on("data", (text) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-MOST_COMPLAINT);
    });
    this.#child.on("exit", () => {
      this.#ended = true;
    });
    this.#child.stdin!.on("error", () => {});
  }

  /** Whether it can answer. */
  get isUsable(): boolean {
    return !this.#ended;
  }

  /** A session with these settings instead of the last one. */
  async beginSession(conf: Readonly<Record<string, string>>): Promise<void> {
    const line = await this.#request({ session: { conf } }, START_MS);
    if (line === undefined) throw new Error(`the process does not answer: ${this.#complaint}`);
    const answer = readAnswer(line);
    if (answer.kind === "error") throw new Error(answer.error.message);
  }

  async run(sql: string, timeoutSeconds: number): Promise<Answer> {
    const line = await this.#request({ sql, timeoutSeconds }, timeoutSeconds * 1000 + GRACE_MS);
    if (line !== undefined) return readAnswer(line);
    const reason = this.#ended ? `the process ended: ${this.#complaint}` : `no answer in ${timeoutSeconds} s`;
    await this.close();
    return { kind: "none", reason };
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.#child.on("exit", resolve));
    this.#child.stdin!.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 3_000);
    await exited;
    clearTimeout(timer);
  }

  async #request(request: object, waitMs: number): Promise<string | undefined> {
    if (this.#ended) return undefined;
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), waitMs);
    });
    const line = await Promise.race([this.#lines.next(), late]);
    clearTimeout(timer);
    return line === undefined || line.done ? undefined : line.value;
  }
}
