import type { Call, Expression, Literal } from "../expressions/expression.ts";
import { integralLiteral } from "../expressions/fold.ts";
import { typeOf } from "../expressions/properties.ts";
import { isIntegral } from "../types/data-type.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";
import { isLossless } from "./traits.ts";

const COMPARISONS = new Set(["=", "<=>", "<", "<=", ">", ">="]);

/** `cast(smallint as bigint) > 5L` compares as smallint: the bare column can reach the source's statistics. */
export const unwrapCastInBinaryComparison: Rule = expressionRule("UnwrapCastInBinaryComparison", (e) =>
  e.kind === "call" ? unwrap(e) : e,
);

function unwrap(e: Call): Expression {
  const [left, right] = e.args;
  if (!left || !right) return e;
  if (COMPARISONS.has(e.name)) {
    const bare = uncast(left);
    const value = bare && narrowed(right, bare);
    if (value) return { ...e, args: [bare, value] };
    const other = uncast(right);
    const first = other && narrowed(left, other);
    return first ? { ...e, args: [first, other] } : e;
  }
  if (e.name !== "in") return e;
  const bare = uncast(left);
  const list = bare && e.args.slice(1).map((item) => narrowed(item, bare));
  return list?.every((item) => item !== undefined) ? { ...e, args: [bare!, ...list] } : e;
}

/** What a widening integer cast is of. */
const uncast = (e: Expression): Expression | undefined =>
  e.kind === "cast" && isIntegral(e.type) && isIntegral(typeOf(e.child)) && isLossless(typeOf(e.child), e.type) ? e.child : undefined;

/** The literal in the narrower type; undefined where it is out of its range. */
const narrowed = (e: Expression, like: Expression): Literal | undefined =>
  e.kind === "literal" && (typeof e.value === "bigint" || Number.isInteger(e.value))
    ? integralLiteral(BigInt(e.value as bigint | number), typeOf(like))
    : undefined;
