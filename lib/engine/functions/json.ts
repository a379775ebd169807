import { AnalysisError, ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import type { StructValue, Value } from "../types/values.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  exactly,
  type FunctionEntry,
  type JavaScriptImplementation,
  of,
  type SessionSettings,
  takes,
  takesMany,
  takesUpTo,
} from "./function.ts";
import { jsonAtPath, parseOrUndefined } from "./json-path.ts";
import { schemaOfJson } from "./json-schema.ts";
import { isArray, isObject, type Json, parseJson, writeJson } from "./json-text.ts";
import { jsonOfValue, type TextOptions, valueOfJson } from "./json-value.ts";
import { checkPatterns, optionsOf, optionsOfValue, parserOptions, schemaOf } from "./text-options.ts";

const scalar = scalarsOf("json");
const text = of(t.stringType);

/** schema_of_json of literals, for from_json's schema. */
export const inferredSchemas = {
  schema_of_json: ([json, options]: readonly Expression[]) => schemaOfJson(literalJson(json!), optionsOf(options)),
};

function literalJson(json: Expression): string {
  if (json.kind === "literal" && typeof json.value === "string") return json.value;
  if (json.kind === "literal" && json.value === null)
    throw new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_NULL", { sqlExpr: '"schema_of_json(NULL)"', exprName: "json" });
  throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
    sqlExpr: '"schema_of_json"',
    inputName: "`json`",
    inputType: '"STRING"',
    inputExpr: '"json"',
  });
}

/** Raises what the literal's schema would raise. */
function checkSchemaOfJson(args: readonly Expression[]): readonly Expression[] {
  inferredSchemas.schema_of_json(args);
  return args;
}

const asArray = (json: Json | undefined) => (json !== undefined && isArray(json) ? json : undefined);
const asObject = (json: Json | undefined) => (json !== undefined && isObject(json) ? json : undefined);

/** Reads text as the type; a text that does not fit is NULL, or a struct of NULLs, or an error in FAILFAST mode. */
function readJson(json: string, type: t.DataType, options: TextOptions, session: SessionSettings): Value {
  if (json.trim() === "") return null;
  try {
    const value = parseJson(json, parserOptions(options));
    const wrapped = type.kind === "array" && type.elementType.kind === "struct" && isObject(value) ? [value] : value;
    const read = valueOfJson(wrapped, type, options, session.timeZone);
    if (type.kind === "struct" && corruptField(type, options) && !isWhole(wrapped, type, options, session))
      return { ...(read as StructValue), [corruptColumn(options)]: json };
    return read;
  } catch (failure) {
    if (options.mode?.toUpperCase() === "FAILFAST") {
      throw new ExecutionError(
        "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
        { badRecord: json, failFastMode: "FAILFAST" },
        { cause: failure },
      );
    }
    if (failure instanceof ExecutionError) throw failure;
    return type.kind === "struct" ? corruptRecord(json, type, options) : null;
  }
}

/** Whether all of a record is of its type, none of it left NULL for what it is. */
function isWhole(json: Json, type: t.StructType, options: TextOptions, { timeZone }: SessionSettings): boolean {
  try {
    valueOfJson(json, type, { ...options, mode: "FAILFAST" }, timeZone);
    return true;
  } catch {
    return false;
  }
}

const corruptColumn = (options: TextOptions): string => options.columnnameofcorruptrecord ?? "_corrupt_record";
const corruptField = (type: t.StructType, options: TextOptions) =>
  type.fields.find(({ name, dataType }) => name === corruptColumn(options) && dataType.kind === "string");

/** All fields NULL but the one that keeps the text. */
export function corruptRecord(record: string, type: t.StructType, options: TextOptions): Value {
  const kept = corruptColumn(options);
  return Object.fromEntries(type.fields.map((f) => [f.name, f.name === kept && f.dataType.kind === "string" ? record : null]));
}

/** Fields of a parsed value may always be missing. */
export function nullableType(type: t.DataType): t.DataType {
  switch (type.kind) {
    case "struct":
      return t.structType(type.fields.map((f) => t.structField(f.name, nullableType(f.dataType), true, f.metadata)));
    case "array":
      return t.arrayType(nullableType(type.elementType), true);
    case "map":
      return t.mapType(nullableType(type.keyType), nullableType(type.valueType), true);
    default:
      return type;
  }
}

const fromJson = (_args: readonly string[], call: Call): JavaScriptImplementation => ({
  evaluate: ([json, , options], session) => readJson(json as string, call.type, optionsOfValue(options, session), session),
});

function checkFromJson(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const type = schemaOf(args[1]!, inferredSchemas, session);
  if (type.kind !== "struct" && type.kind !== "array" && type.kind !== "map" && type.kind !== "variant") {
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_JSON_SCHEMA", { sqlExpr: '"from_json"', schema: `"${type.kind.toUpperCase()}"` });
  }
  const options = optionsOf(args[2]);
  checkPatterns(type, options, session);
  const mode = options.mode?.toUpperCase() ?? "PERMISSIVE";
  if (mode !== "PERMISSIVE" && mode !== "FAILFAST") {
    throw new AnalysisError("PARSE_MODE_UNSUPPORTED", { funcName: "`from_json`", mode });
  }
  return args;
}

const toJson = (_args: readonly string[], call: Call): JavaScriptImplementation => {
  const type = typeOf(call.args[0]!);
  return { evaluate: ([value, options], session) => jsonOfValue(value as Value, type, optionsOfValue(options), session.timeZone) };
};

function checkToJson(args: readonly Expression[]): readonly Expression[] {
  optionsOf(args[1]);
  const { kind } = typeOf(args[0]!);
  if (kind !== "struct" && kind !== "array" && kind !== "map" && kind !== "variant") {
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_JSON_SCHEMA", { sqlExpr: '"to_json"', schema: `"${kind.toUpperCase()}"` });
  }
  return args;
}

function fieldTexts(json: unknown, names: readonly unknown[]): Value {
  const object = json === null ? undefined : asObject(parseOrUndefined(json as string));
  return names.map((name) => {
    const value = object?.get(name as string) ?? null;
    return value === null || typeof value === "string" ? value : writeJson(value);
  });
}

export const jsonFunctions: readonly FunctionEntry[] = [
  scalar(
    "get_json_object",
    "Returns the JSON text at a path such as $.a[0].b.",
    takes(text, text),
    t.stringType,
    {
      evaluate: ([json, path]) => jsonAtPath(json as string, path as string),
    },
    { nullable: true },
  ),
  scalar(
    "json_array_length",
    "Returns the number of elements of a JSON array, NULL for anything else.",
    exactly(takes(text)),
    t.integerType,
    {
      evaluate: ([json]) => asArray(parseOrUndefined(json as string))?.length ?? null,
    },
    { nullable: true },
  ),
  scalar(
    "json_object_keys",
    "Returns the keys of a JSON object, NULL for anything else.",
    exactly(takes(text)),
    t.arrayType(t.stringType),
    {
      evaluate: ([json]) => {
        const object = asObject(parseOrUndefined(json as string));
        return object ? [...object.keys()] : null;
      },
    },
    { nullable: true },
  ),
  scalar(
    "json_tuple_values",
    "Returns the named top-level fields of a JSON object as texts; what json_tuple makes a row of.",
    takesMany(1, text, text),
    t.arrayType(t.stringType),
    { evaluate: ([json, ...names]) => fieldTexts(json, names), nulls: true },
    { nullable: false, internal: true },
  ),
  scalar(
    "from_json",
    "Reads JSON text as a value of a schema: from_json(text, schema[, options]).",
    takesUpTo(1, text, any, any),
    (_types, args, session) => nullableType(schemaOf(args[1]!, inferredSchemas, session)),
    fromJson,
    { nullable: true, check: checkFromJson },
  ),
  scalar(
    "to_json",
    "Writes a struct, array or map as JSON text: to_json(value[, options]).",
    takesUpTo(1, any, any),
    t.stringType,
    toJson,
    {
      nullable: ([value]) => isNullable(value!),
      check: checkToJson,
    },
  ),
  scalar(
    "schema_of_json",
    "Returns the schema of a JSON text as DDL.",
    takesUpTo(1, text, any),
    t.stringType,
    { evaluate: ([json, options]) => schemaOfJson(json as string, optionsOfValue(options)) },
    { nullable: false, check: checkSchemaOfJson },
  ),
];
