import { transposed } from "../../dataframe/transpose.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Transpose, Unpivot } from "../protocol/spark/connect/relations_pb.js";
import { expressionsOf, frameOf } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";

export async function unpivotOf({ input, ids, values, variableColumnName, valueColumnName }: Unpivot, t: Scope): Promise<LogicalPlan> {
  const child = await planOf(input, t);
  const columns = values ? { values: await expressionsOf(values.values, t) } : {};
  return { kind: "unpivot", ids: await expressionsOf(ids, t), ...columns, variableColumnName, valueColumnNames: [valueColumnName], child };
}

export async function transposeOf({ input, indexColumns }: Transpose, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  return transposed(rows, await expressionsOf(indexColumns, t));
}
