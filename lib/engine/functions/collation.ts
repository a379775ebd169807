import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { collatedType, collationNamed, INDETERMINATE } from "../types/collation.ts";
import * as t from "../types/data-type.ts";
import { keySql, keyType } from "./collation-key.ts";
import { scalarsOf } from "./define.ts";
import { any, exactly, type FunctionEntry, of, quoteText, takes } from "./function.ts";

/** Which texts are equal, and their order. */
const scalar = scalarsOf("string");
const text = of(t.stringType);

function nameOf(name: Expression): string {
  if (name.kind === "literal" && typeof name.value === "string") return name.value;
  if (name.kind === "cast" && name.child.kind === "literal" && typeof name.child.value === "string") return name.child.value;
  if (name.kind === "literal") {
    throw new AnalysisError("UNEXPECTED_INPUT_TYPE", {
      functionName: "`collate`",
      paramIndex: "first",
      inputSql: sqlExpr(name),
      inputType: sqlTypeOf(name.value === null ? t.voidType : name.type),
      requiredType: '"STRING"',
    });
  }
  throw new AnalysisError("NON_FOLDABLE_ARGUMENT", { funcName: "`collate`", paramName: "`collationName`", paramType: '"STRING"' });
}

export const collationFunctions: readonly FunctionEntry[] = [
  scalar(
    "collate",
    "Returns the text with a collation.",
    exactly(takes(text, any)),
    (_types, [, name]) => collatedType(nameOf(name!)),
    ([value]) => value!,
    { nullable: true },
  ),
  scalar(
    "collation",
    "Returns the name of the text's collation.",
    exactly(takes(text)),
    t.stringType,
    (_, call) => {
      const type = typeOf(call.args[0]!) as t.StringType;
      return quoteText(
        type.collation === INDETERMINATE ? "null" : `SYSTEM.BUILTIN.${collationNamed(type.collation ?? "UTF8_BINARY").name}`,
      );
    },
    { nullable: false },
  ),
  scalar(
    "collation_key",
    "Returns what stands for a value where rows are compared: equal, and in the same order, as its collations say.",
    takes(any),
    ([type]) => keyType(type!),
    ([value], call) => keySql(value!, typeOf(call.args[0]!)),
  ),
];
