import type { Expression } from "../expressions/expression.ts";
import { explainText } from "../expressions/print.ts";
import { referencesOf } from "../expressions/properties.ts";

const COMPARISON: Readonly<Record<string, string>> = {
  "=": "EqualTo",
  "<=>": "EqualNullSafe",
  "<": "LessThan",
  "<=": "LessThanOrEqual",
  ">": "GreaterThan",
  ">=": "GreaterThanOrEqual",
};
const FLIPPED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
const TEXT: Readonly<Record<string, string>> = { startswith: "StringStartsWith", endswith: "StringEndsWith", contains: "StringContains" };

/** A predicate as Spark's data source filters print it: `GreaterThan(a,5)`; undefined for what Spark's have no name for. */
function text(e: Expression): string | undefined {
  if (e.kind !== "call") return undefined;
  const [left, right] = e.args;
  if (!left) return undefined;
  if (e.name === "and" || e.name === "or") {
    const [a, b] = [text(left), right && text(right)];
    return a && b ? `${e.name === "and" ? "And" : "Or"}(${a},${b})` : undefined;
  }
  if (e.name === "not") {
    const inner = text(left);
    return inner && `Not(${inner})`;
  }
  if (left.kind === "literal" && right?.kind === "attribute" && COMPARISON[e.name])
    return text({ ...e, name: FLIPPED[e.name] ?? e.name, args: [right, left] });
  if (left.kind !== "attribute") return undefined;
  if (e.name === "isnull") return `IsNull(${left.name})`;
  if (e.name === "isnotnull") return `IsNotNull(${left.name})`;
  if (e.name === "in" && e.args.slice(1).every((item) => item.kind === "literal"))
    return `In(${left.name}, [${e.args
      .slice(1)
      .map((item) => explainText(item))
      .join(",")}])`;
  const name = COMPARISON[e.name] ?? TEXT[e.name];
  return name && right?.kind === "literal" ? `${name}(${left.name},${explainText(right)})` : undefined;
}

export const sourceFilter = {
  text,
  /** Names of the columns that a predicate reads. */
  columns: (e: Expression): readonly string[] => referencesOf(e).map((a) => a.name),
};
