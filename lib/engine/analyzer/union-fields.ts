import { AnalysisError } from "../errors.ts";
import { freshId, nullLiteral, stringLiteral } from "../expressions/build.ts";
import type { Expression, LambdaVariable } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlId } from "../expressions/quoting.ts";
import type { SessionSettings } from "../functions/function.ts";
import { type DataType, type StructType, voidType } from "../types/data-type.ts";
import { equalNames, resolveExpression } from "./resolve-expression.ts";
import { emptyScope } from "./scope.ts";

/** Whether structs at any depth have the same names in the same order. Source: Spark's DataType.equalsStructurallyByName. */
export function sameFields(a: DataType, b: DataType, session: SessionSettings): boolean {
  if (a.kind === "array" && b.kind === "array") return sameFields(a.elementType, b.elementType, session);
  if (a.kind === "map" && b.kind === "map")
    return sameFields(a.keyType, b.keyType, session) && sameFields(a.valueType, b.valueType, session);
  if (a.kind !== "struct" || b.kind !== "struct") return true;
  return (
    a.fields.length === b.fields.length &&
    a.fields.every((f, i) => equalNames(f.name, b.fields[i]!.name, session) && sameFields(f.dataType, b.fields[i]!.dataType, session))
  );
}

/** A value whose structs have the fields of `wanted` first, NULL where it has none, then its own. Maps stay as they are. Source: Spark's ResolveUnion. */
export function withFields(value: Expression, wanted: DataType, allowMissing: boolean, session: SessionSettings): Expression {
  return resolveExpression(mergedValue(value, typeOf(value), isNullable(value), wanted, { allowMissing, session }), emptyScope, session);
}

interface Merge {
  readonly allowMissing: boolean;
  readonly session: SessionSettings;
}

function mergedValue(value: Expression, type: DataType, nullable: boolean, wanted: DataType, merge: Merge): Expression {
  if (sameFields(type, wanted, merge.session)) return value;
  if (type.kind === "struct" && wanted.kind === "struct") return mergedStruct(value, type, nullable, wanted, merge);
  if (type.kind !== "array" || wanted.kind !== "array") return value;
  const element: LambdaVariable = { kind: "lambdaVariable", id: freshId(), name: "x", type: voidType, nullable: true };
  const body = mergedValue(element, type.elementType, type.containsNull, wanted.elementType, merge);
  return { kind: "unresolvedFunction", name: "transform", args: [value, { kind: "lambda", parameters: [element], body }] };
}

function mergedStruct(value: Expression, type: StructType, nullable: boolean, wanted: StructType, merge: Merge): Expression {
  const { allowMissing, session } = merge;
  const field = (name: string): Expression => ({ kind: "unresolvedExtract", child: value, key: stringLiteral(name) });
  const named = wanted.fields.flatMap(({ name, dataType }): Expression[] => {
    const own = type.fields.find((f) => equalNames(f.name, name, session));
    if (own) return [stringLiteral(name), mergedValue(field(own.name), own.dataType, nullable || own.nullable, dataType, merge)];
    if (allowMissing) return [stringLiteral(name), nullLiteral(dataType)];
    throw new AnalysisError("FIELD_NOT_FOUND", { fieldName: sqlId([name]), fields: type.fields.map((f) => sqlId([f.name])).join(", ") });
  });
  const others = type.fields.filter((f) => !wanted.fields.some((w) => equalNames(f.name, w.name, session)));
  const struct: Expression = {
    kind: "unresolvedFunction",
    name: "named_struct",
    args: [...named, ...others.flatMap(({ name }) => [stringLiteral(name), field(name)])],
  };
  if (!nullable) return struct;
  const isNull: Expression = { kind: "unresolvedFunction", name: "isnull", args: [value] };
  return { kind: "unresolvedFunction", name: "when", args: [isNull, nullLiteral(voidType), struct] };
}
