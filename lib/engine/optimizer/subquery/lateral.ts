import { conjunction } from "../../expressions/build.ts";
import type { Expression } from "../../expressions/expression.ts";
import { bindOuter, bindOuterOf, isCorrelated } from "../../logical/outer-references.ts";
import { outputOf } from "../../logical/output.ts";
import type { Generate, Join, LogicalPlan, Project } from "../../logical/plan.ts";
import type { PythonEvaluation } from "../../logical/python.ts";
import { decorrelate } from "./decorrelate.ts";
import { isOneRow, overOneRow } from "./one-row.ts";
import { noParameters, surroundings } from "./surroundings.ts";

/** A lateral join as one whose right side stands by itself. Source: Spark's RewriteLateralSubquery and OptimizeOneRowRelationSubquery. */
export function rewriteLateral(join: Join): LogicalPlan {
  const { lateral: _, outer = [], parameters = [], condition, ...rest } = join;
  const around = surroundings(join.left, { outer, parameters });
  const output = outputOf(join);
  const inlined = condition ? undefined : (overLeft(join, around.values) ?? generatedOverLeft(join, around.values));
  if (inlined) return inlined;
  if (!isCorrelated(join.right)) return { ...rest, ...(condition ? { condition } : {}) };
  const query = decorrelate(join.right, noParameters, { surroundings: around, grouped: false, inSet: false, emptyGroups: true });
  const conditions = [...(condition ? [condition] : []), ...query.conditions.map((c) => bindOuter(c, around.values))];
  const type = join.type === "cross" && conditions.length > 0 ? "inner" : join.type;
  const joined: Join = { ...rest, type, right: query.plan, ...(conditions.length > 0 ? { condition: conjunction(conditions) } : {}) };
  return { kind: "project", expressions: output, child: joined };
}

/** `LATERAL (SELECT a + b)` computes columns of the left. */
function overLeft(join: Join, values: ReadonlyMap<number, Expression>): LogicalPlan | undefined {
  const columns = overOneRow(join.right);
  if (!columns || columns.some((e) => e.kind !== "alias")) return undefined;
  return { kind: "project", expressions: [...outputOf(join.left), ...columns.map((e) => bindOuter(e, values))], child: join.left };
}

/** `LATERAL explode(a)` generates from the rows of the left. */
function generatedOverLeft(join: Join, values: ReadonlyMap<number, Expression>): LogicalPlan | undefined {
  const projections: Project[] = [];
  let node = join.right;
  while (node.kind === "project" || node.kind === "subqueryAlias") {
    if (node.kind === "project") projections.push(node);
    node = node.child;
  }
  if (node.kind === "python" && node.form === "table" && node.table && isOneRow(node.children[0]!)) {
    if (join.type === "left") return undefined;
    const called = bindOuterOf(node, values) as PythonEvaluation;
    return overPassed(join.left, projections, { ...called, table: { ...node.table, passes: true }, children: [join.left] }, values);
  }
  if (node.kind !== "generate" || !isOneRow(node.child)) return undefined;
  const outer = node.outer || join.type === "left";
  // A left join pads what is computed of the generated columns, which an outer generator would compute of NULL.
  if (join.type === "left" && projections.some((p) => p.expressions.some((e) => e.kind === "alias" && e.child.kind !== "attribute")))
    return undefined;
  const bound = bindOuterOf(node, values) as Generate;
  const generated = {
    ...bound,
    outer,
    output: outer ? bound.output.map((a) => ({ ...a, nullable: true })) : bound.output,
    child: join.left,
  };
  return overPassed(join.left, projections, generated, values);
}

/** What the right side computes of generated columns, beside the columns of the left. */
function overPassed(left: LogicalPlan, projections: readonly Project[], generated: LogicalPlan, values: ReadonlyMap<number, Expression>) {
  const passed = outputOf(left);
  return projections.reduceRight<LogicalPlan>(
    (child, p) => ({ kind: "project", expressions: [...passed, ...p.expressions.map((e) => bindOuter(e, values))], child }),
    generated,
  );
}
