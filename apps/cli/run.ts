import { statSync } from "node:fs";
import { registerHooks } from "node:module";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { setSessionDefaults } from "../../lib/dataframe/session-defaults.ts";
import { openConsole } from "./console.ts";
import { failureText } from "./failure.ts";
import { confOf, type RunOptions } from "./options.ts";
import { JobWatch } from "./watch.ts";

const FAILED = 1;
const USAGE_ERROR = 2;
const INTERRUPTED = 130;
/** How long Ctrl-C waits for tasks to end and their output to be taken back. */
const CANCEL_MS = 10_000;

/** Runs a job's module in this process and reports on it. Sets the exit code. */
export async function run(job: string, jobArguments: readonly string[], options: RunOptions): Promise<void> {
  const jobFile = resolve(job);
  const folder = process.cwd();
  if (!statSync(jobFile, { throwIfNoEntry: false })?.isFile()) {
    process.stderr.write(`firecrest: there is no file ${job}\n`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  const output = openConsole(options.explain ?? false);
  const watch = new JobWatch(output);
  setSessionDefaults({ conf: confOf(options), watch: (engine) => watch.watch(engine) });
  resolveOwnPackage();
  cancelOnInterrupt(watch, (text) => output.say(text));
  process.argv = [process.argv[0]!, jobFile, ...jobArguments];

  const fail = async (thrown: unknown) => {
    // Ctrl-C makes the job reject; cancelOnInterrupt ends the process then.
    if (watch.cancelled) return;
    output.end();
    output.say(failureText(thrown, { jobFile, folder, verbose: options.verbose ?? false }));
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
function resolveOwnPackage(): void {
  const own = import.meta.resolve("firecrest");
  registerHooks({
    resolve: (specifier, context, next) => (specifier === "firecrest" ? { url: own, shortCircuit: true } : next(specifier, context)),
  });
}

function cancelOnInterrupt(watch: JobWatch, say: (text: string) => void): void {
  process.on("SIGINT", async () => {
    if (watch.cancelled) process.exit(INTERRUPTED);
    watch.cancel();
    say("cancelling; Ctrl-C again stops at once");
    setTimeout(() => process.exit(INTERRUPTED), CANCEL_MS);
    await watch.close().catch(() => {});
    process.exit(INTERRUPTED);
  });
}
