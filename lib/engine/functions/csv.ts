import { AnalysisError, ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { binaryText } from "../types/hive-text.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import type { StructValue, Value } from "../types/values.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, type JavaScriptImplementation, of, type SessionSettings, takesUpTo } from "./function.ts";
import { corruptRecord, nullableType } from "./json.ts";
import { ConversionError, decimalOf, type TextOptions, textOfValue, valueOfText } from "./json-value.ts";
import { checkPatterns, optionsOf, optionsOfValue, schemaOf } from "./text-options.ts";

/** One line of CSV from and to a struct. Source: Spark's UnivocityParser and UnivocityGenerator. */
const scalar = scalarsOf("json");
const text = of(t.stringType);

interface Dialect {
  readonly separator: string;
  readonly quote: string;
  readonly escapeWith: string;
  /** What stands for NULL. */
  readonly nullText: string;
  /** Blanks around a cell without quotes. */
  readonly trimStart: boolean;
  readonly trimEnd: boolean;
}
const dialectOf = (options: TextOptions): Dialect => ({
  separator: options.sep ?? options.delimiter ?? ",",
  quote: options.quote ?? '"',
  escapeWith: options.escape ?? "\\",
  nullText: options.nullvalue ?? "",
  trimStart: options.ignoreleadingwhitespace?.toLowerCase() === "true",
  trimEnd: options.ignoretrailingwhitespace?.toLowerCase() === "true",
});

/** The cells of a line; an empty one without quotes is undefined. */
function csvCells(line: string, dialect: Dialect): (string | undefined)[] {
  const cells: (string | undefined)[] = [];
  let position = 0;
  for (;;) {
    const quoted = dialect.quote !== "" && line.startsWith(dialect.quote, position);
    const { cell, end } = quoted ? quotedCell(line, position + dialect.quote.length, dialect) : plainCell(line, position, dialect);
    cells.push(cell === "" && !quoted ? undefined : cell);
    if (!line.startsWith(dialect.separator, end)) return cells;
    position = end + dialect.separator.length;
  }
}

function plainCell(line: string, start: number, { separator, trimStart, trimEnd }: Dialect): { cell: string; end: number } {
  const found = line.indexOf(separator, start);
  const end = found < 0 ? line.length : found;
  const cell = line.slice(start, end);
  const begun = trimStart ? cell.trimStart() : cell;
  return { cell: trimEnd ? begun.trimEnd() : begun, end };
}

function quotedCell(line: string, start: number, { separator, quote, escapeWith }: Dialect): { cell: string; end: number } {
  let cell = "";
  for (let i = start; i < line.length; i++) {
    const c = line[i]!;
    const next = line[i + 1];
    if ((c === escapeWith && (next === quote || next === escapeWith)) || (c === quote && next === quote)) {
      cell += next;
      i++;
    } else if (c === quote && (next === undefined || line.startsWith(separator, i + 1))) return { cell, end: i + 1 };
    else cell += c;
  }
  return { cell, end: line.length };
}

const INTEGER_BITS: Readonly<Record<string, number>> = { byte: 8, short: 16, integer: 32, long: 64 };

function valueOfCell(cell: string, type: t.DataType, options: TextOptions, zone: string): Value {
  const bits = INTEGER_BITS[type.kind];
  if (bits !== undefined) {
    if (!/^[+-]?\d+$/.test(cell) || BigInt.asIntN(bits, BigInt(cell)) !== BigInt(cell)) throw new ConversionError("not an integer");
    return type.kind === "long" ? BigInt(cell) : Number(cell);
  }
  switch (type.kind) {
    case "string":
      return cell;
    case "boolean":
      if (!/^(?:true|false)$/i.test(cell)) throw new ConversionError("not a boolean");
      return cell.toLowerCase() === "true";
    case "float":
    case "double": {
      const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/.test(cell.trim())
        ? Number.parseFloat(cell)
        : (valueOfText(cell, type, options, zone) as number);
      return type.kind === "float" ? Math.fround(number) : number;
    }
    case "decimal":
      return decimalOf(cell, type);
    default:
      return valueOfText(cell, type, options, zone);
  }
}

/** A cell that does not fit is NULL, or an error in FAILFAST mode. */
function readCsv(line: string, type: t.StructType, options: TextOptions, session: SessionSettings): Value {
  const failFast = options.mode?.toUpperCase() === "FAILFAST";
  const dialect = dialectOf(options);
  const cells = csvCells(line, dialect);
  const corrupt = corruptRecord(line, type, options) as StructValue;
  const names = type.fields.filter((f) => corrupt[f.name] === null);
  const result: Record<string, Value> = Object.fromEntries(type.fields.map((f) => [f.name, null]));
  let bad = cells.length !== names.length;
  for (const [i, field] of names.entries()) {
    const cell = cells[i];
    if (cell === undefined || (cell === dialect.nullText && cell !== "")) continue;
    try {
      result[field.name] = valueOfCell(cell, field.dataType, options, session.timeZone);
    } catch (failure) {
      if (!(failure instanceof ConversionError)) throw failure;
      bad = true;
    }
  }
  if (bad && failFast)
    throw new ExecutionError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: line, failFastMode: "FAILFAST" });
  return bad ? { ...result, ...Object.fromEntries(Object.entries(corrupt).filter(([, value]) => value !== null)) } : result;
}

function checkFromCsv(args: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const type = schemaOf(args[1]!, inferredSchemas, session);
  if (type.kind !== "struct")
    throw new AnalysisError("INVALID_SCHEMA.NON_STRUCT_TYPE", { inputSchema: "the schema", dataType: `"${typeSql(type)}"` });
  for (const { dataType } of type.fields) {
    if (!t.isAtomic(dataType) && dataType.kind !== "interval") {
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: `from_csv to ${typeSql(dataType)}`,
        advice: "Read the field as a string.",
      });
    }
  }
  checkPatterns(type, optionsOf(args[2]), session);
  return args;
}

function cellText(value: NonNullable<Value>, type: t.DataType, options: TextOptions, session: SessionSettings): string {
  if (value instanceof Uint8Array) return binaryText(value, session.binaryStyle ?? "UTF-8");
  if (type.kind === "array" || type.kind === "map" || type.kind === "struct") return nestedText(value, type, options, session);
  if (type.kind === "float") return javaFloat(value as number);
  if (type.kind === "double") return javaDouble(value as number);
  return typeof value === "object" && type.kind !== "decimal" ? textOfValue(value, type, options, session.timeZone) : String(value);
}

/** `[1, 2]`, `{k -> v}`, `{a, b}`; a NULL is nothing, or a blank and the text of NULLs that is asked for. Source: UnivocityGenerator. */
function nestedText(
  value: NonNullable<Value>,
  type: t.ArrayType | t.MapType | t.StructType,
  options: TextOptions,
  session: SessionSettings,
): string {
  const none = options.nullvalue === undefined ? "" : ` ${options.nullvalue}`;
  const text = (item: Value, of: t.DataType) => (item === null ? none : cellText(item, of, options, session));
  const behind = (item: Value, of: t.DataType) => (item === null ? none : ` ${text(item, of)}`);
  const row = (items: readonly (readonly [Value, t.DataType])[]) =>
    items.map(([item, of], i) => (i === 0 ? text(item, of) : `,${behind(item, of)}`)).join("");
  if (type.kind === "array") return `[${row((value as readonly Value[]).map((item) => [item, type.elementType]))}]`;
  if (type.kind === "struct") return `{${row(type.fields.map((f) => [(value as StructValue)[f.name] ?? null, f.dataType]))}}`;
  const entries = [...(value as Map<Value, Value>)].map(([k, v]) => `${text(k, type.keyType)} ->${behind(v, type.valueType)}`);
  return `{${entries.join(", ")}}`;
}

function writeCsv(value: StructValue, type: t.StructType, options: TextOptions, session: SessionSettings): string {
  const { separator, quote, escapeWith, nullText } = dialectOf(options);
  const cells = type.fields.map(({ name, dataType }) => {
    const field = value[name] as Value;
    if (field === null) return nullText;
    const cell = cellText(field, dataType, options, session);
    if (cell === "") return `${quote}${quote}`;
    const special = cell.includes(separator) || cell.includes(quote) || /[\r\n]/.test(cell) || options.quoteall === "true";
    return special ? quote + cell.replaceAll(quote, escapeWith + quote) + quote : cell;
  });
  return cells.join(separator);
}

/** The narrowest type that reads a cell. Source: Spark's CSVInferSchema. */
function typeOfCell(cell: string | undefined, options: TextOptions): t.DataType {
  const candidates = [t.integerType, t.longType, t.doubleType, t.dateType, t.timestampType, t.booleanType];
  return (cell === undefined ? undefined : candidates.find((type) => reads(cell, type, options))) ?? t.stringType;
}

function reads(cell: string, type: t.DataType, options: TextOptions): boolean {
  try {
    valueOfCell(cell, type, options, "UTC");
    return true;
  } catch (failure) {
    if (failure instanceof ConversionError) return false;
    throw failure;
  }
}

/** The schema of a line as DDL: `STRUCT<_c0: INT, _c1: STRING>`. */
const schemaOfCsv = (line: string, options: TextOptions): string =>
  typeSql(t.structType(csvCells(line, dialectOf(options)).map((cell, i) => t.structField(`_c${i}`, typeOfCell(cell, options)))));

/** schema_of_csv of a literal, for from_csv's schema. */
const inferredSchemas = {
  schema_of_csv: ([line, options]: readonly Expression[]) => {
    if (line!.kind === "literal" && typeof line!.value === "string") return schemaOfCsv(line!.value, optionsOf(options));
    if (line!.kind === "literal" && line!.value === null)
      throw new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_NULL", { sqlExpr: '"schema_of_csv(NULL)"', exprName: "csv" });
    throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
      sqlExpr: '"schema_of_csv"',
      inputName: "`csv`",
      inputType: '"STRING"',
      inputExpr: '"csv"',
    });
  },
};

export const csvFunctions: readonly FunctionEntry[] = [
  scalar(
    "from_csv",
    "Reads a line of CSV as a struct of a schema: from_csv(text, schema[, options]).",
    takesUpTo(1, text, any, any),
    (_types, args, session) => nullableType(schemaOf(args[1]!, inferredSchemas, session)),
    (_args: readonly string[], call: Call): JavaScriptImplementation => ({
      evaluate: ([line, , options], session) =>
        readCsv(line as string, call.type as t.StructType, optionsOfValue(options, session), session),
    }),
    { nullable: true, check: checkFromCsv },
  ),
  scalar(
    "to_csv",
    "Writes a struct as a line of CSV: to_csv(struct[, options]).",
    takesUpTo(1, any, any),
    t.stringType,
    (_args: readonly string[], call: Call): JavaScriptImplementation => {
      const type = typeOf(call.args[0]!) as t.StructType;
      return { evaluate: ([value, options], session) => writeCsv(value as StructValue, type, optionsOfValue(options), session) };
    },
    {
      nullable: ([value]) => isNullable(value!),
      check: (args) => {
        const type = typeOf(args[0]!);
        if (type.kind !== "struct" || t.holdsKind(type, "variant")) {
          const sqlExpr = `"to_csv(${prettyName(args[0]!)})"`;
          throw new AnalysisError("DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE", {
            sqlExpr,
            functionName: "`to_csv`",
            dataType: `"${typeSql(type)}"`,
          });
        }
        optionsOf(args[1]);
        return args;
      },
    },
  ),
  scalar(
    "schema_of_csv",
    "Returns the schema of a line of CSV as DDL.",
    takesUpTo(1, text, any),
    t.stringType,
    { evaluate: ([line, options]) => schemaOfCsv(line as string, optionsOfValue(options)) },
    {
      nullable: false,
      check: (args) => {
        inferredSchemas.schema_of_csv(args);
        return args;
      },
    },
  ),
];
