import type { DataFrameWriterV2 } from "../../dataframe/table-writer.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import { expressionOf } from "../expression/expression.ts";
import { invalidPlan } from "../invalid-plan.ts";
import { WriteOperationV2_Mode as Mode, type WriteOperationV2 } from "../protocol/spark/connect/commands_pb.js";
import { planOf } from "../relation/relation.ts";
import type { Translation } from "../translation.ts";
import type { Rule } from "./command.ts";

/** `df.writeTo(table)`. */
export const writeTable: Rule<"writeOperationV2"> = async (message, t) => {
  refuseUnknown(message);
  const writer = await writerOf(message, t);
  switch (message.mode) {
    case Mode.CREATE:
      return writer.create();
    case Mode.REPLACE:
      return writer.replace();
    case Mode.CREATE_OR_REPLACE:
      return writer.createOrReplace();
    case Mode.APPEND:
      return writer.append();
    case Mode.OVERWRITE_PARTITIONS:
      return writer.overwritePartitions();
    case Mode.OVERWRITE:
      return overwrite(message, writer, t);
    default:
      throw invalidPlan("a write to a table in an unknown way");
  }
};

async function writerOf(message: WriteOperationV2, t: Translation): Promise<DataFrameWriterV2> {
  const { tableName, provider, options, tableProperties, partitioningColumns } = message;
  const frame = t.spark.frame(await t.spark.settled(await planOf(message.input, t)));
  let writer = frame.writeTo(tableName).options(options);
  for (const [key, value] of Object.entries(tableProperties)) writer = writer.tableProperty(key, value);
  if (provider) writer = writer.using(provider);
  const columns: string[] = [];
  for (const column of partitioningColumns) columns.push(partitionColumn(await expressionOf(column, t)));
  const [first, ...rest] = columns;
  return first === undefined ? writer : writer.partitionedBy(first, ...rest);
}

/** Tables of files have a folder for each value of a column, not of what is computed from one. */
function partitionColumn(expression: EngineExpression): string {
  if (expression.kind === "unresolvedAttribute") return expression.nameParts.join(".");
  const name = expression.kind === "unresolvedFunction" ? expression.name : expression.kind;
  throw refused(`Partitioning by the transform ${name}`, "Partition by columns: add one with withColumn.");
}

/** Rows are replaced where a condition holds; what holds everywhere replaces all. */
async function overwrite({ overwriteCondition }: WriteOperationV2, writer: DataFrameWriterV2, t: Translation): Promise<void> {
  const condition = await expressionOf(overwriteCondition, t);
  if (condition.kind === "literal" && condition.value === true) return writer.overwriteAll();
  throw refused("DataFrameWriterV2.overwrite with a condition", "Use overwritePartitions, or INSERT OVERWRITE.");
}

function refuseUnknown({ clusteringColumns, withSchemaEvolution }: WriteOperationV2): void {
  if (clusteringColumns.length > 0) throw refused("DataFrameWriterV2.clusterBy", "Use partitionedBy.");
  if (withSchemaEvolution) throw refused("A write with schema evolution", "Add the columns with ALTER TABLE.");
}

const refused = (feature: string, advice: string) => new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice });
