import { fn } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { literalSqlText } from "../../engine/expressions/print-literal.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type * as s from "../syntax/expression.ts";
import { flag, type Lowering } from "./context.ts";
import { partsOf } from "./name.ts";

/** Names that mean a function where no column has them. Source: Spark's LiteralFunctionResolution. */
const LITERAL_FUNCTIONS: ReadonlySet<string> = new Set([
  "current_date",
  "current_time",
  "current_timestamp",
  "current_user",
  "session_user",
  "user",
]);

/** A column by name; what the name means otherwise (a variable, CURRENT_DATE) goes along. */
export function lowerColumn(column: s.Column, scope: Lowering): Expression {
  const parts = partsOf(column.name, scope);
  const regex = scope.inSelectList === true ? regexOf(column, scope) : undefined;
  if (regex) return regex;
  const meaning = meaningOf(parts, scope);
  const computed = column.name.kind === "computedName" ? { computed: true as const } : {};
  return { kind: "unresolvedAttribute", nameParts: parts, ...(meaning ? { variable: meaning } : {}), ...computed };
}

function meaningOf(parts: readonly string[], scope: Lowering): Expression | undefined {
  for (let length = parts.length; length > 0; length--) {
    const variable = scope.variable(parts.slice(0, length));
    if (!variable) continue;
    const name = `${variable.path.map(shownPart).join(".")}=${literalSqlText(variable.value, scope.session.timeZone)}`;
    const shown: Expression = { kind: "replaced", form: "variable", name, args: [], child: variable.value };
    return parts.slice(length).reduce<Expression>(extracted, shown);
  }
  const name = parts[0]!.toLowerCase();
  if (parts.length === 1 && name === "grouping__id") return fn("grouping_id");
  if (parts.length === 1 && LITERAL_FUNCTIONS.has(name)) return fn(name);
  return undefined;
}

const shownPart = (part: string): string => (/^[a-z_]\w*$/i.test(part) ? part : sqlId([part]));

const extracted = (child: Expression, field: string): Expression => ({
  kind: "unresolvedExtract",
  child,
  key: { kind: "literal", value: field, type: { kind: "string" } },
});

/** A name in backticks that is no plain one is a pattern, where the session says so. Source: Spark's AstBuilder.visitColumnReference. */
function regexOf(column: s.Column, scope: Lowering): Expression | undefined {
  if (!flag(scope, "spark.sql.parser.quotedRegexColumnNames", false) || column.name.kind !== "name") return undefined;
  const last = column.name.parts.at(-1)!;
  if (!last.quoted || /^[\p{L}\p{N}_]+$/u.test(last.name)) return undefined;
  const target = column.name.parts.slice(0, -1).map((part) => part.name);
  return { kind: "unresolvedRegex", pattern: last.name, ...(target.length > 0 ? { target } : {}) };
}
