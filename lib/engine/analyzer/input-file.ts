import { AnalysisError } from "../errors.ts";
import { newAttribute } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { someExpression, transformUp } from "../expressions/traverse.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import { allPlansBelow, mapSubqueryPlans } from "../logical/subqueries.ts";
import { childrenOf, expressionsOf, mapExpressions, mapChildren as mapPlans } from "../logical/traverse.ts";
import { stringType } from "../types/data-type.ts";

/** What the column is called that a scan has for the sake of `input_file_name()`: a value of each file, as partition columns are. */
const NAME = "_metadata.file_path";

const isCall = (e: Expression): boolean => e.kind === "call" && e.name === "input_file_name";
const asks = (plan: LogicalPlan): boolean => expressionsOf(plan).some((e) => someExpression(e, isCall));

/**
 * `input_file_name()` as a column of the scan below it; where there are no files below, the function's own value, an empty text.
 * Throws MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION. Source: Spark's InputFileName, PreReadCheck.
 */
export const attachInputFiles = (plan: LogicalPlan): LogicalPlan => (mentions(plan) ? attach(plan) : plan);

const mentions = (plan: LogicalPlan): boolean => asks(plan) || allPlansBelow(plan).some(mentions);

function attach(plan: LogicalPlan): LogicalPlan {
  const below = mapSubqueryPlans(mapPlans(plan, attach), attach);
  if (!asks(below) || sourcesOf(below) === 0) return below;
  if (!("child" in below)) throw unsupported(below);
  const { plan: child, file } = carried(below.child);
  const named = mapExpressions({ ...below, child } as LogicalPlan, (e) => transformUp(e, (one) => (isCall(one) ? file : one)));
  const output = outputOf(below);
  return outputOf(named).length === output.length ? named : { kind: "project", expressions: output, child: named };
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
function carried(plan: LogicalPlan): Carried {
  switch (plan.kind) {
    case "scan":
      return ofScan(plan);
    case "project": {
      const { plan: child, file } = carried(plan.child);
      const known = plan.expressions.some((e) => e.kind === "attribute" && e.id === file.id);
      return { plan: { ...plan, expressions: known ? plan.expressions : [...plan.expressions, file], child }, file };
    }
    case "filter":
    case "subqueryAlias":
    case "sample":
    case "generate": {
      const { plan: child, file } = carried(plan.child);
      return { plan: { ...plan, child }, file };
    }
    default:
      throw unsupported(plan);
  }
}

function ofScan(scan: Scan): Carried {
  const known = scan.output.find(({ name }) => name === NAME);
  if (known) return { plan: scan, file: known };
  const file = newAttribute(NAME, stringType, false);
  const files = scan.files.map((one) => ({ ...one, partitionValues: { ...one.partitionValues, [NAME]: uriOf(one.key) } }));
  return { plan: { ...scan, files, output: [...scan.output, file], partitionColumns: [...scan.partitionColumns, NAME] }, file };
}

/** As Spark writes a path as a URI: letters of other scripts stay. */
function uriOf(key: string): string {
  const path = key.replaceAll(/[%\s"<>\\^`{|}#?[\]]/g, encodeURIComponent);
  return path.startsWith("/") ? `file://${path}` : path;
}

const unsupported = (plan: LogicalPlan): AnalysisError =>
  new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `input_file_name() above a ${plan.kind}`,
    advice: "Compute it in a projection of the table.",
  });
