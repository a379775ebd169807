import { AnalysisError } from "../../engine/errors.ts";
import { fn } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { callableNamed, functionNamed } from "../../engine/functions/registry.ts";
import type * as s from "../syntax/expression.ts";
import type { Lowering, SqlFunction } from "./context.ts";
import { currentSchemaCall } from "./current-schema.ts";
import { lowerExpression, lowerSortItem, lowerStar } from "./expression.ts";
import { partsOf } from "./name.ts";
import { callSqlFunction } from "./sql-function.ts";
import { callWithUnit, needsUnit } from "./timestamp-unit.ts";
import { lowerWindow } from "./window.ts";

/** A call of a built-in function by name, or of a function written in SQL. */
export function lowerCall(call: s.FunctionCall, scope: Lowering): Expression {
  const withUnit = callWithUnit(call, (argument) => lowerExpression(argument, scope));
  if (withUnit) return withUnit;
  if (needsUnit(call)) throw unresolvedRoutine(partsOf(call.name, scope), scope);
  const parts = partsOf(call.name, scope);
  if (call.bare) return { kind: "unresolvedAttribute", nameParts: parts, variable: fn(parts[0]!.toLowerCase()) };
  const args = call.args.map((arg) => (arg.kind === "star" ? lowerStar(arg, scope) : lowerExpression(arg, scope)));
  const builtin = builtinName(parts);
  const own = builtin !== undefined && isBuiltin(builtin) ? undefined : scope.function(parts);
  if (own) checkPlainCall(call, own);
  if (own) return withOver(call, callSqlFunction(own, args, scope), scope);
  if (builtin === undefined || functionNamed(builtin)?.internal) throw unresolvedRoutine(parts, scope);
  const lowered: Expression = currentSchemaCall(builtin, args, scope.currentSchema) ?? {
    kind: "unresolvedFunction",
    name: builtin,
    args,
    ...(call.distinct ? { distinct: true } : {}),
    ...(call.filter ? { filter: lowerExpression(call.filter, scope) } : {}),
    ...(call.nulls === "ignore" ? { ignoreNulls: true } : {}),
    ...(call.withinGroup ? { withinGroup: call.withinGroup.map((item) => lowerSortItem(item, scope)) } : {}),
  };
  return withOver(call, lowered, scope);
}

/** Source: Spark's FunctionResolution.checkUnsupportedAggregateClause. */
function checkPlainCall({ distinct, filter, nulls, withinGroup }: s.FunctionCall, { nameParts }: SqlFunction): void {
  const clauses = [
    withinGroup && "WITHIN GROUP (ORDER BY ...)",
    distinct && "DISTINCT",
    filter && "FILTER clause",
    nulls === "ignore" && "IGNORE NULLS",
  ];
  const syntax = clauses.find((clause) => clause);
  if (syntax) throw new AnalysisError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", { prettyName: sqlId(nameParts), syntax });
}

const isBuiltin = (name: string): boolean => callableNamed(name) !== undefined;

/** `f`, `builtin.f`, `system.builtin.f`. */
function builtinName(parts: readonly string[]): string | undefined {
  if (parts.length === 1) return parts[0];
  const qualifier = parts.slice(0, -1).join(".").toLowerCase();
  return qualifier === "system.builtin" || qualifier === "builtin" ? parts.at(-1) : undefined;
}

function withOver(call: s.FunctionCall, lowered: Expression, scope: Lowering): Expression {
  return call.over ? { kind: "window", function: lowered, ...lowerWindow(call.over, scope) } : lowered;
}

export function unresolvedRoutine(parts: readonly string[], scope: Lowering): AnalysisError {
  const own = parts[0]?.toLowerCase() === scope.currentCatalog.toLowerCase() ? parts.slice(1) : parts;
  if (own.length > 2) return new AnalysisError("IDENTIFIER_TOO_MANY_NAME_PARTS", { identifier: sqlId(parts), limit: "2" });
  return new AnalysisError("UNRESOLVED_ROUTINE", {
    routineName: sqlId(parts),
    searchPath: `[\`system\`.\`builtin\`, \`system\`.\`session\`, ${sqlId([scope.currentCatalog, scope.currentSchema])}]`,
  });
}
