import { splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import type { OptimizerContext } from "./rule.ts";
import { outputIds } from "./substitute.ts";

type Side = "left" | "right";

/**
 * A filtered relation that has all values of a column of `plan` (and NULL perhaps not), as a plan of that one column: of several, the one
 * of the fewest rows. Through joins by the columns that they equate. Source: Spark's InjectRuntimeFilter.extractSelectiveFilterOverScan.
 */
export function keySource(plan: LogicalPlan, key: Attribute, context: OptimizerContext): LogicalPlan | undefined {
  switch (plan.kind) {
    case "filter":
      return filteredScan(plan, key) ?? keySource(plan.child, key, context);
    case "project": {
      const column = columnBelow(plan.expressions, key);
      return column && keySource(plan.child, column, context);
    }
    case "aggregate": {
      const column = columnBelow(plan.aggregates, key);
      const grouped = column && plan.grouping.some((g) => g.kind === "attribute" && g.id === column.id);
      return grouped ? keySource(plan.child, column, context) : undefined;
    }
    case "subqueryAlias":
    case "sort":
    case "repartition":
      return keySource(plan.child, key, context);
    case "join":
      return joinedSource(plan, key, context);
    default:
      return undefined;
  }
}

/** Sides whose columns have, above the join, no values but those that they have below; and those that only rows with a partner get through. */
const SIDES: { readonly [T in Join["type"]]: { readonly visible: readonly Side[]; readonly matched: boolean } } = {
  inner: { visible: ["left", "right"], matched: true },
  cross: { visible: ["left", "right"], matched: false },
  left: { visible: ["left", "right"], matched: false },
  right: { visible: ["left", "right"], matched: false },
  full: { visible: ["left", "right"], matched: false },
  leftSemi: { visible: ["left"], matched: true },
  leftAnti: { visible: ["left"], matched: false },
  existence: { visible: ["left"], matched: false },
};

function joinedSource(join: Join, key: Attribute, context: OptimizerContext): LogicalPlan | undefined {
  const { visible, matched } = SIDES[join.type];
  const side = visible.find((s) => outputIds(join[s]).has(key.id));
  if (!side) return undefined;
  const [own, opposite] = side === "left" ? [join.left, join.right] : [join.right, join.left];
  const equal = matched ? keyPairs(join, own, opposite).filter(([mine]) => mine.id === key.id) : [];
  const candidates = [keySource(own, key, context), ...equal.map(([, other]) => keySource(opposite, other, context))];
  const rows = (plan: LogicalPlan) => context.statistics(plan).rowCount;
  return candidates.filter((plan) => plan !== undefined).sort((a, b) => rows(a) - rows(b))[0];
}

/** Columns that the join equates, the first of `one`, the second of `another`. */
export function keyPairs(join: Join, one: LogicalPlan, another: LogicalPlan): (readonly [Attribute, Attribute])[] {
  const [ones, others] = [outputIds(one), outputIds(another)];
  return (join.condition ? splitConjuncts(join.condition) : []).flatMap((e): (readonly [Attribute, Attribute])[] => {
    const [a, b] = e.kind === "call" && e.name === "=" ? e.args : [];
    if (a?.kind !== "attribute" || b?.kind !== "attribute") return [];
    if (ones.has(a.id) && others.has(b.id)) return [[a, b]];
    return ones.has(b.id) && others.has(a.id) ? [[b, a]] : [];
  });
}

/** The column of the input that a projection's column is. */
export function columnBelow(expressions: readonly Expression[], key: Attribute): Attribute | undefined {
  const found = expressions.find((e) => (e.kind === "alias" || e.kind === "attribute") && e.id === key.id);
  const source = found?.kind === "alias" ? found.child : found;
  return source?.kind === "attribute" ? source : undefined;
}

function filteredScan(plan: Extract<LogicalPlan, { kind: "filter" }>, key: Attribute): LogicalPlan | undefined {
  const { child, condition } = plan;
  if (child.kind !== "scan" || !child.output.some(({ id }) => id === key.id)) return undefined;
  const selective = splitConjuncts(condition).some((e) => !(e.kind === "call" && e.name === "isnotnull"));
  return selective && isDeterministic(condition) ? { kind: "project", expressions: [key], child: plan } : undefined;
}
