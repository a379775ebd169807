import { literal, longLiteral, newAttribute, nullLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression, Literal } from "../expressions/expression.ts";
import { someExpression, transformUp } from "../expressions/traverse.ts";
import type { Aggregate, ColumnChunk, LogicalPlan, Scan } from "../logical/plan.ts";
import { transformDown } from "../logical/traverse.ts";
import { type DataType, isAtomic, longType } from "../types/data-type.ts";
import { LocalDate } from "../types/values.ts";
import type { Rule } from "./rule.ts";

/**
 * Counts, minima and maxima of whole Parquet files are in their footers, which were read to plan: no row has to be. Only types whose
 * bounds footers hold exactly (texts may be cut, floating point leaves NaN out). Spark does this in V2ScanRelationPushDown.
 */
export const pushDownAggregates: Rule = {
  name: "PushDownAggregates",
  apply: (plan) => transformDown(plan, (node) => (node.kind === "aggregate" ? (answered(node) ?? node) : node)),
};

function answered(plan: Aggregate): LogicalPlan | undefined {
  const scan = wholeScan(plan.child);
  if (!scan || plan.grouping.length > 0) return undefined;
  const expressions = plan.aggregates.map((e) =>
    transformUp(e, (part) => (part.kind === "aggregate" ? (fromFooters(part, scan) ?? part) : part)),
  );
  const isOpen = (e: Expression) => someExpression(e, (part) => part.kind === "aggregate" || part.kind === "attribute");
  if (expressions.some(isOpen)) return undefined;
  const oneRow = { kind: "range", start: 0n, end: 1n, step: 1n, partitions: 1, output: [newAttribute("id", longType, false)] } as const;
  return { kind: "project", expressions, child: oneRow };
}

/** The scan whose rows all arrive, and of which every file's footer is known. */
function wholeScan(plan: LogicalPlan): Scan | undefined {
  if (plan.kind === "project" && plan.expressions.every((e) => e.kind === "attribute")) return wholeScan(plan.child);
  if (plan.kind !== "scan" || plan.format !== "parquet" || plan.filters.length > 0) return undefined;
  return plan.files.every(({ rows, rowGroups }) => rows !== undefined && rowGroups !== undefined) ? plan : undefined;
}

function fromFooters({ name, args, distinct, filter, type }: AggregateCall, scan: Scan): Literal | undefined {
  const [arg, ...others] = args;
  if (!arg || others.length > 0 || distinct || filter) return undefined;
  const rows = scan.files.reduce((total, file) => total + file.rows!, 0);
  if (name === "count" && arg.kind === "literal") return longLiteral(arg.value === null ? 0 : rows);
  if (arg.kind !== "attribute" || !isAtomic(arg.type)) return undefined;
  const chunks = scan.files.flatMap((file) =>
    file.rowGroups!.map(({ columns }) => (Object.hasOwn(columns, arg.name) ? columns[arg.name] : undefined)),
  );
  if (!chunks.every((chunk) => chunk?.nulls !== undefined)) return undefined;
  const known = chunks as readonly ColumnChunk[];
  const nulls = known.reduce((total, chunk) => total + chunk.nulls!, 0);
  if (name === "count") return longLiteral(rows - nulls);
  if (name !== "min" && name !== "max") return undefined;
  if (rows === nulls) return nullLiteral(type);
  const rowsOf = scan.files.flatMap((file) => file.rowGroups!.map((group) => group.rows));
  const bounds = known.flatMap((chunk, i) => (chunk.nulls === rowsOf[i] ? [] : [chunk[name]]));
  return extreme(name, bounds, type);
}

/** Undefined where a row group does not tell, or a type's bounds are not its values. */
function extreme(name: "min" | "max", bounds: readonly (string | undefined)[], type: DataType): Literal | undefined {
  const numbers = bounds.map((text) => (text === undefined ? undefined : exactBound(text, type)));
  let best: bigint | undefined;
  for (const number of numbers) {
    if (number === undefined) return undefined;
    if (best === undefined || (name === "min" ? number < best : number > best)) best = number;
  }
  if (best === undefined) return undefined;
  if (type.kind === "long") return literal(best, type);
  return literal(type.kind === "date" ? new LocalDate(Number(best)) : Number(best), type);
}

const BITS = { byte: 8, short: 16, integer: 32, long: 64 } as const;

function exactBound(text: string, type: DataType): bigint | undefined {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return /^-?\d+$/.test(text) && BigInt.asIntN(BITS[type.kind], BigInt(text)) === BigInt(text) ? BigInt(text) : undefined;
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(text) ? BigInt(LocalDate.parse(text).epochDays) : undefined;
    default:
      return undefined;
  }
}
