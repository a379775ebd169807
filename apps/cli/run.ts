import { statSync } from "node:fs";
import { registerHooks } from "node:module";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { setSessionDefaults } from "../../lib/dataframe/session-defaults.ts";
import type { Conf } from "../../lib/engine/settings.ts";
import { openConsole, type RunConsole } from "./console.ts";
import { FAILED, INTERRUPTED, USAGE_ERROR } from "./exit-codes.ts";
import { failureText } from "./failure.ts";
import type { Decision } from "./interrupt.ts";
import { JobWatch } from "./watch.ts";

/** How long Ctrl-C waits for tasks to end and their output to be taken back. */
const CANCEL_MS = 10_000;

/** How a job's module is run. */
export interface RunRequest {
  readonly conf: Conf;
  /** Settings that the job cannot change. */
  readonly overrides?: Conf;
  /** Prints the plan of each action before it runs. */
  readonly explain?: boolean;
  /** Prints stack traces. */
  readonly verbose?: boolean;
  /** What Ctrl-C means; absent: cancel. */
  readonly decide?: () => Promise<Decision>;
  /** What to tell of jobs that run on. */
  readonly leftText?: (jobs: readonly string[]) => string;
}

/** Runs a job's module in this process and reports on it. Sets the exit code. */
export async function run(job: string, jobArguments: readonly string[], request: RunRequest): Promise<void> {
  const jobFile = resolve(job);
  const folder = process.cwd();
  if (!statSync(jobFile, { throwIfNoEntry: false })?.isFile()) {
    process.stderr.write(`firecrest: there is no file ${job}\n`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  const { conf, overrides = {}, explain = false, verbose = false } = request;
  const output = openConsole(explain);
  const watch = new JobWatch(output);
  setSessionDefaults({ conf, overrides, watch: (engine) => watch.watch(engine) });
  resolveOwnPackage();
  stopOnInterrupt(watch, output, request);
  process.argv = [process.argv[0]!, jobFile, ...jobArguments];

  const fail = async (thrown: unknown) => {
    // Ctrl-C makes the job reject; stopOnInterrupt ends the process then.
    if (watch.cancelled) return;
    output.end();
    output.say(failureText(thrown, { jobFile, folder, verbose }));
    await watch.close();
    process.exit(FAILED);
  };
  process.on("unhandledRejection", fail);
  const started = performance.now();
  try {
    await import(pathToFileURL(jobFile).href);
    await watch.close();
  } catch (thrown) {
    return fail(thrown);
  }
  output.end();
  output.summarize(relative(folder, jobFile), performance.now() - started);
}

/** `firecrest` in a job is this very package, wherever the job's file lies: what the CLI set for sessions must reach the job. */
export function resolveOwnPackage(): void {
  const own = import.meta.resolve("firecrest");
  registerHooks({
    resolve: (specifier, context, next) => (specifier === "firecrest" ? { url: own, shortCircuit: true } : next(specifier, context)),
  });
}

function stopOnInterrupt(watch: JobWatch, output: RunConsole, { decide = async () => "cancel", leftText }: RunRequest): void {
  let asked = false;
  process.on("SIGINT", async () => {
    if (watch.cancelled || asked) process.exit(INTERRUPTED);
    asked = true;
    const decision = await output.quietly(decide);
    asked = false;
    if (decision === "go on") return;
    if (decision === "leave") {
      output.end();
      if (leftText) output.say(leftText(watch.running));
      process.exit(INTERRUPTED);
    }
    watch.cancel();
    output.say("cancelling; Ctrl-C again stops at once");
    setTimeout(() => process.exit(INTERRUPTED), CANCEL_MS);
    await watch.close().catch(() => {});
    process.exit(INTERRUPTED);
  });
}
