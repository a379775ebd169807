import type { Engine, EngineSettings, OpenEngine } from "./engine-port.ts";
import { observing } from "./observing-engine.ts";
import { type ConfValue, RuntimeConfig } from "./runtime-config.ts";
import { SparkSession } from "./session.ts";
import { sessionDefaults } from "./session-defaults.ts";

/** What opens engines, and the one session that `getOrCreate` shares. */
let openEngine: OpenEngine | undefined;
let active: Promise<SparkSession> | undefined;

/** Says which engine sessions run on; lib/firecrest.ts does. */
export function provideEngine(open: OpenEngine): void {
  openEngine = open;
}

/** `SparkSession.builder`. */
export class SessionBuilder {
  readonly #conf: Readonly<Record<string, string>>;

  /** @internal */
  constructor(conf: Readonly<Record<string, string>> = {}) {
    this.#conf = conf;
  }
  appName(name: string): SessionBuilder {
    return this.config("spark.app.name", name);
  }
  /** `local`, `local[4]` (four threads), `local[*]` (all), or what a backend knows. */
  master(master: string): SessionBuilder {
    return this.config("spark.master", master);
  }
  config(key: string, value: ConfValue): SessionBuilder;
  config(settings: Readonly<Record<string, ConfValue>>): SessionBuilder;
  config(first: string | Readonly<Record<string, ConfValue>>, value?: ConfValue): SessionBuilder {
    const settings = typeof first === "string" ? { [first]: value } : first;
    const texts = Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, String(setting)]));
    return new SessionBuilder({ ...this.#conf, ...texts });
  }
  /** The running session, with these settings added, or a new one. */
  async getOrCreate(): Promise<SparkSession> {
    if (active) {
      const session = await active;
      for (const [key, value] of Object.entries(this.#conf)) if (session.conf.isModifiable(key)) session.conf.set(key, value);
      return session;
    }
    active = this.create();
    active.catch(() => {
      active = undefined;
    });
    return active;
  }
  /** A new session on an engine of its own. */
  async create(): Promise<SparkSession> {
    if (!openEngine) throw new TypeError('no engine: import SparkSession from "firecrest"');
    const { conf: surroundings, overrides, watch = (opened: Engine) => opened } = sessionDefaults();
    const conf = { "spark.app.name": "firecrest", "spark.master": "local[*]", ...surroundings, ...this.#conf, ...overrides };
    const engine = observing(watch(await openEngine(engineSettings(conf))));
    const session: SparkSession = new SparkSession(engine, new RuntimeConfig(conf), () => void forget(session));
    return session;
  }
}

async function forget(session: SparkSession): Promise<void> {
  const current = active;
  if (current && (await current) === session && active === current) active = undefined;
}

/** `local[4]` asks for four threads, `local` for one, `local[*]` for all. */
export function engineSettings(conf: Readonly<Record<string, string>>): EngineSettings {
  const master = conf["spark.master"] ?? "local[*]";
  const local = /^local(?:\[(\d+|\*)\])?$/.exec(master);
  const threads = !local || local[1] === "*" ? undefined : Number(local[1] ?? 1);
  if (threads === 0) throw new RangeError(`${master} asks for no thread`);
  return { master, conf, ...(threads === undefined ? {} : { threads }) };
}
