import { AnalysisError, ExecutionError } from "../errors.ts";
import { call as callOf } from "../expressions/build.ts";
import type { AggregateCall, Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import { isVariantCastable } from "../types/castable.ts";
import * as t from "../types/data-type.ts";
import { typeFromJson, typeToJson } from "../types/json.ts";
import type { Value } from "../types/values.ts";
import { SIZE_LIMIT } from "../types/variant/encoding.ts";
import type { Variant } from "../types/variant/variant.ts";
import { buildVariant, VariantTooLarge } from "../types/variant/variant-builder.ts";
import { scalarsOf } from "./define.ts";
import {
  type Apply,
  any,
  exactly,
  type FunctionEntry,
  type JavaScriptImplementation,
  type NativeStep,
  of,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesUpTo,
} from "./function.ts";
import { nullableType } from "./json.ts";
import { JsonSyntaxError } from "./json-text.ts";
import { schemaOf } from "./text-options.ts";
import { inputOfValue, reading, valueOfVariant } from "./variant-cast.ts";
import { variantOfJsonText } from "./variant-json.ts";
import { parseVariantPath, variantAt } from "./variant-path.ts";
import { mergeSchemas, schemaOfVariant, schemaText } from "./variant-schema.ts";

const scalar = scalarsOf("variant");
const text = of(t.stringType);
const variant = of(t.variantType);

function parse(json: string): Variant {
  try {
    return variantOfJsonText(json);
  } catch (cause) {
    if (cause instanceof VariantTooLarge)
      throw new ExecutionError(
        "VARIANT_SIZE_LIMIT",
        { sizeLimit: `${SIZE_LIMIT / 1024 / 1024}.0 MiB`, functionName: "`parse_json`" },
        { cause },
      );
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    throw new ExecutionError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: json, failFastMode: "FAILFAST" }, { cause });
  }
}

function tryParse(json: string): Value {
  try {
    return variantOfJsonText(json);
  } catch (failure) {
    if (failure instanceof JsonSyntaxError || failure instanceof VariantTooLarge) return null;
    throw failure;
  }
}

/** A reader of paths that remembers the last one: mostly it is the same for all rows. */
function pathReader(name: string): (path: string) => ReturnType<typeof parseVariantPath> {
  let [last, steps]: [string | undefined, ReturnType<typeof parseVariantPath>] = [undefined, []];
  return (path) => {
    if (path !== last) [last, steps] = [path, parseVariantPath(path, name)];
    return steps;
  };
}

const targetOf = (args: readonly Expression[], session: SessionSettings): t.DataType =>
  args[2] ? nullableType(schemaOf(args[2], {}, session)) : t.variantType;

function variantGet(name: "variant_get" | "try_variant_get", doc: string): ScalarFunction {
  const failing = name === "variant_get";
  return scalar(
    name,
    doc,
    exactly(takesUpTo(1, variant, text, any)),
    (_types, args, session) => targetOf(args, session),
    (_args: readonly string[], call: Call): JavaScriptImplementation => {
      const stepsOf = pathReader(name);
      return {
        evaluate: ([value, path], { timeZone }) =>
          reading(() => {
            const found = variantAt(value as Variant, stepsOf(path as string));
            return found ? valueOfVariant(found, call.type, { failing, timeZone }) : null;
          }),
      };
    },
    {
      nullable: true,
      check: (args, session) => {
        const type = targetOf(args, session);
        if (!isVariantCastable(type, true)) throw noCast(`${name}(${prettyName(args[0]!)}, ${prettyName(args[1]!)})`, t.variantType, type);
        return args;
      },
    },
  );
}

const noCast = (sqlExpr: string, from: t.DataType, to: t.DataType): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", {
    sqlExpr: `"${sqlExpr}"`,
    srcType: `"${typeSql(from)}"`,
    targetType: `"${typeSql(to)}"`,
  });

function checkToVariantObject(args: readonly Expression[]): readonly Expression[] {
  const type = typeOf(args[0]!);
  const nested = type.kind === "struct" || type.kind === "array" || type.kind === "map";
  if (!nested || !isVariantCastable(type, true)) throw noCast(`to_variant_object(${prettyName(args[0]!)})`, type, t.variantType);
  return args;
}

const exploded: readonly t.StructField[] = [
  t.structField("pos", t.integerType, false),
  t.structField("key", t.stringType, true),
  t.structField("value", t.variantType, false),
];

function explode(value: Variant): Value {
  const content = value.content();
  if (content.kind === "object") return content.fields.map((field, pos) => ({ pos, ...field }));
  return content.kind === "array" ? content.items.map((item, pos) => ({ pos, key: null, value: item })) : [];
}

/** Schemas travel between tasks as JSON. */
const schemaStep: NativeStep = {
  name: "variant_schema",
  types: [t.variantType],
  returns: t.stringType,
  evaluate: ([value]) => reading(() => JSON.stringify(typeToJson(schemaOfVariant(value as Variant)))),
};
const mergeStep: NativeStep = {
  name: "merge_variant_schemas",
  types: [t.arrayType(t.stringType)],
  returns: t.stringType,
  evaluate: ([schemas]) => JSON.stringify(typeToJson(mergedSchema(schemas as readonly (string | null)[] | null))),
  nulls: true,
};
const printStep: NativeStep = {
  name: "print_variant_schemas",
  types: [t.arrayType(t.stringType)],
  returns: t.stringType,
  evaluate: ([schemas]) => schemaText(mergedSchema(schemas as readonly (string | null)[] | null)),
  nulls: true,
};
const mergedSchema = (schemas: readonly (string | null)[] | null): t.DataType =>
  [...new Set(schemas ?? [])].reduce(
    (merged: t.DataType, schema) => (schema === null ? merged : mergeSchemas(merged, typeFromJson(JSON.parse(schema)))),
    t.voidType,
  );

const schemasOf = (apply: Apply, value: string) => apply("list", apply.native(schemaStep, value));

export const variantFunctions: readonly FunctionEntry[] = [
  scalar("parse_json", "Reads JSON text as a variant.", exactly(takes(text)), t.variantType, {
    evaluate: ([json]) => parse(json as string),
  }),
  scalar(
    "try_parse_json",
    "Reads JSON text as a variant, NULL for text that is not JSON.",
    exactly(takes(text)),
    t.variantType,
    { evaluate: ([json]) => tryParse(json as string) },
    { nullable: true },
  ),
  scalar(
    "is_variant_null",
    "Returns true if a variant holds a JSON null, false for anything else and for NULL.",
    exactly(takes(variant)),
    t.booleanType,
    { evaluate: ([value]) => value !== null && reading(() => (value as Variant).isNull()), nulls: true },
    { nullable: false },
  ),
  variantGet("variant_get", "Returns what stands at a path of a variant, cast to a type: variant_get(v, path[, type])."),
  variantGet(
    "try_variant_get",
    "Returns what stands at a path of a variant, cast to a type, NULL where it cannot be: try_variant_get(v, path[, type]).",
  ),
  scalar("schema_of_variant", "Returns the schema of a variant.", exactly(takes(variant)), t.stringType, {
    evaluate: ([value]) => reading(() => schemaText(schemaOfVariant(value as Variant))),
  }),
  scalar(
    "to_variant_object",
    "Returns a struct, array or map as a variant of objects and arrays.",
    takes(any),
    t.variantType,
    (_args: readonly string[], call: Call): JavaScriptImplementation => {
      const type = typeOf(call.args[0]!);
      return { evaluate: ([value]) => buildVariant(inputOfValue(value as Value, type)) };
    },
    { check: checkToVariantObject },
  ),
  scalar(
    "variant_explode_rows",
    "Returns the fields or elements of a variant; what variant_explode makes rows of.",
    exactly(takes(variant)),
    t.arrayType(t.structType(exploded), false),
    { evaluate: ([value]) => reading(() => explode(value as Variant)) },
    { internal: true },
  ),
  {
    kind: "generator",
    names: ["variant_explode", "variant_explode_outer"],
    group: "variant",
    doc: "Makes a row of each field of a variant's object, or of each element of its array.",
    signature: exactly(takes(variant)),
    check: (args) => [callOf("variant_explode_rows", args, t.arrayType(t.structType(exploded), false), true)],
    fields: () => exploded,
    rows: ([rows]) => `list_transform(${rows}, lambda r: {c0: r."pos", c1: r."key", c2: r."value"})`,
  },
  {
    kind: "aggregate",
    names: ["schema_of_variant_agg"],
    group: "variant",
    doc: "Returns the merged schema of the group's variants.",
    signature: exactly(takes(variant)),
    returns: t.stringType,
    nullable: false,
    complete: (apply, [value]) => apply.native(printStep, schemasOf(apply, value!)),
    partial: {
      states: (_call: AggregateCall) => [
        { type: t.stringType, sql: (apply, [value]) => apply.native(mergeStep, schemasOf(apply, value!)) },
      ],
      merge: (apply, [schemas]) => apply.native(printStep, apply("list", schemas!)),
    },
  },
];
