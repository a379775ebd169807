import { implicitCast } from "../analyzer/implicit-cast.ts";
import { AnalysisError } from "../errors.ts";
import { nullLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { elementType, sameKey, unexpectedInput } from "./alignment.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, anyArray, common, type FunctionEntry, integral, raise, type SessionSettings, takes, takesMany } from "./function.ts";

/** Arrays made, measured and read by position. */
const scalar = scalarsOf("array");

const outOfBounds = (condition: string, index: string, list: string) => raise(condition, { indexValue: index, arraySize: `len(${list})` });

/** `a[i]`, from 0. */
const item = (list: string, index: string, ansi: boolean) =>
  bindOnce([list, index], ([l, i]) => {
    const miss = ansi ? `WHEN ${l} IS NULL OR ${i} IS NULL THEN NULL ELSE ${outOfBounds("INVALID_ARRAY_INDEX", i!, l!)}` : "ELSE NULL";
    return `(CASE WHEN ${i} >= 0 AND ${i} < len(${l}) THEN list_extract(${l}, ${i} + 1) ${miss} END)`;
  });

/** From 1, or from the end where negative. */
const elementAt = (list: string, index: string, ansi: boolean) =>
  bindOnce([list, index], ([l, i]) => {
    const miss = ansi
      ? `WHEN ${l} IS NULL OR ${i} IS NULL THEN NULL ELSE ${outOfBounds("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", i!, l!)}`
      : "ELSE NULL";
    return `(CASE WHEN ${i} = 0 THEN ${raise("INVALID_INDEX_OF_ZERO")} WHEN abs(${i}) <= len(${l}) THEN list_extract(${l}, ${i}) ${miss} END)`;
  });

const elementOrValue = ([type]: readonly t.DataType[]) => (type!.kind === "map" ? type!.valueType : elementType(type!));

const checkElementAt = (name: string) => (args: readonly Expression[], session: SessionSettings) => {
  const [collection, key] = args.map(typeOf);
  if (collection!.kind === "map") return sameKey(name)(args, session);
  if (collection!.kind === "array" && t.isIntegral(key!)) return args;
  if (collection!.kind === "array" && key!.kind === "void") return [args[0]!, nullLiteral(t.integerType)];
  throw unexpectedInput(name, collection!.kind === "array" ? 1 : 0, args, '("ARRAY" or "MAP")');
};

/** Only where the first argument is an array the second one is cast. Source: Spark's Get. */
function positionOf(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const [list, position] = args as [Expression, Expression];
  const index = typeOf(list).kind === "array" ? implicitCast(position, t.integerType, session) : undefined;
  if (index) return [list, index];
  throw typeOf(list).kind === "array" ? unexpectedInput("get", 1, args, '"INT"') : unexpectedInput("get", 0, args, '"ARRAY"');
}

const structElements = (args: readonly string[], call: Call): string => {
  const field = args[1]!;
  const x = freeName(args, "e");
  return `CAST(list_transform(${args[0]}, lambda ${x}: struct_extract(${x}, ${field})) AS ${sqlTypeOf(call.type)})`;
};

function structFieldOf([type]: readonly t.DataType[], args: readonly Expression[]): t.DataType {
  const struct = elementType(type!) as t.StructType;
  const key = args[1]!;
  const field = struct.fields.find((f) => key.kind === "literal" && f.name.toLowerCase() === String(key.value).toLowerCase());
  if (!field)
    throw new AnalysisError("FIELD_NOT_FOUND", { fieldName: "field", fields: struct.fields.map((f) => `\`${f.name}\``).join(", ") });
  return t.arrayType(field.dataType, (type as t.ArrayType).containsNull || field.nullable);
}

const sizeOf = (value: string, type: t.DataType) => `CAST(${type.kind === "map" ? "cardinality" : "len"}(${value}) AS INTEGER)`;
const nullOnlyInAnsi = (args: readonly Expression[], session: { readonly ansi: boolean }) => session.ansi && args.some(isNullable);

const checkSized = (name: string) => (args: readonly Expression[]) => {
  const { kind } = typeOf(args[0]!);
  if (kind !== "array" && kind !== "map" && kind !== "void") throw unexpectedInput(name, 0, args, '("ARRAY" or "MAP")');
  return args;
};

export const arrayFunctions: readonly FunctionEntry[] = [
  scalar(
    "array",
    "Returns an array of the arguments.",
    takesMany(0, common),
    (types, args) => t.arrayType(types[0] ?? t.voidType, args.some(isNullable)),
    (args, call) =>
      args.length === 0 || elementType(call.type).kind === "void"
        ? `CAST([${args.join(", ")}] AS ${sqlTypeOf(call.type)})`
        : `[${args.join(", ")}]`,
    { nullable: false },
  ),
  ...["size", "cardinality"].map((name) =>
    scalar(
      name,
      "Returns the number of elements of an array or map; NULL of NULL in ANSI mode, else -1.",
      takes(any),
      t.integerType,
      ([value], call, session) => {
        const sql = sizeOf(value!, typeOf(call.args[0]!));
        return session.ansi ? sql : `coalesce(${sql}, -1)`;
      },
      { nullable: nullOnlyInAnsi, check: checkSized(name) },
    ),
  ),
  scalar("array_size", "Returns the number of elements of an array, NULL of NULL.", takes(anyArray), t.integerType, ([l], call) =>
    sizeOf(l!, typeOf(call.args[0]!)),
  ),
  scalar(
    "element_at",
    "Returns the element at a position from 1 (negative: from the end), or the value of a key.",
    takes(any, any),
    elementOrValue,
    ([list, key], call, session) =>
      typeOf(call.args[0]!).kind === "map" ? `map_extract_value(${list}, ${key})` : elementAt(list!, key!, session.ansi),
    { nullable: true, check: checkElementAt("element_at") },
  ),
  scalar(
    "try_element_at",
    "Returns the element at a position from 1 or the value of a key, NULL where there is none.",
    takes(any, any),
    elementOrValue,
    ([list, key], call) => (typeOf(call.args[0]!).kind === "map" ? `map_extract_value(${list}, ${key})` : elementAt(list!, key!, false)),
    { nullable: true, check: checkElementAt("try_element_at") },
  ),
  scalar(
    "get",
    "Returns the element at a position from 0, NULL outside the array.",
    takes(any, any),
    elementOrValue,
    ([l, i]) => item(l!, i!, false),
    {
      nullable: true,
      check: positionOf,
    },
  ),
  scalar(
    "get_array_item",
    "Returns `array[i]`, from 0.",
    takes(anyArray, integral),
    elementOrValue,
    ([l, i], _call, session) => item(l!, i!, session.ansi),
    { nullable: true, internal: true },
  ),
  scalar(
    "get_array_struct_fields",
    "Returns `array.field`: the field of every element.",
    takes(anyArray, any),
    structFieldOf,
    structElements,
    { internal: true },
  ),
];
