import type { Cast, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { childrenOf, someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import {
  type DataType,
  decimalForIntegral,
  isFractional,
  isIntegral,
  isStringLike,
  sameTypeIgnoringNullability,
} from "../types/data-type.ts";

const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Functions that have a value (or NULL) for every argument: they never raise. */
const TOTAL = names(`= < <= > >= <=> and or not isnull isnotnull isnan in coalesce if when nullif nvl nvl2 ifnull greatest least
  positive upper lower length char_length octet_length trim ltrim rtrim btrim concat concat_ws substring left right
  startswith endswith contains instr locate reverse get_struct_field year month day dayofmonth dayofweek dayofyear quarter weekday hour
  minute second size array_contains map_contains_key date_diff datediff
  acos acosh asin asinh atan atan2 atanh cbrt cos cosh cot csc degrees exp expm1 hypot ln log log10 log1p log2 pow radians rint sec
  sign sin sinh sqrt tan tanh nanvl pi e hex unhex bin bit_length bit_count ascii base64 initcap levenshtein soundex lpad rpad replace
  translate substring_index find_in_set md5 sha sha2 crc32 hash xxhash64 array cardinality array_distinct array_compact array_remove
  array_position arrays_overlap map_keys map_values map_entries flatten sort_array struct named_struct typeof unix_date unix_seconds
  unix_millis unix_micros dayname monthname window time_windows get zeroifnull nullifzero & | ^ ~ shiftleft shiftright
  shiftrightunsigned might_contain`);
/** NULL as soon as one argument is. */
const NULL_INTOLERANT = names(`= < <= > >= + - * / % div not negative positive like rlike upper lower length trim ltrim rtrim substring
  startswith endswith contains year month day dayofmonth dayofweek dayofyear quarter hour minute second abs date_add date_sub datediff`);
const ARITHMETIC = names("+ - * negative abs");
/** What costs no more to compute twice than to keep: Spark's CollapseProject.isCheap. */
const CHEAP_CALLS = names("get_struct_field");

/** Whether evaluating it can raise: then it may not be evaluated for rows that it was not evaluated for before. */
export function canRaise(expression: Expression, session: SessionSettings): boolean {
  return someExpression(expression, (e) => {
    switch (e.kind) {
      case "cast":
        return !isTotalCast(e, e.session ?? session);
      case "call":
        return !isTotalCall(e.name, e.args, e.type, e.session ?? session);
      case "literal":
      case "attribute":
      case "alias":
      case "sortOrder":
        return false;
      default:
        return true;
    }
  });
}

/** Whether a call has a value (or NULL) for all arguments of its types; literals are known by their value. */
export function isTotalCall(name: string, args: readonly Expression[], type: DataType, session: SessionSettings): boolean {
  if (TOTAL.has(name)) return true;
  if (ARITHMETIC.has(name)) return isFractional(type) || (!session.ansi && isIntegral(type));
  if (name === "/" || name === "%" || name === "div") {
    const divisor = args[1];
    return isFractional(type) && divisor?.kind === "literal" && divisor.value !== null && Number(String(divisor.value)) !== 0;
  }
  // A pattern may end in a lone escape character, which is an error.
  if (name === "like" || name === "ilike")
    return args.length === 2 && args[1]!.kind === "literal" && !String(args[1]!.value).includes("\\");
  return false;
}

function isTotalCast(e: Cast, session: SessionSettings): boolean {
  const mode = e.mode ?? (session.ansi ? "ansi" : "legacy");
  if (e.type.kind === "binary") return isStringLike(typeOf(e.child));
  return mode !== "ansi" || isLossless(typeOf(e.child), e.type) || (e.type.kind === "string" && isPlainText(typeOf(e.child)));
}

const isPlainText = (from: DataType) => from.kind !== "array" && from.kind !== "map" && from.kind !== "struct" && from.kind !== "variant";
const WIDTH: Readonly<Partial<Record<DataType["kind"], number>>> = { byte: 1, short: 2, integer: 3, long: 4 };

/** A cast that keeps every value distinct, in order and exact. */
export function isLossless(from: DataType, to: DataType): boolean {
  if (sameTypeIgnoringNullability(from, to)) return true;
  if (from.kind === "void") return true;
  if (isIntegral(from) && isIntegral(to)) return WIDTH[from.kind]! <= WIDTH[to.kind]!;
  if (isIntegral(from) && to.kind === "double") return from.kind !== "long";
  if (isIntegral(from) && to.kind === "decimal") return to.precision - to.scale >= decimalForIntegral(from).precision;
  if (from.kind === "float" && to.kind === "double") return true;
  if (from.kind === "decimal" && to.kind === "decimal")
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  return isStringLike(from) && to.kind === "string";
}

/** The attributes whose NULL makes the expression NULL. */
export function nullMakesNull(expression: Expression): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (e: Expression): void => {
    if (e.kind === "attribute") found.add(e.id);
    else if (e.kind === "cast" || (e.kind === "call" && NULL_INTOLERANT.has(e.name))) for (const child of childrenOf(e)) visit(child);
    else if (e.kind === "call" && e.name === "in" && e.args[0]) visit(e.args[0]);
  };
  visit(expression);
  return found;
}

/** The attributes that are not NULL in a row for which the predicate is true. */
export function provesNotNull(predicate: Expression): ReadonlySet<number> {
  if (predicate.kind === "call") {
    const [left, right] = predicate.args;
    if (predicate.name === "and" && left && right) return new Set([...provesNotNull(left), ...provesNotNull(right)]);
    if (predicate.name === "or" && left && right) return intersection(provesNotNull(left), provesNotNull(right));
    if (predicate.name === "isnotnull" && left) return nullMakesNull(left);
  }
  return nullMakesNull(predicate);
}

const intersection = (a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> => new Set([...a].filter((id) => b.has(id)));

export const callsUser = (expression: Expression): boolean => someExpression(expression, (e) => e.kind === "userFunction");

/** Worth no column of its own. */
export function isCheap(expression: Expression): boolean {
  switch (expression.kind) {
    case "attribute":
    case "literal":
    case "lambdaVariable":
      return true;
    case "alias":
      return isCheap(expression.child);
    case "cast":
      return isLossless(typeOf(expression.child), expression.type) && isCheap(expression.child);
    case "call":
      return CHEAP_CALLS.has(expression.name) && expression.args.every(isCheap);
    default:
      return false;
  }
}
