import { AnalysisError } from "../errors.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { someExpression, transformUp } from "../expressions/traverse.ts";
import { withFileColumn } from "../logical/file-metadata.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import { allPlansBelow, mapSubqueryPlans } from "../logical/subqueries.ts";
import { childrenOf, expressionsOf, mapExpressions, mapChildren as mapPlans } from "../logical/traverse.ts";

/** The fields of a file's metadata that the functions are. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ["input_file_name", "file_path"],
  ["input_file_block_start", "file_block_start"],
  ["input_file_block_length", "file_block_length"],
]);
const fieldOf = (e: Expression): string | undefined => (e.kind === "call" ? FIELDS.get(e.name) : undefined);
const isCall = (e: Expression): boolean => fieldOf(e) !== undefined;
const asks = (plan: LogicalPlan): boolean => expressionsOf(plan).some((e) => someExpression(e, isCall));

/**
 * `input_file_name()` and its like as columns of the scan below it; where there are no files below, the function's own value.
 * Throws MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION. Source: Spark's InputFileName, PreReadCheck.
 */
export const attachInputFiles = (plan: LogicalPlan): LogicalPlan => (mentions(plan) ? attach(plan) : plan);

const mentions = (plan: LogicalPlan): boolean => asks(plan) || allPlansBelow(plan).some(mentions);

function attach(plan: LogicalPlan): LogicalPlan {
  const below = mapSubqueryPlans(mapPlans(plan, attach), attach);
  if (!asks(below) || sourcesOf(below) === 0) return below;
  if (!("child" in below)) throw unsupported(below);
  const columns = new Map<string, Attribute>();
  let child: LogicalPlan = below.child;
  for (const field of new Set(expressionsOf(below).flatMap(fieldsIn))) {
    const made = carried(child, field);
    child = made.plan;
    columns.set(field, made.file);
  }
  const named = mapExpressions({ ...below, child } as LogicalPlan, (e) => transformUp(e, (one) => columns.get(fieldOf(one) ?? "") ?? one));
  const output = outputOf(below);
  return outputOf(named).length === output.length ? named : { kind: "project", expressions: output, child: named };
}

function fieldsIn(expression: Expression): string[] {
  const fields: string[] = [];
  someExpression(expression, (e) => {
    const field = fieldOf(e);
    if (field !== undefined) fields.push(field);
    return false;
  });
  return fields;
}

/** How many scans could give a row its file; those of a union take turns. */
function sourcesOf(plan: LogicalPlan): number {
  if (plan.kind === "scan") return 1;
  if (plan.kind === "cached") return 0;
  const count = childrenOf(plan).reduce((sum, child) => sum + sourcesOf(child), 0);
  if (plan.kind === "union") return Math.min(count, 1);
  if (count > 1) throw new AnalysisError("MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION", { expr: '"input_file_name()"' });
  return count;
}

interface Carried {
  readonly plan: LogicalPlan;
  readonly file: Attribute;
}

/** The plan with the column of its scan at its top. */
function carried(plan: LogicalPlan, field: string): Carried {
  switch (plan.kind) {
    case "scan":
      return fileColumn(plan, field);
    case "project": {
      const { plan: child, file } = carried(plan.child, field);
      const known = plan.expressions.some((e) => e.kind === "attribute" && e.id === file.id);
      return { plan: { ...plan, expressions: known ? plan.expressions : [...plan.expressions, file], child }, file };
    }
    case "filter":
    case "subqueryAlias":
    case "sample":
    case "generate": {
      const { plan: child, file } = carried(plan.child, field);
      return { plan: { ...plan, child }, file };
    }
    default:
      throw unsupported(plan);
  }
}

function fileColumn(scan: Scan, field: string): Carried {
  const { plan, column } = withFileColumn(scan, field);
  return { plan, file: column };
}

const unsupported = (plan: LogicalPlan): AnalysisError =>
  new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `input_file_name() above a ${plan.kind}`,
    advice: "Compute it in a projection of the table.",
  });
