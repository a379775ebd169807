import { AnalysisError } from "../../engine/errors.ts";
import { fn } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { literalSqlText } from "../../engine/expressions/print-literal.ts";
import { isSubquery } from "../../engine/expressions/properties.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { someExpression, transformUp } from "../../engine/expressions/traverse.ts";
import type * as s from "../syntax/expression.ts";
import { flag, type Lowering } from "./context.ts";
import { partsOf } from "./name.ts";

/** Names that mean a function where no column has them. Source: Spark's LiteralFunctionResolution. */
const LITERAL_FUNCTIONS: ReadonlySet<string> = new Set([
  "current_catalog",
  "current_database",
  "current_date",
  "current_time",
  "current_timestamp",
  "current_user",
  "localtimestamp",
  "session_user",
  "user",
]);

/** A column by name; what the name means otherwise (a variable, an argument, CURRENT_DATE) goes along. */
export function lowerColumn(column: s.Column, scope: Lowering): Expression {
  const parts = partsOf(column.name, scope);
  const regex = scope.inSelectList === true ? regexOf(column, scope) : undefined;
  if (regex) return regex;
  const argument = argumentOf(parts, scope);
  const { arguments: known } = scope;
  if (argument && known?.inPlace && (scope.level ?? 0) === known.level) return argument;
  if (argument) return { kind: "unresolvedAttribute", nameParts: parts, variable: fromAround(argument), parameter: true };
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

/** Inside the body of an SQL function: a parameter by its name, or behind the function's. */
function argumentOf(parts: readonly string[], scope: Lowering): Expression | undefined {
  const { arguments: known } = scope;
  if (!known || scope.lambdaNames?.includes(parts[0]!.toLowerCase())) return undefined;
  const [first, second] = [parts[0]!.toLowerCase(), parts[1]?.toLowerCase()];
  const plain = known.values.get(first);
  if (plain) return parts.slice(1).reduce<Expression>(extracted, plain);
  const qualified = first === known.function && second !== undefined ? known.values.get(second) : undefined;
  return qualified && parts.slice(2).reduce<Expression>(extracted, qualified);
}

/** An argument inside a query of the body: its columns are those around the query, whatever the query's own are called. */
function fromAround(argument: Expression): Expression {
  if (someExpression(argument, (e) => isSubquery(e) && readsAround(e.plan))) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "An SQL function's query of each row as the argument of another one's query",
      advice: "Compute the argument in a subquery in FROM.",
    });
  }
  return transformUp(argument, (e) => (e.kind === "unresolvedAttribute" ? { ...e, outer: true } : e));
}

/** Whether columns of the place where a function is called stand in a plan: one query further in they would mean others. */
function readsAround(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(readsAround);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const node = value as { readonly kind?: unknown; readonly outer?: unknown };
  return (node.kind === "unresolvedAttribute" && node.outer === true) || Object.values(value).some(readsAround);
}

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
