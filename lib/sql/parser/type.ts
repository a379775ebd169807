import { collatedType } from "../../engine/types/collation.ts";
import * as t from "../../engine/types/data-type.ts";
import { simpleTypes } from "../../engine/types/ddl-parser.ts";
import type { Cursor } from "../lexer/cursor.ts";
import type { Identifier } from "../syntax/span.ts";
import { parseDotted } from "./name.ts";
import { refuse } from "./refuse.ts";
import { sqlTypeText } from "./sql-text.ts";

const MAX_TIME_PRECISION = 6;

/** A data type. Source: Spark's SqlBaseParser.g4, rule dataType; DataTypeAstBuilder. */
export function parseDataType(c: Cursor): t.DataType {
  return c.nested(() => parseType(c));
}

function parseType(c: Cursor): t.DataType {
  const token = c.peek();
  if (!c.isIdentifier() && token.kind !== "word") c.fail();
  switch (token.word) {
    case "ARRAY":
      return inBrackets(c, "ARRAY", { elementType: "<INT>" }, () => t.arrayType(parseDataType(c)));
    case "MAP":
      return inBrackets(c, "MAP", {}, () => {
        const key = parseDataType(c);
        c.expect(",");
        return t.mapType(key, parseDataType(c));
      });
    case "STRUCT":
      return parseStructType(c);
    case "INTERVAL":
      return parseIntervalType(c);
    case "STRING":
      c.next();
      return c.at("COLLATE") && c.isIdentifier(1) ? parseCollated(c) : t.stringType;
    case "CHAR":
    case "CHARACTER":
      return t.charType(parseLength(c));
    case "VARCHAR":
      return t.varcharType(parseLength(c));
    case "DEC":
    case "DECIMAL":
    case "NUMERIC":
      return parseDecimalType(c);
    case "TIMESTAMP":
      return parseTimestampType(c);
    case "TIME":
      return parseTimeType(c);
    default:
      return parseSimpleType(c);
  }
}

function parseSimpleType(c: Cursor): t.DataType {
  const token = c.peek();
  const simple =
    token.kind === "word" && Object.hasOwn(simpleTypes, token.word.toLowerCase()) ? simpleTypes[token.word.toLowerCase()] : undefined;
  if (simple && c.peek(1).word !== "(") {
    c.next();
    return simple;
  }
  const { start } = token;
  const name = c.identifier().name;
  const parameters = c.accept("(") ? `(${c.list(() => (c.at("ANY") ? c.next().text : String(c.integer()))).join(",")})` : "";
  if (parameters) c.expect(")");
  if (parameters && ["GEOMETRY", "GEOGRAPHY"].includes(token.word)) refuse(c, "UNSUPPORTED_FEATURE.GEOSPATIAL_DISABLED", {}, { start });
  return refuse(c, "UNSUPPORTED_DATATYPE", { typeName: sqlTypeText(`${name}${parameters}`) }, { start });
}

/** `>>` comes as two tokens, so that nothing needs to be split. */
function inBrackets<T>(c: Cursor, type: "ARRAY" | "MAP" | "STRUCT", parameters: Readonly<Record<string, string>>, inside: () => T): T {
  const token = c.expect(type);
  if (!c.accept("<")) refuse(c, `INCOMPLETE_TYPE_DEFINITION.${type}`, parameters, token);
  const result = inside();
  c.expect(">");
  return result;
}

function parseStructType(c: Cursor): t.DataType {
  if (c.accept("STRUCT", "<>")) return t.structType([]);
  return inBrackets(c, "STRUCT", {}, () => t.structType(c.at(">") ? [] : c.list(() => parseField(c, true))));
}

/** `a INT NOT NULL COMMENT 'x'`; inside STRUCT a colon may stand behind the name. */
export function parseField(c: Cursor, inStruct = false): t.StructField {
  const { name } = c.declaredIdentifier();
  if (inStruct) c.accept(":");
  const type = parseDataType(c);
  const nullable = !c.accept("NOT", "NULL");
  if (!c.at("COMMENT") || !c.isString(1)) return t.structField(name, type, nullable);
  c.expect("COMMENT");
  return t.structField(name, type, nullable, { comment: c.string() });
}

function parseCollated(c: Cursor): t.DataType {
  c.expect("COLLATE");
  const parts: readonly Identifier[] = parseDotted(c, [c.declaredIdentifier()], () => c.declaredIdentifier());
  const collation = parts.map(({ name }) => name).join(".");
  return collatedType(collation);
}

/** The number in parentheses that CHAR and VARCHAR need. */
function parseLength(c: Cursor): number {
  const token = c.next();
  if (!c.accept("(")) refuse(c, "DATATYPE_MISSING_SIZE", { type: sqlTypeText(token.text) }, token);
  const length = parseSize(c);
  c.expect(")");
  return length;
}

function parseSize(c: Cursor): number {
  const token = c.peek();
  const size = c.integer();
  if (size > 0x7fff_ffffn) c.fail(token);
  return Number(size);
}

function parseDecimalType(c: Cursor): t.DataType {
  const token = c.next();
  if (!c.accept("(")) return t.decimalType();
  const precision = parseSize(c);
  const scale = c.accept(",") ? parseSize(c) : 0;
  c.expect(")");
  const [p, s] = [String(precision), String(scale)];
  if (scale > precision) refuse(c, "_LEGACY_ERROR_TEMP_1228", { scale: s, precision: p }, token);
  if (precision > t.MAX_DECIMAL_PRECISION) {
    refuse(c, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", { precision: p, maxPrecision: String(t.MAX_DECIMAL_PRECISION) }, token);
  }
  if (precision < 1) c.fail(token);
  return t.decimalType(precision, scale);
}

function parseTimestampType(c: Cursor): t.DataType {
  c.expect("TIMESTAMP");
  if (c.accept("WITHOUT", "TIME", "ZONE")) return t.timestampNtzType;
  return c.options.timestampNtz ? t.timestampNtzType : t.timestampType;
}

function parseTimeType(c: Cursor): t.DataType {
  const token = c.expect("TIME");
  let precision = MAX_TIME_PRECISION;
  if (c.accept("(")) {
    precision = parseSize(c);
    c.expect(")");
  }
  c.accept("WITHOUT", "TIME", "ZONE");
  if (precision > MAX_TIME_PRECISION) refuse(c, "UNSUPPORTED_TIME_PRECISION", { precision: String(precision) }, token);
  return t.timeType(precision);
}

const YEAR_MONTH = ["YEAR", "MONTH"] as const;
const DAY_TIME = ["DAY", "HOUR", "MINUTE", "SECOND"] as const;
const lower = <F extends string>(field: F): Lowercase<F> => field.toLowerCase() as Lowercase<F>;

function parseIntervalType(c: Cursor): t.DataType {
  c.expect("INTERVAL");
  const at = c.peek();
  const yearMonth = c.acceptAny(...YEAR_MONTH);
  if (yearMonth) {
    const to = c.accept("TO", "MONTH") ? "MONTH" : yearMonth;
    checkOrder(c, YEAR_MONTH, yearMonth, to, at);
    return t.yearMonthIntervalType(lower(yearMonth), lower(to));
  }
  const dayTime = c.acceptAny(...DAY_TIME);
  if (!dayTime) return t.calendarIntervalType;
  const to = c.at("TO") && DAY_TIME.some((field) => field !== "DAY" && c.peek(1).word === field) ? takeTo(c) : dayTime;
  checkOrder(c, DAY_TIME, dayTime, to, at);
  return t.dayTimeIntervalType(lower(dayTime), lower(to));
}

function takeTo(c: Cursor): (typeof DAY_TIME)[number] {
  c.expect("TO");
  return c.acceptAny(...DAY_TIME) ?? c.fail();
}

function checkOrder<F extends string>(c: Cursor, fields: readonly F[], from: F, to: F, at: { readonly start: number }): void {
  const written = c.spanFrom(at.start);
  const isRange = /\sto\s/i.test(c.text.slice(written.start, written.end));
  if (!isRange || fields.indexOf(to) > fields.indexOf(from)) return;
  refuse(c, "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", { input: "", from: from.toLowerCase(), to: to.toLowerCase() }, at);
}
