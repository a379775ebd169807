import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { Sample } from "../syntax/query.ts";
import { parseExpr } from "./expression.ts";
import { refuse } from "./refuse.ts";

/** `TABLESAMPLE (10 PERCENT | 5 ROWS | BUCKET 1 OUT OF 4) [REPEATABLE (seed)]`. */
export function parseSample(c: Cursor): Sample {
  const start = c.expect("TABLESAMPLE").start;
  c.expect("(");
  if (c.at(")")) refuse(c, "_LEGACY_ERROR_TEMP_0014", {}, { start });
  const method = parseMethod(c);
  c.expect(")");
  const seed = c.accept("REPEATABLE") ? parseSeed(c) : undefined;
  return { method, ...(seed === undefined ? {} : { seed }), ...c.spanFrom(start) };
}

function parseSeed(c: Cursor): bigint {
  c.expect("(");
  const seed = c.integer();
  c.expect(")");
  return seed;
}

function parseMethod(c: Cursor): Sample["method"] {
  const start = c.peek();
  if (c.at("BUCKET") && c.peek(1).kind === "integer") return parseBucket(c);
  const amount = parseExpr(c);
  if (c.accept("ROWS")) return { kind: "rows", count: amount };
  if (c.accept("PERCENT")) {
    checkFraction(c, amount);
    return { kind: "percent", percentage: amount };
  }
  const text = c.text.slice(amount.start, amount.end);
  if (/^[0-9]+[bkmg]$/i.test(text)) return refuse(c, "_LEGACY_ERROR_TEMP_0015", { msg: "byteLengthLiteral" }, start);
  return refuse(c, "_LEGACY_ERROR_TEMP_0016", { bytesStr: text }, start);
}

/** Percentages are numbers as written, or parameters. */
function checkFraction(c: Cursor, amount: Expression): void {
  if (amount.kind === "parameter") return;
  const text = c.text.slice(amount.start, amount.end);
  if (!/^-?\s*[0-9.]+$/.test(text)) c.fail();
  checkRange(c, Number(text.replace(/\s/g, "")) / 100, amount);
}

function checkRange(c: Cursor, fraction: number, at: { readonly start: number }): void {
  // Spark's RandomSampler allows for this much of rounding.
  const epsilon = 1e-6;
  if (fraction >= -epsilon && fraction <= 1 + epsilon) return;
  const shown = Number.isInteger(fraction) ? fraction.toFixed(1) : String(fraction);
  refuse(c, "_LEGACY_ERROR_TEMP_0064", { msg: `Sampling fraction (${shown}) must be on interval [0, 1]` }, at);
}

function parseBucket(c: Cursor): Sample["method"] {
  const start = c.expect("BUCKET");
  const bucket = c.integer();
  c.expect("OUT", "OF");
  const of = c.integer();
  if (c.accept("ON")) {
    parseExpr(c);
    const what = c.text.slice(0, c.peek().start).trimEnd().endsWith(")") ? "function" : "colname";
    refuse(c, "_LEGACY_ERROR_TEMP_0015", { msg: `BUCKET x OUT OF y ON ${what}` }, start);
  }
  checkRange(c, Number(bucket) / Number(of), start);
  return { kind: "bucket", bucket, of };
}
