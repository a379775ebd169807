import { provideEngine } from "./dataframe/session-builder.ts";
import { setSessionDefaults } from "./dataframe/session-defaults.ts";
import { readDriverEnvironment } from "./service/driver-environment.ts";

/**
 * Firecrest's public API: Apache Spark's programming model, by PySpark's names.
 *
 * ```ts
 * import { SparkSession, Window, col, functions as F } from "firecrest";
 * const spark = await SparkSession.builder.appName("top").getOrCreate();
 * const sales = spark.read.option("header", "true").schema("id string, shop string, amount double").csv("sales.csv");
 * const largest = Window.partitionBy("shop").orderBy(col("amount").desc());
 * await sales.withColumn("rank", F.row_number().over(largest)).filter(col("rank").le(3)).show();
 * await spark.stop();
 * ```
 */
provideEngine(async (settings) =>
  /^https?:/.test(settings.master)
    ? (await import("./backends/remote/open.ts")).openRemoteEngine(settings)
    : (await import("./backends/local/open.ts")).openLocalEngine(settings),
);
// A driver has no kernel: whatever master its program names, its queries go to the service that runs it.
const driver = readDriverEnvironment(process.env);
if (driver) setSessionDefaults({ conf: driver.conf, overrides: { "spark.master": driver.url } });

export { Column, col, column, lit } from "./dataframe/column.ts";
export { DataFrame } from "./dataframe/dataframe.ts";
export * as functions from "./dataframe/functions.ts";
export { GroupedData } from "./dataframe/grouped-data.ts";
export { Observation } from "./dataframe/observation.ts";
export { DataFrameReader } from "./dataframe/reader.ts";
export type { JoinHow, Row } from "./dataframe/row.ts";
export { SparkSession } from "./dataframe/session.ts";
export { DataFrameWriterV2 } from "./dataframe/table-writer.ts";
export * as T from "./dataframe/types.ts";
export { Window, WindowSpec } from "./dataframe/window.ts";
export { DataFrameWriter } from "./dataframe/writer.ts";
export { AnalysisError, ExecutionError, FirecrestError } from "./engine/errors.ts";
export type { DataType, StructType } from "./engine/types/data-type.ts";
export {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "./engine/types/values.ts";
