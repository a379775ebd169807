import { AnalysisError } from "../../engine/errors.ts";

const FORMATS: ReadonlySet<string> = new Set(["parquet", "csv", "json", "text", "xml"]);
/** Spark has these, too. */
const ELSEWHERE: ReadonlySet<string> = new Set(["orc", "avro", "binaryfile", "jdbc", "kafka", "delta", "iceberg", "hudi"]);
const CLASS = /^org\.apache\.spark\.sql(?:\.execution\.datasources)?\.(?:v2\.)?(\w+)(?:\..*)?$/;

/** The format that USING names, by its short name. Throws where there are no tables of it. */
export function formatOf(provider: string): string {
  const name = provider.toLowerCase();
  const format = CLASS.exec(name)?.[1] ?? name;
  if (FORMATS.has(format)) return format;
  if (format === "hive") throw new AnalysisError("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT", { cmd: "CREATE Hive TABLE (AS SELECT)" });
  if (ELSEWHERE.has(format))
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `The format ${provider}`, advice: "Use parquet, csv, json, text or xml." });
  throw new AnalysisError("DATA_SOURCE_NOT_FOUND", { provider });
}
