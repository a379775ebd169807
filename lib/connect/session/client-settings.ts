import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RuntimeConfig } from "../../dataframe/runtime-config.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { ConfigRequest_Operation, KeyValueSchema } from "../protocol/spark/connect/base_pb.js";
import { SPARK_DEFAULTS } from "./spark-defaults.ts";

/** What a Config call answers. */
export interface Configured {
  readonly pairs?: MessageInitShape<typeof KeyValueSchema>[];
  readonly warnings?: string[];
}

/** Reads or writes a session's settings. Throws SQL_CONF_NOT_FOUND, CANNOT_MODIFY_STATIC_CONFIG. */
export function configure(operation: ConfigRequest_Operation | undefined, conf: RuntimeConfig): Configured {
  const type = operation?.opType;
  switch (type?.case) {
    case "set":
      for (const { key, value } of type.value.pairs) set(key, value, conf, type.value.silent === true);
      return {};
    case "get":
      return { pairs: type.value.keys.map((key) => ({ key, value: found(key, conf) ?? conf.get(key) })) };
    case "getOption":
      return { pairs: type.value.keys.map((key) => pair(key, found(key, conf))) };
    case "getWithDefault":
      return { pairs: type.value.pairs.map(({ key, value }) => pair(key, given(key, conf) ?? value)) };
    case "getAll":
      return { pairs: all(conf, type.value.prefix ?? "") };
    case "unset":
      for (const key of type.value.keys) conf.unset(key);
      return {};
    case "isModifiable":
      return { pairs: type.value.keys.map((key) => ({ key, value: String(conf.isModifiable(key)) })) };
    default:
      throw new AnalysisError("FIRECREST_INVALID_PLAN", { path: "operation", problem: "it names no operation on settings" });
  }
}

function set(key: string, value: string | undefined, conf: RuntimeConfig, isSilent: boolean): void {
  if (isSilent && !conf.isModifiable(key)) return;
  conf.set(key, value ?? "");
}

const pair = (key: string, value: string | undefined): { key: string; value?: string } => (value === undefined ? { key } : { key, value });

const given = (key: string, conf: RuntimeConfig): string | undefined => conf.given()[key];

const found = (key: string, conf: RuntimeConfig): string | undefined => conf.getAll()[key] ?? SPARK_DEFAULTS[key];

function all(conf: RuntimeConfig, prefix: string): { key: string; value: string }[] {
  return Object.entries(conf.getAll())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => ({ key: key.slice(prefix.length), value }));
}
