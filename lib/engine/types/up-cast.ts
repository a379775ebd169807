import * as t from "./data-type.ts";

const WIDTHS: Readonly<Partial<Record<t.DataType["kind"], number>>> = { byte: 1, short: 2, integer: 3, long: 4, float: 5, double: 6 };

/** Whether every value of a type is one of another, none changed or lost. Source: Spark's UpCastRule. */
export function canUpCast(from: t.DataType, to: t.DataType): boolean {
  if (t.sameTypeIgnoringNullability(from, to) || from.kind === "void") return true;
  if (t.isNumeric(from) && t.isNumeric(to)) return canWiden(from, to);
  if (to.kind === "string") return (t.isAtomic(from) && from.kind !== "string") || from.kind === "interval";
  if (from.kind === "date") return to.kind === "timestamp" || to.kind === "timestamp_ntz";
  if (from.kind === "timestamp") return to.kind === "timestamp_ntz" || to.kind === "long";
  if (from.kind === "timestamp_ntz") return to.kind === "timestamp";
  if (from.kind === "long") return to.kind === "timestamp";
  if (from.kind === "array" && to.kind === "array") return canUpCast(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") return canUpCast(from.keyType, to.keyType) && canUpCast(from.valueType, to.valueType);
  if (from.kind === "struct" && to.kind === "struct")
    return from.fields.length === to.fields.length && from.fields.every((field, i) => canUpCast(field.dataType, to.fields[i]!.dataType));
  return from.kind === to.kind && (from.kind === "day-time interval" || from.kind === "year-month interval");
}

function canWiden(from: t.DataType, to: t.DataType): boolean {
  const [least, most] = [decimalOf(from), decimalOf(to)];
  if (to.kind === "decimal" && least) return to.scale >= least.scale && to.precision - to.scale >= least.precision - least.scale;
  if (from.kind === "decimal") return most !== undefined && from.scale === 0 && from.precision < most.precision;
  const [a, b] = [WIDTHS[from.kind], WIDTHS[to.kind]];
  return a !== undefined && b !== undefined && a <= b;
}

const decimalOf = (type: t.DataType): t.DecimalType | undefined =>
  type.kind === "decimal" ? type : t.isIntegral(type) ? t.decimalForIntegral(type) : undefined;
