import { AnalysisError } from "../errors.ts";
import { call, freshId, longLiteral, namedAs, newAttribute, sortOrder, stringLiteral } from "../expressions/build.ts";
import type { AggregateCall, Attribute, Call, Expression, SortOrder, WindowCall } from "../expressions/expression.ts";
import { fingerprint, isNullable, typeOf } from "../expressions/properties.ts";
import { transformDown, transformUp as transformExpressionUp } from "../expressions/traverse.ts";
import { keyType } from "../functions/collation-key.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { Aggregate, Deduplicate, LogicalPlan, SetOperation } from "../logical/plan.ts";
import { mapExpressions, transformUp } from "../logical/traverse.ts";
import { holdsCollation } from "../types/collation.ts";
import * as t from "../types/data-type.ts";

/**
 * A resolved plan whose comparisons, groups, orders and distinct rows of texts with collations go by `collation_key`, so that no later
 * phase has to know of collations. Names and types stay. Source: Spark's RewriteCollationJoin and CollationKey, for all operators.
 */
export function rewriteCollations(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  return transformUp(plan, (node) => {
    const rewritten = mapExpressions(node, (e) => transformExpressionUp(e, (inner) => byKeys(inner, session)));
    return (rewriters[rewritten.kind] as ((p: LogicalPlan) => LogicalPlan) | undefined)?.(rewritten) ?? rewritten;
  });
}

const isCollated = (expression: Expression): boolean =>
  expression.kind !== "lambda" && !expression.kind.startsWith("unresolved") && holdsCollation(typeOf(expression));

/** The key of a value; itself where it has no collation. */
const keyOf = (expression: Expression): Expression =>
  isCollated(expression) ? call("collation_key", [expression], keyType(typeOf(expression)), isNullable(expression)) : expression;

/** Calls that only compare their arguments. */
const COMPARING: ReadonlySet<string> = new Set([
  "=",
  "<=>",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "array_contains",
  "array_position",
  "arrays_overlap",
]);
const PATTERNS: ReadonlySet<string> = new Set([
  "rlike",
  "regexp_replace",
  "regexp_extract",
  "regexp_extract_all",
  "regexp_substr",
  "regexp_count",
  "regexp_instr",
  "split",
]);

function byKeys(e: Expression, session: SessionSettings): Expression {
  switch (e.kind) {
    case "call":
      return callByKeys(e);
    case "aggregate":
      return e.args.some(isCollated) ? aggregateByKeys(e) : e;
    case "sortOrder":
      return isCollated(e.child) ? { ...e, child: keyOf(e.child) } : e;
    case "window":
      return e.partitionBy.some(isCollated) ? { ...e, partitionBy: e.partitionBy.map(keyOf) } : e;
    case "scalarSubquery":
    case "exists":
      return { ...e, plan: rewriteCollations(e.plan, session) };
    case "inSubquery":
      return inSubqueryByKeys({ ...e, plan: rewriteCollations(e.plan, session) });
    default:
      return e;
  }
}

function callByKeys(e: Call): Expression {
  if (!e.args.some(isCollated)) return e;
  if (COMPARING.has(e.name)) return { ...e, args: e.args.map(keyOf) };
  // The only collations that patterns take are of bytes and of lower case.
  if (e.name === "like") return { ...e, name: "ilike" };
  if (PATTERNS.has(e.name) && isCollated(e.args[0]!)) return { ...e, args: e.args.map((arg, i) => (i === 1 ? inAnyCase(arg) : arg)) };
  if ((e.name === "get_map_value" || e.name === "element_at") && typeOf(e.args[0]!).kind === "map" && isCollated(e.args[1]!)) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "A look-up in a map whose keys have a collation",
      advice: "Use map_filter.",
    });
  }
  return e;
}

const inAnyCase = (pattern: Expression): Expression =>
  pattern.kind === "literal" && typeof pattern.value === "string"
    ? { ...pattern, value: `(?i)${pattern.value}` }
    : call("concat", [stringLiteral("(?i)"), pattern], t.stringType, isNullable(pattern));

function inSubqueryByKeys(e: Extract<Expression, { kind: "inSubquery" }>): Expression {
  const output = outputOf(e.plan);
  if (!e.values.some(isCollated) && !output.some(isCollated)) return e;
  const keys = output.map((attribute) => namedAs(keyOf(attribute), freshId(), attribute.name));
  return { ...e, values: e.values.map(keyOf), plan: { kind: "project", expressions: keys, child: e.plan } };
}

function aggregateByKeys(e: AggregateCall): Expression {
  const [value] = e.args;
  switch (e.name) {
    case "max":
    case "min":
      return { ...e, name: `${e.name}_by`, args: [value!, keyOf(value!)] };
    case "count":
    case "approx_count_distinct":
      return e.distinct || e.name !== "count" ? { ...e, args: e.args.map(keyOf) } : e;
    case "max_by":
    case "min_by":
      return { ...e, args: [value!, keyOf(e.args[1]!)] };
    case "collect_set":
      return call("array_distinct", [{ ...e, name: "collect_list", distinct: false }], e.type, e.nullable);
    default:
      if (!e.distinct && !BY_EQUALITY.has(e.name)) return e;
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: `${e.name}${e.distinct ? " of distinct" : " of"} values with a collation`,
        advice: "Group by the values first.",
      });
  }
}
const BY_EQUALITY: ReadonlySet<string> = new Set(["mode", "histogram_numeric", "count_min_sketch"]);

type Rewriters = { readonly [K in LogicalPlan["kind"]]?: (plan: Extract<LogicalPlan, { kind: K }>) => LogicalPlan };
const rewriters: Rewriters = {
  aggregate: groupByKeys,
  deduplicate: distinctByKeys,
  setOperation: setOperationByKeys,
  repartition: (plan) => ({ ...plan, expressions: plan.expressions.map(keyOf) }),
  window: (plan) => ({ ...plan, partitionBy: plan.partitionBy.map(keyOf) }),
};

const firstOf = (value: Expression): AggregateCall => ({
  kind: "aggregate",
  name: "first",
  args: [value],
  distinct: false,
  type: typeOf(value),
  nullable: isNullable(value),
});

/** Groups are those of the keys; the value of a group is its first row's. */
function groupByKeys(plan: Aggregate): LogicalPlan {
  if (!plan.grouping.some(isCollated)) return plan;
  const replaced = new Map(plan.grouping.filter(isCollated).map((e) => [fingerprint(e), firstOf(e)]));
  const ofGroup = (e: Expression): Expression =>
    transformDown(e, (inner) => (inner.kind === "aggregate" ? inner : replaced.get(inner.kind === "alias" ? "" : fingerprint(inner))));
  const aggregates = plan.aggregates.map((e) => (e.kind === "attribute" && isCollated(e) ? named(ofGroup(e), e) : ofGroup(e)));
  return { ...plan, grouping: plan.grouping.map(keyOf), aggregates };
}

const named = (child: Expression, { id, name, metadata }: Attribute): Expression => ({
  ...namedAs(child, id, name),
  ...(metadata ? { metadata } : {}),
});

function distinctByKeys(plan: Deduplicate): LogicalPlan {
  const output = outputOf(plan.child);
  const isKey = (a: Attribute) => !plan.columns || plan.columns.some((name) => name.toLowerCase() === a.name.toLowerCase());
  const keys = output.filter(isKey);
  if (!keys.some(isCollated)) return plan;
  return groupByKeys({
    kind: "aggregate",
    grouping: keys,
    aggregates: output.map((a) => (isKey(a) ? a : named(firstOf(a), a))),
    child: plan.child,
  });
}

/** By a join on the keys. Of repeated rows (ALL) each has a number in its group, and is the group's first. */
function setOperationByKeys(plan: SetOperation): LogicalPlan {
  if (!outputOf(plan.left).some(isCollated)) return plan;
  const [left, right] = plan.all
    ? [numbered(plan.left), numbered(plan.right)]
    : [plan, plan].map((p, i) => ({ plan: i === 0 ? p.left : p.right, number: undefined }));
  const columns = (side: { readonly plan: LogicalPlan }) => outputOf(side.plan).map(keyOf);
  const rights = columns(right!);
  const condition = columns(left!)
    .map((key, i): Expression => call("<=>", [key, rights[i]!], t.booleanType, false))
    .reduce((all, equal) => call("and", [all, equal], t.booleanType, false));
  const joined: LogicalPlan = {
    kind: "join",
    type: plan.operation === "intersect" ? "leftSemi" : "leftAnti",
    left: left!.plan,
    right: right!.plan,
    condition,
  };
  const output = outputOf(plan.left);
  if (!left!.number) return distinctByKeys({ kind: "deduplicate", child: joined });
  return { kind: "project", expressions: output.map((a) => outputOf(joined).find((b) => b.id === a.id) ?? a), child: joined };
}

function numbered(child: LogicalPlan): { readonly plan: LogicalPlan; readonly number: Attribute } {
  const output = outputOf(child);
  const partitionBy = output.map(keyOf);
  const orderBy: readonly SortOrder[] = [sortOrder(longLiteral(1))];
  const over = (fn: Expression): WindowCall => ({
    kind: "window",
    function: fn,
    partitionBy,
    orderBy,
    frame: { unit: "rows", lower: { kind: "unboundedPreceding" }, upper: { kind: "currentRow" } },
  });
  const number = newAttribute("row", t.integerType, false);
  const firsts = output.map((a) => newAttribute(a.name, a.type, a.nullable));
  const expressions = [
    namedAs(over(call("row_number", [], t.integerType, false)), number.id, number.name),
    ...output.map((a, i) => namedAs(over(firstOf(a)), firsts[i]!.id, a.name)),
  ];
  const window: LogicalPlan = { kind: "window", expressions, partitionBy, orderBy, child };
  const plan: LogicalPlan = {
    kind: "project",
    expressions: [...output.map((a, i) => namedAs(firsts[i]!, a.id, a.name)), number],
    child: window,
  };
  return { plan, number };
}
