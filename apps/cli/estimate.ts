import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RemoteEngine } from "../../lib/backends/remote/remote-engine.ts";
import type { Conf, Engine } from "../../lib/dataframe/engine-port.ts";
import { setSessionDefaults } from "../../lib/dataframe/session-defaults.ts";
import { wrapped } from "../../lib/dataframe/wrapped-engine.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { noJobMetrics } from "../../lib/service/job-metrics.ts";
import { estimateLines } from "./estimate-lines.ts";
import { USAGE_ERROR } from "./exit-codes.ts";
import { resolveOwnPackage } from "./run.ts";
import { clientConf, type ServiceOptions } from "./service-options.ts";

/** The program asks for rows, and an estimate has none. */
class RowsNeeded extends Error {}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join("\n")}\n`);

/**
 * Runs a job's program with nothing behind it: each action is estimated instead of run. Writes are passed over; a program that
 * asks for rows is not followed further, because what it does next may hang on them. Sets the exit code.
 */
export async function estimate(job: string, jobArguments: readonly string[], options: ServiceOptions): Promise<void> {
  const jobFile = resolve(job);
  if (!statSync(jobFile, { throwIfNoEntry: false })?.isFile()) {
    process.stderr.write(`firecrest: there is no file ${job}\n`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  setSessionDefaults({ conf: clientConf(options), overrides: { "spark.master": options.to }, watch: estimating });
  resolveOwnPackage();
  process.argv = [process.argv[0]!, jobFile, ...jobArguments];
  try {
    await import(pathToFileURL(jobFile).href);
  } catch (thrown) {
    if (!(thrown instanceof RowsNeeded)) throw thrown;
    print(["The program goes on with the rows of this action: what follows is not estimated."]);
  }
}

/** An engine that knows of each action what it would take, and runs none. */
function estimating(engine: Engine): Engine {
  if (!(engine instanceof RemoteEngine)) throw new TypeError("only a service estimates: give its address by --to");
  let actions = 0;
  const tell = async (plan: LogicalPlan, conf: Conf) => print(estimateLines(++actions, await engine.estimate(plan, conf)));
  return wrapped(engine, {
    write: async (plan, conf) => {
      await tell(plan, conf);
      return noJobMetrics;
    },
    execute: async (plan, conf) => {
      await tell(plan, conf);
      throw new RowsNeeded();
    },
  });
}
