import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** How a program's process ended. */
export type ProgramEnd = { readonly exitCode: number } | { readonly signal: string };

export interface ProgramProcessOptions {
  /** An ES module. */
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** All that the process sees of environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onLine: (level: "info" | "warn", line: string) => void;
}

/** A line without an end is given in pieces of this many characters: a program may print megabytes without a break. */
const MAX_LINE = 64 * 1024;
/** Between asking a program to end and ending it. */
const GRACE_MS = 5_000;

/** A user's program as a process of its own, in a group with all that it starts. */
export class ProgramProcess {
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;

  constructor({ file, args, folder, variables, onLine }: ProgramProcessOptions) {
    // `env` is a whole one: nothing of this process's own is handed on.
    this.#child = spawn(process.execPath, ["--enable-source-maps", file, ...args], {
      cwd: folder,
      env: variables,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const output = [
      readLines(this.#child.stdout!, (line) => onLine("info", line)),
      readLines(this.#child.stderr!, (line) => onLine("warn", line)),
    ];
    this.ended = new Promise<ProgramEnd>((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code, signal) => {
        // What the program started would hold its output open.
        this.#signal("SIGKILL");
        Promise.all(output).then(() => resolve(code === null ? { signal: signal ?? "an unknown signal" } : { exitCode: code }), reject);
      });
    });
  }

  /** Asks the program to end, and ends it where it does not. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const kill = setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(kill);
  }

  /** Ends the program at once. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.ended;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (thrown) {
      // The group is gone already.
      if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
    }
  }
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk as Buffer)).split(/\r?\n/);
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
    for (; rest.length > MAX_LINE; rest = rest.slice(MAX_LINE)) onLine(rest.slice(0, MAX_LINE));
  }
  rest += decoder.end();
  if (rest !== "") onLine(rest);
}
