import { evaluateConstant } from "../../engine/analyzer/constant.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { parseAttributeName } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { typeOf } from "../../engine/expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { Name, Span } from "../syntax/span.ts";
import type { Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { within } from "./place.ts";

/** The parts of a name; IDENTIFIER(...) is worked out. */
export function partsOf(name: Name, scope: Lowering): readonly string[] {
  if (name.kind === "name") return name.parts.map((part) => part.name);
  const parts = within(name.expression, scope, () => identifierParts(lowerExpression(name.expression, scope), scope, name));
  return [...parts, ...name.rest.map((part) => part.name)];
}

/** What IDENTIFIER(expression) names. Source: Spark's ResolveIdentifierClause (IdentifierResolution.evalIdentifierExpr). */
function identifierParts(expression: Expression, scope: Lowering, whole: Span): string[] {
  const value = evaluateConstant(expression, scope.session);
  if (value === undefined) {
    throw new AnalysisError("NOT_A_CONSTANT_STRING.NOT_CONSTANT", { name: "IDENTIFIER", expr: sqlExpr(expression) });
  }
  const type = typeOf(value);
  if (type.kind !== "string") {
    throw new AnalysisError("NOT_A_CONSTANT_STRING.WRONG_TYPE", {
      name: "IDENTIFIER",
      expr: sqlExpr(expression),
      dataType: typeName(type.kind, value),
    });
  }
  if (value.value === null) throw new AnalysisError("NOT_A_CONSTANT_STRING.NULL", { name: "IDENTIFIER", expr: sqlExpr(expression) });
  return within(whole, scope, () => identifierText(String(value.value)));
}

const typeName = (_kind: string, value: Expression): string => sqlTypeOf(typeOf(value)).slice(1, -1).toLowerCase();

/** `a.b` in parts, as the parser of multipart identifiers reads it. */
function identifierText(text: string): string[] {
  const parts = parseAttributeName(text.trim());
  const plain = /^[\p{L}\p{N}_]+$/u;
  const broken = parts.length === 1 && parts[0] === text && !plain.test(text) && !text.startsWith("`");
  if (text.trim() === "") throw new AnalysisError("PARSE_EMPTY_STATEMENT", {});
  if (broken) throw new AnalysisError("PARSE_SYNTAX_ERROR", { error: `'${text}'`, hint: "" });
  return parts;
}

/** The value of an option or a property as text. */
export function propertyText(value: import("../syntax/expression.ts").Expression | undefined, scope: Lowering): string {
  if (!value) return "";
  const constant = evaluateConstant(lowerExpression(value, scope), scope.session);
  return constant ? String(constant.value) : "";
}
