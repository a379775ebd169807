import type { Attribute } from "../expressions/expression.ts";
import type { LocalRelation, LogicalPlan } from "../logical/plan.ts";
import { structField, structType } from "../types/data-type.ts";

/** A relation of these columns without a row. Its Arrow text is empty. */
export const emptyRelation = (output: readonly Attribute[]): LocalRelation => ({
  kind: "localRelation",
  schema: structType(output.map((a) => structField(a.name, a.type, a.nullable))),
  arrow: "",
  rows: 0,
  output,
});

export const isEmpty = (plan: LogicalPlan): boolean => plan.kind === "localRelation" && plan.rows === 0;
