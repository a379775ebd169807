import type { Column, Expression, FunctionCall, Parameter } from "../syntax/expression.ts";

/** A tree's nodes of a kind, in the order of the text. Spans and values are no nodes. */
function nodesOf<T extends { readonly kind: string }>(node: unknown, kind: T["kind"]): T[] {
  const found: T[] = [];
  const pending: unknown[] = [node];
  while (pending.length) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next.toReversed());
    else if (typeof next === "object" && next !== null) {
      if ((next as { kind?: unknown }).kind === kind) found.push(next as T);
      pending.push(...Object.values(next).toReversed());
    }
  }
  return found;
}

/** The columns that an expression refers to. */
export const columnsOf = (expression: Expression): Column[] => nodesOf<Column>(expression, "column");

/** The calls in an expression, those inside others included. */
export const callsOf = (node: unknown): FunctionCall[] => nodesOf<FunctionCall>(node, "call");

/** The parameter markers in a piece of syntax. */
export const parametersOf = (node: unknown): Parameter[] => nodesOf<Parameter>(node, "parameter");
