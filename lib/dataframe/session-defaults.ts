import type { Conf, Engine } from "./engine-port.ts";

/** What the surroundings of a program (the CLI, a test) give every session that it opens. */
export interface SessionDefaults {
  /** Settings by Spark's keys; what the program sets itself wins, as with spark-submit. */
  readonly conf: Conf;
  /** Settings that win over the program's own. */
  readonly overrides?: Conf;
  /** Stands in front of each engine that a session opens: to watch its jobs, or to cancel them. */
  readonly watch?: (engine: Engine) => Engine;
}

let current: SessionDefaults = { conf: {} };

export const sessionDefaults = (): SessionDefaults => current;

/** For the whole process, from the next session on. */
export function setSessionDefaults(defaults: SessionDefaults): void {
  current = defaults;
}
