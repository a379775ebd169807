import { splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import type { JoinType } from "../logical/plan.ts";
import { canRaise } from "../optimizer/traits.ts";
import { outputOf } from "../planner/output.ts";
import type { JoinExec, PhysicalPlan } from "../planner/plan.ts";
import { emit } from "./emit.ts";
import { columnsOf, type FragmentContext, from } from "./fragment.ts";
import { columnName } from "./names.ts";
import { needsNumbers, numberedJoinSql } from "./numbered-join.ts";

const KEYWORDS: Readonly<Record<Exclude<JoinType, "existence">, string>> = {
  inner: "JOIN",
  cross: "JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  full: "FULL JOIN",
  leftSemi: "SEMI JOIN",
  leftAnti: "ANTI JOIN",
};

/**
 * All strategies are DuckDB's join of the rows that the planner brought together: its hash join partitions and spills
 * what does not fit, so a sort-merge join needs no sort here. Column names are unique, so no side needs an alias.
 */
export function joinSql(plan: JoinExec, context: FragmentContext): string {
  const [only] = plan.keys;
  if (plan.nullAware && only)
    return `SELECT * FROM ${from(plan.left, context)} WHERE ${emit(only.left, context)} NOT IN (SELECT ${emit(only.right, context)} FROM ${from(plan.right, context)})`;
  if (needsNumbers(plan)) return numberedJoinSql(plan, conditionsOf(plan, context), context);
  if (!isPlain(plan)) return existenceSql(plan, conditionsOf(plan, context), context);
  const tree = flattened(plan, context);
  const columns = tree === plan ? "*" : columnsOf(outputOf(plan)) || "1";
  return `SELECT ${columns} FROM ${joinItem(tree, context)}`;
}

/** The kernel orders joins only where no SELECT stands between them. */
function joinItem(plan: PlainJoin, context: FragmentContext): string {
  const nests = isMovable(plan, context);
  const [left, right] = [plan.left, plan.right].map((side) =>
    nests && isPlain(side) && isMovable(side, context) ? `(${joinItem(side, context)})` : from(side, context),
  );
  const conditions = conditionsOf(plan, context);
  if (conditions.length === 0 && (plan.type === "inner" || plan.type === "cross")) return `${left} CROSS JOIN ${right}`;
  return `${left} ${KEYWORDS[plan.type]} ${right} ON ${conditions.length > 0 ? conditions.join(" AND ") : "true"}`;
}

type PlainJoin = JoinExec & { readonly type: Exclude<JoinType, "existence"> };
const isPlain = (plan: PhysicalPlan): plan is PlainJoin =>
  plan.kind === "join" && !plan.nullAware && plan.type !== "existence" && !needsNumbers(plan);

/**
 * In another order a condition sees other rows: then none may raise, or give another value each time. The kernel takes a semi join for one
 * that keeps a fifth of the rows, and so joins it first; one on more than equality (TPC-H Q21) is too dear for that guess.
 */
function isMovable({ type, keys, condition }: PlainJoin, { session }: FragmentContext): boolean {
  if (condition && (type === "leftSemi" || type === "leftAnti")) return false;
  const compared = [...keys.flatMap(({ left, right }) => [left, right]), ...(condition ? [condition] : [])];
  return compared.every((e) => isDeterministic(e) && !canRaise(e, session));
}

/** A tree of joins without the projections in it that only leave columns out, unless both sides then have the same column. */
function flattened(plan: PlainJoin, context: FragmentContext): PlainJoin {
  if (!isMovable(plan, context)) return plan;
  const [left, right] = [plan.left, plan.right].map((side) => withoutPruning(side, context)) as [PhysicalPlan, PhysicalPlan];
  const ids = new Set(visibleOf(left));
  const clash = visibleOf(right).some((id) => ids.has(id));
  return clash || (left === plan.left && right === plan.right) ? plan : { ...plan, left, right };
}

function withoutPruning(plan: PhysicalPlan, context: FragmentContext): PhysicalPlan {
  if (isPlain(plan)) return flattened(plan, context);
  const prunes = plan.kind === "project" && isPlain(plan.child) && isMovable(plan.child, context);
  return prunes && plan.expressions.every((e) => e.kind === "attribute") ? withoutPruning(plan.child, context) : plan;
}

const visibleOf = (plan: PhysicalPlan): number[] => outputOf(plan).map((attribute) => attribute.id);

function conditionsOf(plan: JoinExec, context: FragmentContext): string[] {
  const keys = plan.keys.map((k) => `${emit(k.left, context)} ${k.nullSafe ? "IS NOT DISTINCT FROM" : "="} ${emit(k.right, context)}`);
  if (!plan.condition) return keys;
  const isKeyed = plan.type === "inner" && plan.keys.some((key) => !key.nullSafe);
  return [
    ...keys,
    ...splitConjuncts(plan.condition).map((e) => (isKeyed && computes(e) ? `(${emit(e, context)}) IS TRUE` : emit(e, context))),
  ];
}

/**
 * The kernel computes what a join compares for each row that it looks up, and only then looks. What is no comparison to it, `(a < b + 1) IS TRUE`,
 * it computes for the pairs that the keys have found (TPC-H Q17: a quarter of the query).
 */
function computes(e: Expression): boolean {
  if (e.kind !== "call") return false;
  if (e.name === "not") return e.args.some(computes);
  return COMPARISONS.has(e.name) && e.args.some((arg) => arg.kind !== "attribute" && arg.kind !== "literal");
}

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">="]);

/** By keys alone it is IN, which DuckDB answers by one hash table; NULL keys match nothing. */
function existenceSql(plan: JoinExec, conditions: readonly string[], context: FragmentContext): string {
  const [left, right] = [from(plan.left, context), from(plan.right, context)];
  const exists = columnName(plan.exists!);
  if (plan.keys.length > 0 && !plan.condition && plan.keys.every((key) => !key.nullSafe)) {
    const values = plan.keys.map((key) => emit(key.left, context)).join(", ");
    const columns = plan.keys.map((key) => emit(key.right, context)).join(", ");
    return `SELECT *, coalesce((${values}) IN (SELECT ${columns} FROM ${right}), false) AS ${exists} FROM ${left}`;
  }
  if (conditions.length > 0) return numberedJoinSql(plan, conditions, context);
  return `SELECT *, EXISTS (SELECT 1 FROM ${right}) AS ${exists} FROM ${left}`;
}
