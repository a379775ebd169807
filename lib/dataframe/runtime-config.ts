import { AnalysisError } from "../engine/errors.ts";
import { settingIn } from "../engine/setting.ts";
import type { Conf } from "./engine-port.ts";

/** Spark's defaults of the settings that Firecrest honours. */
const DEFAULTS: Conf = {
  "spark.sql.adaptive.enabled": "true",
  "spark.sql.ansi.enabled": "true",
  "spark.sql.autoBroadcastJoinThreshold": "10485760b",
  "spark.sql.caseSensitive": "false",
  "spark.sql.crossJoin.enabled": "true",
  "spark.sql.files.maxPartitionBytes": "134217728b",
  "spark.sql.mapKeyDedupPolicy": "EXCEPTION",
  "spark.sql.parquet.compression.codec": "snappy",
  "spark.sql.pivotMaxValues": "10000",
  "spark.sql.retainGroupColumns": "true",
  "spark.sql.session.timeZone": Intl.DateTimeFormat().resolvedOptions().timeZone,
  "spark.sql.shuffle.partitions": "200",
  "spark.sql.sources.default": "parquet",
  "spark.sql.sources.partitionColumnTypeInference.enabled": "true",
  "spark.sql.sources.partitionOverwriteMode": "STATIC",
  "spark.sql.storeAssignmentPolicy": "ANSI",
};

/** Where nobody sets these, the backend does, by what it runs on. */
const LEFT_TO_BACKEND: ReadonlySet<string> = new Set(["spark.sql.files.maxPartitionBytes", "spark.sql.shuffle.partitions"]);

/** Read once, when an engine opens or a session begins: setting them later would do nothing. */
const STATIC: ReadonlySet<string> = new Set([
  "spark.app.name",
  "spark.executor.cores",
  "spark.executor.instances",
  "spark.firecrest.auth",
  "spark.firecrest.memory",
  "spark.firecrest.python",
  "spark.firecrest.region",
  "spark.firecrest.token",
  "spark.local.dir",
  "spark.master",
  "spark.sql.catalogImplementation",
  "spark.sql.extensions",
  "spark.sql.warehouse.dir",
]);

export type ConfValue = string | number | boolean;

/** The settings of a session, as `pyspark.sql.conf.RuntimeConfig`. Keys that Firecrest does not know are kept. */
export class RuntimeConfig {
  readonly #given: Map<string, string>;

  constructor(given: Conf = {}) {
    this.#given = new Map(Object.entries(given));
  }
  /** The value of a key, its default, or `defaultValue`. Throws SQL_CONF_NOT_FOUND where there is none of them. */
  get(key: string, defaultValue?: string): string {
    const value = this.#given.get(key) ?? defaultValue ?? settingIn(DEFAULTS, key);
    if (value === undefined) throw new AnalysisError("SQL_CONF_NOT_FOUND", { sqlConf: `"${key}"` });
    return value;
  }
  set(key: string, value: ConfValue): void {
    if (!this.isModifiable(key)) throw new AnalysisError("CANNOT_MODIFY_STATIC_CONFIG", { key: `"${key}"` });
    this.#given.set(key, String(value));
  }
  /** Back to the default. */
  unset(key: string): void {
    if (!this.isModifiable(key)) throw new AnalysisError("CANNOT_MODIFY_STATIC_CONFIG", { key: `"${key}"` });
    this.#given.delete(key);
  }
  /** Whether a key can be set while the session lives. */
  isModifiable(key: string): boolean {
    return !STATIC.has(key);
  }
  /** All settings, defaults included. */
  getAll(): Conf {
    return { ...DEFAULTS, ...Object.fromEntries(this.#given) };
  }
  /** @internal What was set, defaults left out. */
  given(): Conf {
    return Object.fromEntries(this.#given);
  }
  /** @internal What an engine is told. */
  forEngine(): Conf {
    const defaults = Object.entries(DEFAULTS).filter(([key]) => !LEFT_TO_BACKEND.has(key));
    return { ...Object.fromEntries(defaults), ...Object.fromEntries(this.#given) };
  }
  /** @internal A copy that is set apart. */
  copy(): RuntimeConfig {
    return new RuntimeConfig(Object.fromEntries(this.#given));
  }
}
