import { type Origin, SqlPlace, sqlPlace } from "../../engine/errors/query-context.ts";
import { withOrigin } from "../../engine/errors.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Span } from "../syntax/span.ts";
import type { LoweringContext } from "./context.ts";

type Placing = Pick<LoweringContext, "source">;

/** Kinds that keep where they come from. */
const KEEP: ReadonlySet<Expression["kind"]> = new Set<Expression["kind"]>([
  "unresolvedAttribute",
  "unresolvedStar",
  "unresolvedRegex",
  "unresolvedFunction",
  "unresolvedExtract",
  "unresolvedOrdinal",
  "cast",
  "window",
  "replaced",
  "scalarSubquery",
  "exists",
  "inSubquery",
]);

/** Where a piece of the text stands. */
export const placeOf = ({ start, end }: Span, { source }: Placing): Origin | undefined =>
  typeof source === "string" || source instanceof SqlPlace ? source : sqlPlace(source, start, end);

/** The expression, which comes from a piece of the text unless it says more closely where it is from. */
export function expressionAt(expression: Expression, span: Span, scope: Placing): Expression {
  if (!KEEP.has(expression.kind) || (expression as { origin?: unknown }).origin !== undefined) return expression;
  const origin = placeOf(span, scope);
  return origin ? ({ ...expression, origin } as Expression) : expression;
}

/** The plan that is made of a piece of the text. */
export const planAt = (span: Span, scope: Placing, make: () => LogicalPlan): LogicalPlan =>
  within(span, scope, () => {
    const plan = make();
    const origin = plan.origin === undefined ? placeOf(span, scope) : undefined;
    return origin ? { ...plan, origin } : plan;
  });

/** What stands behind a value: a predicate without what it is about, the clauses behind a query's body. */
export function behind(value: Span, whole: Span, { source }: Placing): Span {
  if (!source || typeof source === "string" || source instanceof SqlPlace || source.original) return whole;
  const { text, offset = 0 } = source;
  const skipped = /^[\s)]*/.exec(text.slice(value.end - offset, whole.end - offset))![0].length;
  return { start: value.end + skipped, end: whole.end };
}

/** What is made of a piece of the text: errors on the way are about that piece, unless they are about one inside it. */
export function within<T>(span: Span, scope: Placing, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw withOrigin(thrown, placeOf(span, scope));
  }
}
