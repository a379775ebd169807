import { AsyncLocalStorage } from "node:async_hooks";
import type { Engine, ExecuteOptions } from "../../dataframe/engine-port.ts";

const current = new AsyncLocalStorage<ExecuteOptions>();

/** Runs `work`; the jobs that it starts, however deep inside, end with its signal and tell its listener how they stand. */
export const duringOperation = <T>(options: ExecuteOptions, work: () => Promise<T>): Promise<T> => current.run(options, work);

/**
 * An engine whose jobs belong to the operation that they were started in. Commands start theirs behind the calls of the DataFrame API,
 * which have no handle for them; whatever else the engine offers is as it was.
 */
export function operationEngine(engine: Engine): Engine {
  const own: Pick<Engine, "execute" | "write"> = {
    execute: (plan, conf, options) => engine.execute(plan, conf, { ...current.getStore(), ...options }),
    write: (plan, conf, options) => engine.write(plan, conf, { ...current.getStore(), ...options }),
  };
  return new Proxy(engine, {
    get(target, name) {
      if (name === "execute" || name === "write") return own[name];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
