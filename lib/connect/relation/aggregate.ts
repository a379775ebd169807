import { Column } from "../../dataframe/column.ts";
import type { DataFrame } from "../../dataframe/dataframe.ts";
import { GroupedData } from "../../dataframe/grouped-data.ts";
import type { Row } from "../../dataframe/row.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import { type Aggregate, Aggregate_GroupType, type Aggregate_Pivot } from "../protocol/spark/connect/relations_pb.js";
import { builtBy, expressionsOf, frameOf, literalExpression } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { malformed } from "./unsupported.ts";

export async function aggregateOf(message: Aggregate, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(message.input, t);
  const grouping = await expressionsOf(message.groupingExpressions, t);
  const aggregates = await expressionsOf(message.aggregateExpressions, t);
  return builtBy((await groupedBy(message, rows, grouping, t)).of(aggregates));
}

async function groupedBy(message: Aggregate, rows: DataFrame, grouping: readonly Expression[], t: Scope): Promise<GroupedData<Row, Row>> {
  switch (message.groupType) {
    case Aggregate_GroupType.GROUPBY:
      return new GroupedData<Row, Row>(rows, grouping);
    case Aggregate_GroupType.ROLLUP:
      return new GroupedData<Row, Row>(rows, grouping, { kind: "rollup" });
    case Aggregate_GroupType.CUBE:
      return new GroupedData<Row, Row>(rows, grouping, { kind: "cube" });
    case Aggregate_GroupType.PIVOT:
      return new GroupedData<Row, Row>(rows, grouping, undefined, await pivotOf(message.pivot, t));
    case Aggregate_GroupType.GROUPING_SETS: {
      const sets: Column[][] = [];
      for (const set of message.groupingSets) sets.push((await expressionsOf(set.groupingSet, t)).map((e) => new Column(e)));
      return rows.groupingSets(sets, ...grouping.map((e) => new Column(e)));
    }
    default:
      throw malformed(`An aggregate has the group type ${message.groupType}.`);
  }
}

async function pivotOf(pivot: Aggregate_Pivot | undefined, t: Scope) {
  const column = await expressionOf(pivot?.col, t);
  const values: Expression[] = [];
  for (const value of pivot?.values ?? []) values.push(await literalExpression(value, t));
  return values.length > 0 ? { column, values } : { column };
}
