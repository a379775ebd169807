import { isDigit } from "./characters.ts";
import type { TokenKind } from "./token.ts";

interface ScannedNumber {
  readonly kind: TokenKind;
  readonly end: number;
}

/**
 * The longest number that begins at an offset; undefined where a word does (`1a`) or nothing (`.5a`).
 * One with a point is none where a letter, a digit or `_` follows it: `1.5x` is `1`, `.` and `5x`.
 */
export function scanNumber(text: string, start: number): ScannedNumber | undefined {
  const whole = skipDigits(text, start);
  const fraction = text[whole] === "." ? skipDigits(text, whole + 1) : whole;
  if (fraction > whole) {
    const pointed = withSuffix(text, fraction, "decimal").findLast(({ end }) => !continuesWord(text[end]));
    if (pointed) return pointed;
  }
  if (whole === start) return undefined;
  return withSuffix(text, whole, "integer").at(-1);
}

/** What a number may be from its digits on, shortest first. */
function withSuffix(text: string, digits: number, plain: "integer" | "decimal"): ScannedNumber[] {
  const found: ScannedNumber[] = [{ kind: plain, end: digits }];
  const exponent = exponentEnd(text, digits);
  if (exponent) found.push({ kind: "exponent", end: exponent });
  const letters = exponent ?? digits;
  const suffix = (text[letters] ?? "").toUpperCase();
  if (suffix === "F") found.push({ kind: "float", end: letters + 1 });
  else if (suffix === "D") found.push({ kind: "double", end: letters + 1 });
  else if (suffix === "B" && (text[letters + 1] ?? "").toUpperCase() === "D") found.push({ kind: "bigDecimal", end: letters + 2 });
  else if (plain === "integer" && !exponent && suffix in wholeSuffixes) found.push({ kind: wholeSuffixes[suffix]!, end: letters + 1 });
  return found;
}

const wholeSuffixes: Readonly<Record<string, TokenKind>> = { L: "bigint", S: "smallint", Y: "tinyint" };

function exponentEnd(text: string, at: number): number | undefined {
  if (text[at] !== "e" && text[at] !== "E") return undefined;
  const digits = text[at + 1] === "+" || text[at + 1] === "-" ? at + 2 : at + 1;
  const end = skipDigits(text, digits);
  return end > digits ? end : undefined;
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text[at])) at++;
  return at;
}

function continuesWord(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9_]/.test(character);
}
