import { stringLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";

/** A call's meaning where a session, or a view, knows what it says: its value under the function's own name. Source: Spark's ReplaceCurrentLike. */
export const replacedCall = (name: string, value: string): Expression => ({
  kind: "replaced",
  form: "call",
  name,
  args: [],
  child: stringLiteral(value),
});

/** `current_database()`, `current_schema()`; undefined for any other call. */
export const currentSchemaCall = (name: string, args: readonly Expression[], schema: string): Expression | undefined =>
  args.length === 0 && /^current_(?:database|schema)$/i.test(name) ? replacedCall("current_schema", schema) : undefined;
