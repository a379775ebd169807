import { fn, parseAttributeName, stringLiteral } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";

/**
 * Structs with fields added, replaced or left out. The engine's functions work on one level: for `a.b` the struct `a` is
 * changed and put back.
 */

/** `struct` with `path` (`a` or `a.b`) set to `value`. */
export const withField = (struct: Expression, path: string, value: Expression): Expression =>
  updated(struct, parseAttributeName(path), (parent, name) => fn("with_field", parent, stringLiteral(name), value));

/** `struct` without `paths`, one after the other. */
export const dropFields = (struct: Expression, paths: readonly string[]): Expression =>
  paths.reduce(
    (changed, path) => updated(changed, parseAttributeName(path), (parent, name) => fn("drop_fields", parent, stringLiteral(name))),
    struct,
  );

function updated(
  struct: Expression,
  [name, ...rest]: readonly string[],
  change: (parent: Expression, name: string) => Expression,
): Expression {
  if (rest.length === 0) return change(struct, name!);
  const child: Expression = { kind: "unresolvedExtract", child: struct, key: stringLiteral(name!) };
  return fn("with_field", struct, stringLiteral(name!), updated(child, rest, change));
}
