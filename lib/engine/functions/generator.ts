import { AnalysisError } from "../errors.ts";
import { call as callOf } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { elementType, toCommonType, unexpectedInput } from "./alignment.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { any, anyArray, type FunctionEntry, type GeneratorFunction, of, type SessionSettings, takes, takesMany } from "./function.ts";

const row = (values: readonly string[]) => `{${values.map((value, i) => `c${i}: ${value}`).join(", ")}}`;

function collectionFields(type: t.DataType): readonly t.StructField[] {
  if (type.kind === "map")
    return [t.structField("key", type.keyType, false), t.structField("value", type.valueType, type.valueContainsNull)];
  return [t.structField("col", elementType(type), type.kind === "array" && type.containsNull)];
}

const requireCollection = (name: string) => (args: readonly Expression[]) => {
  const { kind } = typeOf(args[0]!);
  if (kind !== "array" && kind !== "map") throw unexpectedInput(name, 0, args, '("ARRAY" or "MAP")');
  return args;
};

function explode(name: "explode" | "posexplode", doc: string): GeneratorFunction {
  const position = name === "posexplode";
  return {
    kind: "generator",
    names: [name, `${name}_outer`],
    group: "generator",
    doc,
    signature: takes(any),
    check: requireCollection(name),
    fields: ([type]) => [...(position ? [t.structField("pos", t.integerType, false)] : []), ...collectionFields(type!)],
    rows: ([collection], call) => {
      const isMap = typeOf(call.args[0]!).kind === "map";
      const [x, i] = [freeName([collection!], "x"), freeName([collection!], "i")];
      const list = isMap ? `map_entries(${collection})` : collection!;
      const values = [...(position ? [`CAST(${i} - 1 AS INTEGER)`] : []), ...(isMap ? [`${x}.key`, `${x}.value`] : [x])];
      return `list_transform(${list}, lambda ${x}${position ? `, ${i}` : ""}: ${row(values)})`;
    },
  };
}

/** stack(n, v1, ..., vk): k values in n rows; the columns' types are those of their values. */
function stackShape(args: readonly Expression[]): { readonly rows: number; readonly columns: number } {
  const count = args[0]!;
  if (count.kind !== "literal" || typeof count.value !== "number") {
    throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
      sqlExpr: '"stack"',
      inputName: "`n`",
      inputType: '"INT"',
      inputExpr: '"n"',
    });
  }
  if (count.value < 1) {
    throw new AnalysisError("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", {
      sqlExpr: '"stack"',
      exprName: "`n`",
      valueRange: "(0, 2147483647]",
      currentValue: String(count.value),
    });
  }
  return { rows: count.value, columns: Math.ceil((args.length - 1) / count.value) };
}

function alignStack(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const { columns } = stackShape(args);
  const values = [...args.slice(1)];
  for (let c = 0; c < columns; c++) {
    const column = toCommonType(
      "stack",
      values.filter((_, i) => i % columns === c),
      session,
    );
    for (const [r, value] of column.entries()) values[r * columns + c] = value;
  }
  return [args[0]!, ...values];
}

/** Texts, of which there are at least two, and nothing that is cast to one. Source: Spark's JsonTuple. */
function onlyTexts(name: string, args: readonly Expression[]): readonly Expression[] {
  if (args.every((arg) => t.isStringLike(typeOf(arg)))) return args;
  const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name, args })}"`;
  throw new AnalysisError("DATATYPE_MISMATCH.NON_STRING_TYPE", { sqlExpr, funcName: `\`${name}\`` });
}

export const generatorFunctions: readonly FunctionEntry[] = [
  explode("explode", "Makes a row of each element of an array, or of each entry of a map."),
  explode("posexplode", "Makes a row of each element or entry, with its position from 0."),
  {
    kind: "generator",
    names: ["inline", "inline_outer"],
    group: "generator",
    doc: "Makes a row of each struct of an array.",
    signature: takes(anyArray),
    check: (args) => {
      if (elementType(typeOf(args[0]!)).kind !== "struct") throw unexpectedInput("inline", 0, args, '"ARRAY<STRUCT>"');
      return args;
    },
    fields: ([type]) => {
      const nulls = (type as t.ArrayType).containsNull;
      return (elementType(type!) as t.StructType).fields.map((f) => t.structField(f.name, f.dataType, f.nullable || nulls));
    },
    rows: ([list], call) => {
      const x = freeName([list!], "x");
      return `list_transform(${list}, lambda ${x}: ${row(call.fields.map((_, i) => `struct_extract_at(${x}, ${i + 1})`))})`;
    },
  },
  {
    kind: "generator",
    names: ["stack"],
    group: "generator",
    doc: "Divides values into rows: stack(n, value1, ..., valuek).",
    signature: takesMany(1, of(t.integerType), any),
    check: alignStack,
    fields: (types, args) =>
      Array.from({ length: stackShape(args).columns }, (_, c) => t.structField(`col${c}`, types[c + 1] ?? t.voidType, true)),
    rows: ([, ...values], call) => {
      const { rows, columns } = stackShape(call.args);
      const cell = (r: number, c: number) => `CAST(${values[r * columns + c] ?? "NULL"} AS ${sqlTypeOf(call.fields[c]!.dataType)})`;
      return `[${Array.from({ length: rows }, (_, r) => row(Array.from({ length: columns }, (_, c) => cell(r, c)))).join(", ")}]`;
    },
  },
  {
    kind: "generator",
    names: ["json_tuple"],
    group: "generator",
    doc: "Makes one row of the named top-level fields of a JSON object, as text.",
    signature: takesMany(1, any, any),
    check: (args) => [callOf("json_tuple_values", onlyTexts("json_tuple", args), t.arrayType(t.stringType), false)],
    fields: (_types, [values]) => (values as Call).args.slice(1).map((_, i) => t.structField(`c${i}`, t.stringType, true)),
    rows: ([values], call) => bindOnce([values!], ([v]) => `[${row(call.fields.map((_, i) => `list_extract(${v}, ${i + 1})`))}]`),
  },
];
