import { booleanLiteral, call, conjunction, splitConjuncts, splitDisjuncts } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, isNullable } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { booleanType } from "../types/data-type.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";
import { canRaise } from "./traits.ts";

/** Three-valued logic: constants, repetition, NOT pushed inward, and common conjuncts taken out of an OR. */
export const booleanSimplification: Rule = expressionRule("BooleanSimplification", (e, { session }) =>
  e.kind === "call" ? simplify(e, session) : e,
);

const isLiteral = (e: Expression, value: boolean): boolean => e.kind === "literal" && e.value === value;
const predicate = (name: string, ...args: Expression[]): Expression => call(name, args, booleanType, args.some(isNullable));

function simplify(e: Call, session: SessionSettings): Expression {
  const [left, right] = e.args;
  if (e.name === "not" && left) return negate(left) ?? e;
  if (!left || !right) return e;
  if (e.name === "and") {
    if (isLiteral(left, false) || isLiteral(right, false)) return booleanLiteral(false);
    if (isLiteral(left, true)) return right;
    if (isLiteral(right, true)) return left;
    const conjuncts = splitConjuncts(e);
    return contradicts(conjuncts) ? booleanLiteral(false) : withoutRepeats(e, conjuncts, conjunction);
  }
  if (e.name === "or") {
    if (isLiteral(left, true) || isLiteral(right, true)) return booleanLiteral(true);
    if (isLiteral(left, false)) return right;
    if (isLiteral(right, false)) return left;
    const simpler = withoutRepeats(e, splitDisjuncts(e), disjunction);
    return simpler === e ? takeOutCommon(e, session) : simpler;
  }
  return e;
}

/** Whether one asks for NULL what another asks not to be. */
function contradicts(conjuncts: readonly Expression[]): boolean {
  const tested = (name: string) => conjuncts.flatMap((c) => (c.kind === "call" && c.name === name && isDeterministic(c) ? c.args : []));
  const nulls = new Set(tested("isnull").map(fingerprint));
  return nulls.size > 0 && tested("isnotnull").some((e) => nulls.has(fingerprint(e)));
}

const disjunction = (list: readonly Expression[]): Expression => list.reduce((left, right) => predicate("or", left, right));

function withoutRepeats(e: Expression, parts: readonly Expression[], join: (parts: readonly Expression[]) => Expression): Expression {
  const distinct = new Map<string, Expression>();
  for (const [i, part] of parts.entries()) {
    const key = isDeterministic(part) ? fingerprint(part) : `#${i}`;
    if (!distinct.has(key)) distinct.set(key, part);
  }
  return distinct.size === parts.length ? e : join([...distinct.values()]);
}

/** (a AND b) OR (a AND c) is a AND (b OR c): a then reaches joins and scans by itself. */
function takeOutCommon(e: Expression, session: SessionSettings): Expression {
  const branches = splitDisjuncts(e).map((branch) => new Map(splitConjuncts(branch).map((c) => [fingerprint(c), c])));
  const [first, ...rest] = branches;
  const common = [...first!].filter(([key, c]) => rest.every((branch) => branch.has(key)) && isDeterministic(c) && !canRaise(c, session));
  if (common.length === 0) return e;
  const keys = new Set(common.map(([key]) => key));
  const rests = branches.map((branch) => [...branch].filter(([key]) => !keys.has(key)).map(([, c]) => c));
  const shared = common.map(([, c]) => c);
  return conjunction(rests.some((r) => r.length === 0) ? shared : [...shared, disjunction(rests.map(conjunction))]);
}

const OPPOSITE: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", isnull: "isnotnull", isnotnull: "isnull" };

function negate(e: Expression): Expression | undefined {
  if (isLiteral(e, true)) return booleanLiteral(false);
  if (isLiteral(e, false)) return booleanLiteral(true);
  if (e.kind !== "call") return undefined;
  const [left, right] = e.args;
  if (e.name === "not") return left;
  if (left && right && (e.name === "and" || e.name === "or"))
    return predicate(e.name === "and" ? "or" : "and", predicate("not", left), predicate("not", right));
  const opposite = OPPOSITE[e.name];
  return opposite === undefined ? undefined : { ...e, name: opposite };
}
