import { AnalysisError } from "../errors.ts";
import { conjunction, fn, freshId, namedAs } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { Join, JoinType, LogicalPlan } from "../logical/plan.ts";
import { refuseGenerator } from "./check-generator.ts";
import { hidden, isHidden } from "./hidden-columns.ts";
import { stripHints } from "./hint.ts";
import { joinCondition } from "./predicate.ts";
import { renumber } from "./renumber.ts";
import { equalNames, quoted, resolveExpression } from "./resolve-expression.ts";
import { emptyScope, matching, scopeOf } from "./scope.ts";

/** Gives both sides columns of their own, resolves the condition or the USING columns. */
export function resolveJoin(plan: Join, session: SessionSettings): LogicalPlan {
  const { child: left, hint: leftHint = plan.leftHint } = stripHints(plan.left);
  const { child: rightChild, hint: rightHint = plan.rightHint } = stripHints(plan.right);
  const right = sharesColumns(left, rightChild) ? renumber(rightChild) : rightChild;
  const { using: written, natural, condition, ...rest } = plan;
  const using = natural ? sharedNames(left, right, session) : written;
  const join = { ...rest, left, right, ...(leftHint ? { leftHint } : {}), ...(rightHint ? { rightHint } : {}) };
  if (using && using.length > 0) return joinUsing(join, using, session);
  if (!condition) return join;
  refuseGenerator(condition, (text) => `'Join ${join.type[0]!.toUpperCase()}${join.type.slice(1)}, ${text}`);
  return {
    ...join,
    condition: joinCondition(resolveExpression(condition, scopeOf([left, right], session), session), plan.lateral !== undefined),
  };
}

/** The columns that NATURAL joins by, in the left side's order. */
function sharedNames(left: LogicalPlan, right: LogicalPlan, session: SessionSettings): string[] {
  const others = outputOf(right).filter((a) => !isHidden(a));
  const names = outputOf(left)
    .filter((a) => !isHidden(a) && others.some((b) => equalNames(a.name, b.name, session)))
    .map((a) => a.name);
  return names.filter((name, i) => names.findIndex((other) => equalNames(other, name, session)) === i);
}

function sharesColumns(left: LogicalPlan, right: LogicalPlan): boolean {
  const ids = new Set(outputOf(left).map((a) => a.id));
  return outputOf(right).some((a) => ids.has(a.id));
}

function joinUsing(join: Join, using: readonly string[], session: SessionSettings): LogicalPlan {
  const pairs = using.map((name) => ({
    name,
    left: usingColumn(join.left, name, "left", session),
    right: usingColumn(join.right, name, "right", session),
  }));
  const scope = scopeOf([join.left, join.right], session);
  const condition = conjunction(pairs.map(({ left, right }) => resolveExpression(fn("=", left, right), scope, session)));
  const joined: LogicalPlan = { ...join, condition, type: join.type === "cross" ? "inner" : join.type };
  if (join.type === "leftSemi" || join.type === "leftAnti")
    return keysFirst(
      joined,
      pairs.map(({ left }) => left),
    );
  const byId = new Map(outputOf(joined).map((a) => [a.id, a]));
  // As the join puts them out: what an outer join pads may be NULL, whatever it was below.
  const padded = (a: Attribute): Attribute => ({ ...a, nullable: byId.get(a.id)!.nullable });
  const keys = pairs.map(({ name, left, right }) => usingOutput(join.type, name, padded(left), padded(right), session));
  const isKey = (side: "left" | "right") => (a: Attribute) => !pairs.some((pair) => pair[side].id === a.id);
  const kept = new Set(keys.map((key) => (key.kind === "attribute" ? key.id : -1)));
  // By data frame, where a program made the sides: they have numbers.
  const named = join.left.planId !== undefined || join.right.planId !== undefined;
  const dropped = pairs.flatMap((pair) => [pair.left, pair.right]).filter((a) => !kept.has(a.id) && (a.qualifier !== undefined || named));
  const unnamed = dropped.map((a) => hidden(byId.get(a.id)!));
  const others = [...outputOf(join.left).filter(isKey("left")), ...outputOf(join.right).filter(isKey("right"))].map((a) => byId.get(a.id)!);
  return { kind: "project", expressions: [...keys, ...unnamed, ...others], child: joined };
}

/** The left side's columns alone, the keys in front: as they are where they stand so already. */
function keysFirst(joined: LogicalPlan, keys: readonly Attribute[]): LogicalPlan {
  const output = outputOf(joined);
  if (keys.every(({ id }, i) => output[i]?.id === id)) return joined;
  const isKey = ({ id }: Attribute) => keys.some((key) => key.id === id);
  return { kind: "project", expressions: [...keys, ...output.filter((a) => !isKey(a))], child: joined };
}

function usingColumn(side: LogicalPlan, name: string, word: string, session: SessionSettings): Attribute {
  const found = matching(outputOf(side), [name], session);
  if (found[0]) return found[0].attribute;
  throw new AnalysisError("UNRESOLVED_USING_COLUMN_FOR_JOIN", {
    colName: quoted([name]),
    side: word,
    suggestion: outputOf(side)
      .filter((a) => !isHidden(a))
      .map((a) => a.name)
      .sort()
      .map((name) => quoted([name]))
      .join(", "),
  });
}

/** The one column that a USING key leaves: the side that is never NULL, both for a full join. */
function usingOutput(type: JoinType, name: string, left: Attribute, right: Attribute, session: SessionSettings): Expression {
  if (type === "right") return right;
  if (type !== "full") return left;
  return namedAs(resolveExpression(fn("coalesce", left, right), emptyScope, session), freshId(), name);
}
