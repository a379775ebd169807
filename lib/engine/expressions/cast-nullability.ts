import { type DataType, type DecimalType, decimalForIntegral, isIntegral, sameTypeIgnoringNullability } from "../types/data-type.ts";

/**
 * Whether a cast may make a NULL of a value, as schemas tell it: in ANSI mode too, where it fails instead.
 * Source: Spark's Cast.nullable, Cast.forceNullable.
 */
export function mayCastToNull(from: DataType, to: DataType, tries: boolean): boolean {
  if (from.kind === "void" || sameTypeIgnoringNullability(from, to)) return false;
  if (from.kind === "variant") return true;
  if (from.kind === "string") return to.kind !== "binary" && to.kind !== "string";
  if (to.kind === "string") return false;
  if (tries) return true;
  switch (to.kind) {
    case "byte":
    case "short":
      return isInexact(from) || from.kind === "timestamp" || from.kind === "time";
    case "integer":
      return isInexact(from) || from.kind === "timestamp";
    case "long":
      return isInexact(from);
    case "timestamp":
      return from.kind === "float" || from.kind === "double";
    case "date":
      return from.kind !== "timestamp";
    case "interval":
      return true;
    case "decimal":
      return !alwaysFits(from, to);
    default:
      return from.kind === "date";
  }
}

const isInexact = ({ kind }: DataType): boolean => kind === "float" || kind === "double" || kind === "decimal" || kind === "date";

/** Source: Spark's Cast.canNullSafeCastToDecimal. */
function alwaysFits(from: DataType, to: DecimalType): boolean {
  if (from.kind === "boolean") return to.precision - to.scale >= 1;
  const digits = isIntegral(from) ? decimalForIntegral(from) : from;
  if (digits.kind !== "decimal") return false;
  const [has, needs] = [to.precision - to.scale, digits.precision - digits.scale];
  return has > needs || (has === needs && to.scale >= digits.scale);
}
