import * as t from "./data-type.ts";

/** Whether Spark has a cast between two types, by the rules of ANSI (and try) or of legacy casts. Source: Cast.canAnsiCast, Cast.canCast. */
export function castable(from: t.DataType, to: t.DataType, ansi: boolean): boolean {
  if (from.kind === "void" || t.sameTypeIgnoringNullability(from, to)) return true;
  if (from.kind === "array" && to.kind === "array") return castable(from.elementType, to.elementType, ansi);
  if (from.kind === "map" && to.kind === "map")
    return castable(from.keyType, to.keyType, ansi) && castable(from.valueType, to.valueType, ansi);
  if (from.kind === "struct" && to.kind === "struct") {
    return from.fields.length === to.fields.length && from.fields.every((f, i) => castable(f.dataType, to.fields[i]!.dataType, ansi));
  }
  if (from.kind === "variant") return isVariantCastable(to, true);
  if (to.kind === "variant") return isVariantCastable(from, false);
  if (to.kind === "void") return false;
  if (t.isStringLike(to)) return true;
  if (t.isStringLike(from)) return t.isAtomic(to);
  if (t.isNumeric(to)) return isNumberLike(from) || from.kind === "timestamp" || (!ansi && from.kind === "date") || isExactSource(from, to);
  switch (to.kind) {
    case "boolean":
      return t.isNumeric(from) || (!ansi && (from.kind === "timestamp" || from.kind === "date"));
    case "binary":
      return !ansi && t.isIntegral(from);
    case "timestamp":
      return t.isDatetime(from) || t.isNumeric(from) || (!ansi && from.kind === "boolean");
    case "date":
    case "timestamp_ntz":
      return t.isDatetime(from);
    case "time":
      return from.kind === "time";
    case "day-time interval":
    case "year-month interval":
      return from.kind === to.kind || t.isIntegral(from) || from.kind === "decimal";
    default:
      return false;
  }
}

/** Source: Spark's VariantGet.checkDataType. `nested`: structs and maps too. */
export function isVariantCastable(type: t.DataType, nested: boolean): boolean {
  switch (type.kind) {
    case "array":
      return isVariantCastable(type.elementType, nested);
    case "map":
      return nested && type.keyType.kind === "string" && isVariantCastable(type.valueType, nested);
    case "struct":
      return nested && type.fields.every((field) => isVariantCastable(field.dataType, nested));
    case "string":
    case "boolean":
    case "binary":
    case "time":
    case "variant":
      return true;
    default:
      return t.isNumeric(type) || t.isDatetime(type);
  }
}

const isNumberLike = (type: t.DataType): boolean => t.isNumeric(type) || type.kind === "boolean";
/** Times and intervals are whole numbers of their last field, or decimals. */
const isExactSource = (from: t.DataType, to: t.DataType): boolean =>
  (from.kind === "time" || from.kind === "day-time interval" || from.kind === "year-month interval") && !t.isFractional(to);
