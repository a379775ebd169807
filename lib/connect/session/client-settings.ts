import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Conf } from "../../dataframe/engine-port.ts";
import type { RuntimeConfig } from "../../dataframe/runtime-config.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { isSecret, settingIn } from "../../engine/setting.ts";
import { setChecked } from "../../sql/commands/settings.ts";
import type { ConfigRequest_Operation, KeyValueSchema } from "../protocol/spark/connect/base_pb.js";
import { settingWarning } from "./deprecated-settings.ts";
import { SPARK_DEFAULTS } from "./spark-defaults.ts";

/** What a Config call answers. */
export interface Configured {
  readonly pairs: MessageInitShape<typeof KeyValueSchema>[];
  readonly warnings?: string[];
}

/** Bytes of a setting's value, and settings of a session. */
const MOST_BYTES = 1024 * 1024;
const MOST_SETTINGS = 10_000;
/** Makes `spark.profile` show something, in Spark: refused by name, since it would show nothing. */
const PROFILER = "spark.sql.pyspark.udf.profiler";

/**
 * Reads or writes a session's settings. Throws SQL_CONF_NOT_FOUND for a key without a value, CANNOT_MODIFY_STATIC_CONFIG, and
 * INVALID_CONF_VALUE for what the engine cannot read.
 */
export function configure(operation: ConfigRequest_Operation | undefined, conf: RuntimeConfig): Configured {
  const type = operation?.opType;
  switch (type?.case) {
    case "set": {
      const { pairs, silent = false } = type.value;
      for (const { key, value } of pairs) set(key, value, conf, silent);
      return answer(
        [],
        pairs.map(({ key }) => key),
      );
    }
    case "get":
      return answer(
        type.value.keys.map((key) => ({ key, value: effective(key, conf) ?? conf.get(key) })),
        type.value.keys,
      );
    case "getOption":
      return answer(
        type.value.keys.map((key) => pair(key, effective(key, conf))),
        type.value.keys,
      );
    case "getWithDefault":
      return answer(
        type.value.pairs.map(({ key, value }) => pair(key, settingIn(conf.given(), key) ?? value)),
        type.value.pairs.map(({ key }) => key),
      );
    case "getAll":
      return answer(all(conf.given(), type.value.prefix ?? ""), []);
    case "unset":
      for (const key of type.value.keys) conf.unset(key);
      return answer([], type.value.keys);
    case "isModifiable":
      return answer(
        type.value.keys.map((key) => ({ key, value: String(isModifiable(key, conf)) })),
        [],
      );
    default:
      throw new AnalysisError("FIRECREST_INVALID_PLAN", { path: "operation", problem: "it names no operation on settings" });
  }
}

const answer = (pairs: Configured["pairs"], keys: readonly string[]): Configured => ({
  pairs,
  warnings: keys.flatMap((key) => settingWarning(key) ?? []),
});

/** With `silent`, what cannot be set is passed over: a session that others share keeps its static settings. */
function set(key: string, value: string | undefined, conf: RuntimeConfig, silent: boolean): void {
  if (value === undefined) throw new AnalysisError("FIRECREST_INVALID_PLAN", { path: key, problem: "it is to be set, but has no value" });
  const isLarge = key.length + value.length > MOST_BYTES || Object.keys(conf.given()).length >= MOST_SETTINGS;
  if (isLarge && settingIn(conf.given(), key) !== value)
    throw new AnalysisError("FIRECREST_CONNECT_BOUND", {
      bound: `${MOST_SETTINGS} settings of ${MOST_BYTES} bytes in a session`,
      advice: "Put data into a DataFrame.",
    });
  if (silent && !conf.isModifiable(key)) return;
  if (key === PROFILER && value !== "")
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `Profiling functions in Python (${PROFILER})`,
      advice: "Call the function under a profiler in the program, on rows of its own.",
    });
  setChecked(conf, key, value);
}

const pair = (key: string, value: string | undefined): { key: string; value?: string } => (value === undefined ? { key } : { key, value });

const effective = (key: string, conf: RuntimeConfig): string | undefined => settingIn(conf.getAll(), key) ?? settingIn(SPARK_DEFAULTS, key);

/** As in Spark, what it does not know cannot be modified, though it can be set. */
const isModifiable = (key: string, conf: RuntimeConfig): boolean =>
  conf.isModifiable(key) && (key.startsWith("spark.sql.") || effective(key, conf) !== undefined);

const all = (settings: Conf, prefix: string): { key: string; value: string }[] =>
  Object.entries(settings)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => ({ key: key.slice(prefix.length), value }));

/** What the server was started with, without what no client may read. */
export const withoutSecrets = (settings: Conf): Conf => Object.fromEntries(Object.entries(settings).filter(([key]) => !isSecret(key)));
