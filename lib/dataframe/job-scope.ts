import { AsyncLocalStorage } from "node:async_hooks";
import type { Engine, ExecuteOptions } from "./engine-port.ts";
import { wrapped } from "./wrapped-engine.ts";

const current = new AsyncLocalStorage<() => ExecuteOptions>();

/** Runs `work`; each job that it starts, however deep inside, ends with the signal of `optionsOf` and tells its listeners how it stands. */
export const inJobScope = <T>(optionsOf: () => ExecuteOptions, work: () => Promise<T>): Promise<T> => current.run(optionsOf, work);

/**
 * An engine whose jobs belong to the scope that they were started in: commands start theirs behind calls of the DataFrame API, which
 * have no handle for them.
 */
export const scopedEngine = (engine: Engine): Engine =>
  wrapped(engine, {
    execute: (plan, conf, options) => engine.execute(plan, conf, scoped(options)),
    write: (plan, conf, options) => engine.write(plan, conf, scoped(options)),
    ...(engine.analyzeTableFunction ? { analyzeTableFunction: analysis(engine) } : {}),
    ...(engine.pythonSource ? { pythonSource: source(engine) } : {}),
  });

const analysis =
  (engine: Engine): NonNullable<Engine["analyzeTableFunction"]> =>
  (request, constants, signal) =>
    engine.analyzeTableFunction!(request, constants, scoped(signal ? { signal } : {}).signal);

const source =
  (engine: Engine): NonNullable<Engine["pythonSource"]> =>
  (request, signal) =>
    engine.pythonSource!(request, scoped(signal ? { signal } : {}).signal);

/** What a job is given itself wins; it ends with either signal. */
function scoped(options: ExecuteOptions = {}): ExecuteOptions {
  const around = current.getStore()?.() ?? {};
  const signals = [options.signal, around.signal].filter((signal) => signal !== undefined);
  return { ...around, ...options, ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}) };
}
