import type { Conf } from "../../engine/settings.ts";

/** The settings of a session, by Spark's keys. */
export interface SessionConf {
  /** Throws SQL_CONF_NOT_FOUND where there is neither a value nor a default. */
  get(key: string, defaultValue?: string): string;
  /** Throws CANNOT_MODIFY_STATIC_CONFIG. */
  set(key: string, value: string): void;
  unset(key: string): void;
  isModifiable(key: string): boolean;
  /** Defaults included. */
  getAll(): Conf;
  /** What was set, defaults left out. */
  given(): Conf;
  /** What an engine is told. */
  forEngine(): Conf;
}

/** Settings that a view does not keep: they decide how a query runs, not what it means. Source: Spark's CapturesConfig. */
const NOT_CAPTURED = [
  "spark.sql.optimizer.",
  "spark.sql.codegen.",
  "spark.sql.execution.",
  "spark.sql.shuffle.",
  "spark.sql.adaptive.",
  "spark.sql.warehouse.",
  "spark.firecrest.",
];
const ALWAYS_CAPTURED = ["spark.sql.ansi.enabled", "spark.sql.session.timeZone"];

/** The settings that a view or function keeps, so that its text means later what it meant when it was made. */
export function capturedConf(conf: SessionConf): Conf {
  const given = Object.entries(conf.given()).filter(
    ([key]) => key.startsWith("spark.sql.") && conf.isModifiable(key) && !NOT_CAPTURED.some((prefix) => key.startsWith(prefix)),
  );
  return { ...Object.fromEntries(ALWAYS_CAPTURED.map((key) => [key, conf.get(key)])), ...Object.fromEntries(given) };
}
