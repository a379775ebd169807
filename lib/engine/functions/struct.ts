import { AnalysisError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { any, anyStruct, type FunctionEntry, quoteName, takes, takesMany } from "./function.ts";

const scalar = scalarsOf("struct");

const nameLiteral = (expression: Expression | undefined, functionName: string): string => {
  if (expression?.kind === "literal" && typeof expression.value === "string") return expression.value;
  throw new AnalysisError("DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", {
    sqlExpr: `"${functionName}"`,
    inputExprs: "the field names",
  });
};

/** A field name for an argument of `struct`: its own, or `col1`, `col2`, ... by position. Source: Spark's CreateStruct. */
function structFieldName(arg: Expression, index: number): string {
  if (arg.kind === "attribute" || arg.kind === "alias" || arg.kind === "lambdaVariable") return arg.name;
  if (arg.kind === "outerReference") return arg.attribute.name;
  if (arg.kind === "call" && arg.name === "get_struct_field") return nameLiteral(arg.args[1], "struct");
  return `col${index + 1}`;
}

/** DuckDB tells fields apart by name alone, in any case. */
export function checkNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) {
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: `A struct with two fields named ${name}`,
        advice: "Give its fields different names.",
      });
    }
    seen.add(name.toLowerCase());
  }
}

function pack(names: readonly string[], values: readonly string[]): string {
  return `struct_pack(${names.map((name, i) => `${quoteName(name)} := ${values[i]}`).join(", ")})`;
}

const fieldsOf = (type: t.DataType) => (type as t.StructType).fields;
const namesOf = (type: t.DataType) => fieldsOf(type).map((field) => field.name);
const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function namedStructType(types: readonly t.DataType[], args: readonly Expression[]): t.StructType {
  const fields: t.StructField[] = [];
  for (let i = 0; i < args.length; i += 2)
    fields.push(t.structField(nameLiteral(args[i], "named_struct"), types[i + 1]!, isNullable(args[i + 1]!)));
  checkNames(fields.map((f) => f.name));
  return t.structType(fields);
}

function structOf(types: readonly t.DataType[], args: readonly Expression[]): t.StructType {
  const fields = types.map((type, i) => t.structField(structFieldName(args[i]!, i), type, isNullable(args[i]!)));
  checkNames(fields.map((f) => f.name));
  return t.structType(fields);
}

/** The struct with one field set: replaced where it stands, else appended. */
function withFieldType([struct, , value]: readonly t.DataType[], args: readonly Expression[]): t.StructType {
  const name = nameLiteral(args[1], "with_field");
  const field = t.structField(name, value!, isNullable(args[2]!));
  const fields = fieldsOf(struct!);
  return t.structType(
    fields.some((f) => sameName(f.name, name)) ? fields.map((f) => (sameName(f.name, name) ? field : f)) : [...fields, field],
  );
}

function withField([struct, , value]: readonly string[], call: Call): string {
  const name = nameLiteral(call.args[1], "with_field");
  const values = fieldsOf(call.type).map((f) => (sameName(f.name, name) ? value! : `struct_extract(${struct}, ${textOf(f.name)})`));
  return orNull(struct!, call, pack(namesOf(call.type), values));
}

function dropFieldsType([struct]: readonly t.DataType[], args: readonly Expression[]): t.StructType {
  const dropped = args.slice(1).map((arg) => nameLiteral(arg, "drop_fields"));
  const fields = fieldsOf(struct!).filter((f) => !dropped.some((name) => sameName(name, f.name)));
  if (fields.length === 0) throw new AnalysisError("DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS", { sqlExpr: '"update_fields"' });
  return t.structType(fields);
}

const textOf = (name: string) => `'${name.replaceAll("'", "''")}'`;
const orNull = (struct: string, call: Call, sql: string) =>
  isNullable(call.args[0]!) ? `(CASE WHEN ${struct} IS NOT NULL THEN ${sql} END)` : sql;

/** Structs. `with_field` and `drop_fields` stand for Column.withField and Column.dropFields, one level at a time. */
export const structFunctions: readonly FunctionEntry[] = [
  scalar(
    "struct",
    "Returns a struct of the arguments, named as they are or col1, col2, ...",
    takesMany(1, any),
    structOf,
    (args, call) => pack(namesOf(call.type), args),
    { nullable: false },
  ),
  scalar(
    "named_struct",
    "Returns a struct of alternating names and values.",
    takesMany(2, any),
    namedStructType,
    (args, call) =>
      pack(
        namesOf(call.type),
        args.filter((_, i) => i % 2 === 1),
      ),
    { nullable: false, check: requirePairs },
  ),
  scalar(
    "get_struct_field",
    "Returns `struct.field`.",
    takes(anyStruct, any),
    ([struct], args) => fieldNamed(struct!, nameLiteral(args[1], "get_struct_field")).dataType,
    ([struct], call) =>
      `struct_extract(${struct}, ${textOf(fieldNamed(typeOf(call.args[0]!), nameLiteral(call.args[1], "get_struct_field")).name)})`,
    {
      nullable: ([struct, name]) => isNullable(struct!) || fieldNamed(typeOf(struct!), nameLiteral(name, "get_struct_field")).nullable,
      internal: true,
    },
  ),
  scalar("with_field", "Returns a struct with a field added or replaced.", takes(anyStruct, any, any), withFieldType, withField, {
    nullable: ([struct]) => isNullable(struct!),
    internal: true,
  }),
  scalar(
    "drop_fields",
    "Returns a struct without the named fields.",
    takesMany(1, anyStruct, any),
    dropFieldsType,
    ([struct], call) =>
      orNull(
        struct!,
        call,
        pack(
          namesOf(call.type),
          namesOf(call.type).map((name) => `struct_extract(${struct}, ${textOf(name)})`),
        ),
      ),
    { nullable: ([struct]) => isNullable(struct!), internal: true },
  ),
];

function requirePairs(args: readonly Expression[]): readonly Expression[] {
  if (args.length % 2 === 1) {
    throw new AnalysisError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", {
      functionName: "`named_struct`",
      expectedNum: "2n (n > 0)",
      actualNum: String(args.length),
    });
  }
  return args;
}

function fieldNamed(struct: t.DataType, name: string): t.StructField {
  const field = fieldsOf(struct).find((f) => f.name === name) ?? fieldsOf(struct).find((f) => sameName(f.name, name));
  if (!field)
    throw new AnalysisError("FIELD_NOT_FOUND", {
      fieldName: `\`${name}\``,
      fields: namesOf(struct)
        .map((n) => `\`${n}\``)
        .join(", "),
    });
  return field;
}
