import type { Expression, Literal } from "../expressions/expression.ts";
import { fold } from "../expressions/fold.ts";
import { isFoldable } from "../expressions/properties.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { emptyScope } from "./scope.ts";

/** The literal that an expression without columns is, or undefined where it has columns or cannot be worked out here. */
export function evaluateConstant(expression: Expression, session: SessionSettings): Literal | undefined {
  let resolved: Expression;
  try {
    resolved = resolveExpression(expression, emptyScope, session);
  } catch {
    return undefined;
  }
  return foldConstant(resolved);
}

/** The literal that a resolved expression is, or undefined. */
export function foldConstant(resolved: Expression): Literal | undefined {
  if (!isFoldable(resolved)) return undefined;
  const folded = transformUp(resolved.kind === "alias" ? resolved.child : resolved, (e) =>
    foldText(fold(e.kind === "replaced" ? e.child : e)),
  );
  return folded.kind === "literal" ? folded : undefined;
}

/** Text functions that names are put together with; `fold` leaves functions to the kernel. */
function foldText(expression: Expression): Expression {
  if (expression.kind !== "call" || expression.type.kind !== "string") return expression;
  const values = expression.args.map((arg) =>
    arg.kind === "literal" && (typeof arg.value === "string" || arg.value === null) ? arg.value : undefined,
  );
  if (values.includes(undefined)) return expression;
  const apply = TEXT[expression.name];
  if (!apply) return expression;
  const value = values.includes(null) ? null : apply(values as string[]);
  return { kind: "literal", value, type: expression.type };
}

const TEXT: Readonly<Record<string, (args: readonly string[]) => string>> = {
  concat: (args) => args.join(""),
  lower: ([text]) => text!.toLowerCase(),
  upper: ([text]) => text!.toUpperCase(),
  trim: ([text, ...rest]) => (rest.length === 0 ? text!.replace(/^ +| +$/g, "") : text!),
};
