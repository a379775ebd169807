import { commonTypeOf, widestCommonTypeWithoutStrings } from "../analyzer/common-type.ts";
import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import type { SessionSettings } from "./function.ts";

/** Brings the arguments of array and map functions to one element or key type. Source: Spark's BinaryArrayExpressionWithImplicitCast. */
type Check = (args: readonly Expression[], session: SessionSettings) => readonly Expression[];

export const elementType = (type: t.DataType): t.DataType => (type.kind === "array" ? type.elementType : t.voidType);

function mismatch(condition: string, name: string, left: t.DataType, right: t.DataType): AnalysisError {
  return new AnalysisError(`DATATYPE_MISMATCH.${condition}`, {
    sqlExpr: `"${name}"`,
    functionName: `\`${name}\``,
    dataType: condition === "MAP_FUNCTION_DIFF_TYPES" ? '"MAP"' : '"ARRAY"',
    leftType: `"${typeSql(left)}"`,
    rightType: `"${typeSql(right)}"`,
  });
}

const ORDINALS = ["first", "second", "third", "fourth"];

/** Spark's complaint about an argument of the wrong type; `index` from 0. */
export function unexpectedInput(name: string, index: number, args: readonly Expression[], requiredType: string): AnalysisError {
  return new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {
    sqlExpr: `"${name}(${args.map((arg) => prettyName(arg)).join(", ")})"`,
    paramIndex: ORDINALS[index] ?? String(index + 1),
    requiredType,
    inputSql: `"${prettyName(args[index]!)}"`,
    inputType: `"${typeSql(typeOf(args[index]!))}"`,
  });
}

/** (array, array): both get the common element type. */
export const sameElements =
  (name: string): Check =>
  ([left, right], session) => {
    const [l, r] = [typeOf(left!) as t.ArrayType, typeOf(right!) as t.ArrayType];
    const common = widestCommonTypeWithoutStrings(l.elementType, r.elementType, session);
    if (!common) throw mismatch("BINARY_ARRAY_DIFF_TYPES", name, l, r);
    return [castTo(left!, t.arrayType(common, l.containsNull), session), castTo(right!, t.arrayType(common, r.containsNull), session)];
  };

/** (array, value): the array's elements and the value get their common type. */
export const sameElement =
  (name: string): Check =>
  ([array, value], session) => {
    const type = typeOf(array!) as t.ArrayType;
    const common = widestCommonTypeWithoutStrings(type.elementType, typeOf(value!), session);
    if (!common) throw mismatch("ARRAY_FUNCTION_DIFF_TYPES", name, type, typeOf(value!));
    return [castTo(array!, t.arrayType(common, type.containsNull), session), castTo(value!, common, session)];
  };

/** (map, key): the map's keys and the key get their common type. */
export const sameKey =
  (name: string): Check =>
  ([map, key], session) => {
    const type = typeOf(map!) as t.MapType;
    const common = widestCommonTypeWithoutStrings(type.keyType, typeOf(key!), session);
    if (!common) throw mismatch("MAP_FUNCTION_DIFF_TYPES", name, type, typeOf(key!));
    return [castTo(map!, t.mapType(common, type.valueType, type.valueContainsNull), session), castTo(key!, common, session)];
  };

/** Casts expressions to their common type. */
export function toCommonType(name: string, args: readonly Expression[], session: SessionSettings): Expression[] {
  const type = commonTypeOf(args.map(typeOf), session);
  if (!type) {
    const dataType = `(${args.map((arg) => `"${typeSql(typeOf(arg))}"`).join(" or ")})`;
    throw new AnalysisError("DATATYPE_MISMATCH.DATA_DIFF_TYPES", { sqlExpr: `"${name}"`, functionName: `\`${name}\``, dataType });
  }
  return args.map((arg) => castTo(arg, type, session));
}
