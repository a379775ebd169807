import { InvalidArgumentError } from "commander";
import type { Conf } from "../../lib/dataframe/engine-port.ts";

/** The options of `firecrest run`, read. */
export interface RunOptions {
  readonly workers?: number;
  /** As Spark writes sizes: `512m`, `4g`. */
  readonly memory?: string;
  readonly threads?: number;
  readonly explain?: boolean;
  readonly verbose?: boolean;
  readonly conf?: Conf;
}

const MAX_WORKERS = 1024;

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_WORKERS) throw new InvalidArgumentError(`Give a number from 1 to ${MAX_WORKERS}.`);
  return count;
}

export function parseMemory(text: string): string {
  if (!/^[1-9]\d*[kmgt]b?$/i.test(text)) throw new InvalidArgumentError("Give a size such as 512m or 4g.");
  return text.toLowerCase();
}

/** One more `--conf key=value`; the last one of a key wins. */
export function parseSetting(text: string, before: Conf = {}): Conf {
  const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError("Give key=value, such as spark.sql.ansi.enabled=false.");
  return { ...before, [key]: value };
}

/** The settings that the options stand for; `--conf` wins. */
export function confOf({ workers, memory, threads, conf }: RunOptions): Conf {
  return {
    ...(threads === undefined ? {} : { "spark.master": `local[${threads}]` }),
    ...(workers === undefined ? {} : { "spark.executor.instances": String(workers) }),
    ...(memory === undefined ? {} : { "spark.firecrest.memory": memory }),
    ...conf,
  };
}
