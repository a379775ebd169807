import { semanticText } from "../../dataframe/semantics.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Zip } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { unsupported } from "./unsupported.ts";

/** The columns of two selections of the same rows, side by side. */
export async function zipOf(zip: Zip, t: Scope): Promise<LogicalPlan> {
  const [left, right] = [selectionOf(await planOf(zip.left, t)), selectionOf(await planOf(zip.right, t))];
  if (semanticText(left.rows) !== semanticText(right.rows))
    throw unsupported("DataFrame.zip of different rows", "Select the columns of both from one DataFrame, or join by a column.");
  return { kind: "project", expressions: [...left.columns, ...right.columns], child: left.rows };
}

interface Selection {
  readonly rows: LogicalPlan;
  readonly columns: readonly Expression[];
}

/** A projection's columns are read from below it; any other plan has all of its own. */
const selectionOf = (plan: LogicalPlan): Selection =>
  plan.kind === "project" && plan.expressions.length > 0
    ? { rows: plan.child, columns: plan.expressions }
    : { rows: plan, columns: [{ kind: "unresolvedStar" }] };
