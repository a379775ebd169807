import { fn, stringLiteral } from "../expressions/build.ts";
import type { Expression, UnresolvedFunction } from "../expressions/expression.ts";

/** Calls that are others written shorter; their columns keep the name that was written. */
export function rewriteCall(call: UnresolvedFunction): Expression {
  switch (call.name.toLowerCase()) {
    case "between":
      return call.args.length === 3 ? between(call) : call;
    case "row constructor":
      return rowConstructor(call);
    default:
      return call;
  }
}

function between({ args }: UnresolvedFunction): Expression {
  const [value, low, high] = args as [Expression, Expression, Expression];
  return { kind: "replaced", form: "call", name: "between", args, child: fn("and", fn(">=", value, low), fn("<=", value, high)) };
}

/** `(a, b)` is a struct of fields named as they are, or col1, col2, ... Source: Spark's CreateStruct. */
function rowConstructor({ args }: UnresolvedFunction): Expression {
  return fn(
    "named_struct",
    ...args.flatMap((arg, i) => [stringLiteral(fieldName(arg, i)), arg.kind === "unresolvedAlias" ? arg.child : arg]),
  );
}

function fieldName(arg: Expression, index: number): string {
  if (arg.kind === "unresolvedAlias") return arg.names[0]!;
  if (arg.kind === "unresolvedAttribute") return arg.nameParts.at(-1)!;
  if (arg.kind === "attribute" || arg.kind === "alias") return arg.name;
  const key = arg.kind === "unresolvedExtract" ? arg.key : undefined;
  return key?.kind === "literal" && typeof key.value === "string" ? key.value : `col${index + 1}`;
}
