import type { DataFrameWriter, ModeName } from "../../dataframe/writer.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { invalidPlan } from "../invalid-plan.ts";
import {
  WriteOperation_SaveMode as SaveMode,
  WriteOperation_SaveTable_TableSaveMethod as TableSaveMethod,
  type WriteOperation,
} from "../protocol/spark/connect/commands_pb.js";
import { planOf } from "../relation/relation.ts";
import type { Rule } from "./command.ts";

const MODES: Readonly<Record<SaveMode, ModeName>> = {
  [SaveMode.UNSPECIFIED]: "default",
  [SaveMode.APPEND]: "append",
  [SaveMode.OVERWRITE]: "overwrite",
  [SaveMode.ERROR_IF_EXISTS]: "error",
  [SaveMode.IGNORE]: "ignore",
};

/** `df.write`: files below a path, or a table. */
export const write: Rule<"writeOperation"> = async (message, t) => {
  const { mode, saveType, options, partitioningColumns, sortColumnNames, bucketBy } = message;
  refuseUnknown(message);
  let writer: DataFrameWriter = t.spark
    .frame(await t.spark.settled(await planOf(message.input, t)))
    .write.mode(MODES[mode])
    .options(options)
    .partitionBy(partitioningColumns);
  if (message.source) writer = writer.format(message.source);
  if (sortColumnNames.length > 0) writer = writer.sortBy(sortColumnNames);
  if (bucketBy) writer = writer.bucketBy(bucketBy.numBuckets, bucketBy.bucketColumnNames);
  if (saveType.case === "path") return writer.save(saveType.value);
  if (saveType.case === undefined) return writer.save();
  const { tableName, saveMethod } = saveType.value;
  if (saveMethod === TableSaveMethod.INSERT_INTO) return writer.insertInto(tableName);
  if (saveMethod === TableSaveMethod.SAVE_AS_TABLE) return writer.saveAsTable(tableName);
  throw invalidPlan("a write to a table in an unknown way");
};

function refuseUnknown({ clusteringColumns, withSchemaEvolution }: WriteOperation): void {
  const feature =
    clusteringColumns.length > 0 ? "DataFrameWriter.clusterBy" : withSchemaEvolution ? "A write with schema evolution" : undefined;
  if (feature) throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice: "Use partitionBy, or repartition before writing." });
}
