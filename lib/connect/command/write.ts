import type { DataFrameWriter, ModeName } from "../../dataframe/writer.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { invalidPlan } from "../invalid-plan.ts";
import {
  WriteOperation_SaveMode as SaveMode,
  WriteOperation_SaveTable_TableSaveMethod as TableSaveMethod,
  type WriteOperation,
} from "../protocol/spark/connect/commands_pb.js";
import { type ClientSource, dataSourcesOf, writeSource } from "../python/data-source.ts";
import { planOf } from "../relation/relation.ts";
import type { Translation } from "../translation.ts";
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
  const ofClient = dataSourcesOf(t.spark).get(message.source?.toLowerCase() ?? "");
  if (ofClient && saveType.case !== "table") return writeToClient(ofClient, message, t);
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

/** A data source in Python cannot say whether it has rows already. Source: Spark's DataFrameWriter.saveCommand. */
async function writeToClient(source: ClientSource, message: WriteOperation, t: Translation): Promise<void> {
  const { mode, saveType, options, input } = message;
  if (mode !== SaveMode.APPEND && mode !== SaveMode.OVERWRITE)
    throw new AnalysisError("UNSUPPORTED_DATA_SOURCE_SAVE_MODE", {
      source: source.name,
      createMode: mode === SaveMode.IGNORE ? '"Ignore"' : '"ErrorIfExists"',
    });
  const paths = saveType.case === "path" ? [saveType.value] : [];
  const plan = await t.spark.settled(await planOf(input, t));
  await writeSource(source, { options, paths, overwrite: mode === SaveMode.OVERWRITE }, plan, t);
}

function refuseUnknown({ clusteringColumns, withSchemaEvolution }: WriteOperation): void {
  const feature =
    clusteringColumns.length > 0 ? "DataFrameWriter.clusterBy" : withSchemaEvolution ? "A write with schema evolution" : undefined;
  if (feature) throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice: "Use partitionBy, or repartition before writing." });
}
