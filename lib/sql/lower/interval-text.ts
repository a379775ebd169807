import { AnalysisError } from "../../engine/errors.ts";
import { CalendarInterval } from "../../engine/types/values.ts";

/** Texts of interval literals, with Spark's complaint about each that is none. Source: Spark's SparkIntervalUtils.stringToInterval. */

const invalid = (condition: string, input: string, more: Readonly<Record<string, string>> = {}): AnalysisError =>
  new AnalysisError(`INVALID_INTERVAL_FORMAT.${condition}`, { input, ...more });

/** What one of a unit adds, and to which part. */
const UNITS: readonly (readonly [name: string, part: "months" | "days" | "micros", amount: bigint])[] = [
  ["year", "months", 12n],
  ["month", "months", 1n],
  ["week", "days", 7n],
  ["day", "days", 1n],
  ["hour", "micros", 3_600_000_000n],
  ["minute", "micros", 60_000_000n],
  ["second", "micros", 1_000_000n],
  ["millisecond", "micros", 1_000n],
  ["microsecond", "micros", 1n],
];
const LIMITS = { months: 31n, days: 31n, micros: 63n } as const;
const NUMBER = /([+-]?)\s*(\d*)(\.\d*)?/y;

/** `[interval] 3 months -1 hours 2.5 seconds`. */
export function parseInterval(input: string): CalendarInterval {
  let rest = input.trim().toLowerCase();
  if (rest === "" || rest === "interval") throw invalid("INPUT_IS_EMPTY", input);
  if (rest.startsWith("interval")) {
    if (!/\s/.test(rest[8]!)) throw invalid("INVALID_PREFIX", input, { prefix: wordAt(rest, 0) });
    rest = rest.slice(9).trim();
  }
  const sum = { months: 0n, days: 0n, micros: 0n };
  for (let at = 0; at < rest.length; ) at = addPart(rest, at, input, sum);
  return new CalendarInterval(Number(sum.months), Number(sum.days), sum.micros);
}

/** The word that a place is in. */
const wordAt = (text: string, at: number): string => {
  const start = text.slice(0, at).search(/\S*$/);
  return /^\S*/.exec(text.slice(start))![0];
};

type Sum = { months: bigint; days: bigint; micros: bigint };

/** Adds one number and its unit; gives the place behind it. */
function addPart(text: string, from: number, input: string, sum: Sum): number {
  NUMBER.lastIndex = from;
  const match = NUMBER.exec(text)!;
  const [, sign, digits = "", fraction] = match;
  const end = NUMBER.lastIndex;
  if (digits === "" && fraction === undefined) {
    if (sign === "") throw invalid("UNRECOGNIZED_NUMBER", input, { number: wordAt(text, from) });
    if (end >= text.length) throw invalid("MISSING_NUMBER", input, { word: wordAt(text, from) });
    throw invalid("INVALID_VALUE", input, { value: wordAt(text, end) });
  }
  if (fraction !== undefined && fraction.length > 10) throw invalid("INVALID_PRECISION", input, { value: wordAt(text, from) });
  if (end < text.length && !/\s/.test(text[end]!)) throw invalid("INVALID_VALUE", input, { value: wordAt(text, end) });
  if (fraction === "." && digits === "") throw invalid("INVALID_VALUE", input, { value: wordAt(text, from) });
  if (end >= text.length) throw invalid("MISSING_UNIT", input, { word: wordAt(text, from) });
  const unitAt = end + /^\s*/.exec(text.slice(end))![0].length;
  const unit = unitOf(text, unitAt, fraction !== undefined, input);
  const micros = BigInt((fraction ?? ".").slice(1, 7).padEnd(6, "0"));
  if (BigInt(digits || "0") >= 2n ** 63n) throw invalid("ARITHMETIC_EXCEPTION", input);
  const amount = BigInt(digits || "0") * unit.amount + (fraction === undefined ? 0n : micros);
  sum[unit.part] += sign === "-" ? -amount : amount;
  const limit = 2n ** LIMITS[unit.part];
  if (sum[unit.part] >= limit || sum[unit.part] < -limit) throw invalid("ARITHMETIC_EXCEPTION", input);
  return unit.end;
}

function unitOf(text: string, at: number, fractional: boolean, input: string) {
  if (fractional && text[at] !== "s") throw invalid("INVALID_FRACTION", input, { unit: wordAt(text, at) });
  const found = UNITS.find(([name]) => text.startsWith(name, at) && /^s?(?:\s+|$)/.test(text.slice(at + name.length)));
  if (!found) throw invalid("INVALID_UNIT", input, { unit: wordAt(text, at) });
  const [name, part, amount] = found;
  return { part, amount, end: at + name.length + /^s?\s*/.exec(text.slice(at + name.length))![0].length };
}
