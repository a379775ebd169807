import type { QueryContext } from "../../lib/engine/errors/query-context.ts";
import { type Answer, type AnsweredError, rowLines } from "./answer.ts";
import type { GoldenError, GoldenRecord, WantedContext } from "./corpus.ts";
import { MASK, masked, maskedPattern } from "./mask.ts";

/** What became of a record. */
export interface Verdict {
  readonly passed: boolean;
  /** How it passed, or what is wrong. */
  readonly why: string;
}

export interface Strictness {
  /** Errors must have Spark's SQLSTATE and parameters, too. */
  readonly strictErrors: boolean;
  /** Right rows in another order than ORDER BY's ties have in Spark count as right. */
  readonly tiesOk: boolean;
}

const pass = (why: string): Verdict => ({ passed: true, why });
const fail = (why: string): Verdict => ({ passed: false, why });

/** The rules of Spark's SQLQueryTestSuite, as the corpus's README.md has them. */
export function judge(record: GoldenRecord, answer: Answer, strictness: Strictness): Verdict {
  if (answer.kind === "none") return fail("missing");
  switch (record.kind) {
    case "setup":
      return answer.kind === "rows" ? pass("ok") : fail("unexpected-error");
    case "error":
      return answer.kind === "error" ? judgeError(record.error ?? {}, answer.error, strictness) : fail("error-not-raised");
    case "query":
      return answer.kind === "error" ? fail("unexpected-error") : judgeRows(record, answer, strictness);
  }
}

function judgeError(wanted: GoldenError, got: AnsweredError, { strictErrors }: Strictness): Verdict {
  if (wanted.errorClass === undefined || wanted.errorClass === null) return pass("any-error");
  if (got.condition !== wanted.errorClass) return fail("error-class");
  const exact = got.sqlState === wanted.sqlState && sameParameters(got.messageParameters, wanted.messageParameters ?? {});
  return exact ? pass("exact") : strictErrors ? fail("class-only") : pass("class-only");
}

/** Whether an error shows the piece of the text that Spark's does. */
export type ContextVerdict = "same" | "other" | "missing" | "superfluous" | "none";

/** What Spark tells of the text of an error beside what was answered; `none` where neither tells anything. */
export function judgeContext(record: GoldenRecord, answer: Answer): ContextVerdict {
  const [wanted] = record.error?.queryContext ?? [];
  const got = answer.kind === "error" ? answer.error.context : undefined;
  if (!wanted) return got && record.kind === "error" ? "superfluous" : "none";
  if (!got) return "missing";
  return isContext(got, wanted) ? "same" : "other";
}

function isContext(got: QueryContext, wanted: WantedContext): boolean {
  const { startIndex = got.startIndex + 1, stopIndex = got.stopIndex + 1, ...names } = wanted;
  const isThere = startIndex === got.startIndex + 1 && stopIndex === got.stopIndex + 1;
  return isThere && (["objectType", "objectName", "fragment"] as const).every((name) => names[name] === got[name]);
}

type Parameters = Readonly<Record<string, string>>;
const sameParameters = (a: Parameters, b: Parameters): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

function judgeRows(record: GoldenRecord, answer: Extract<Answer, { kind: "rows" }>, { tiesOk }: Strictness): Verdict {
  if (answer.schema !== record.schema) return fail("schema");
  const lines = rowLines(answer.rows).map(masked);
  // JavaScript orders strings by UTF-16 units, as Java does.
  const got = withoutEnd((record.ordered ? lines : lines.toSorted()).join("\n"));
  const want = (record.rows ?? []).join("\n");
  if (got === want) return pass("exact");
  if (want.includes(MASK) && maskedPattern(want).test(got)) return pass("masked");
  if (record.rows_alt && got === record.rows_alt.join("\n")) return pass("alt");
  if (/double|float/.test(record.schema) && isClose(got, want, record.schema.includes("float") ? 1e-6 : 1e-12)) return pass("float");
  const isReordered = got.split("\n").toSorted().join("\n") === want.split("\n").toSorted().join("\n");
  return isReordered ? { passed: tiesOk, why: "order" } : fail("rows");
}

const withoutEnd = (text: string): string => text.replace(/[ \t\n\v\f\r]+$/, "");

const CELL_ENDS = /([\t,:{}[\]])/;

/** Whether the texts differ only in numbers that are equal up to `tolerance`, relative. */
function isClose(a: string, b: string, tolerance: number): boolean {
  const [left, right] = [a.split(/([\t\n,:{}[\]])/), b.split(/([\t\n,:{}[\]])/)];
  return left.length === right.length && left.every((piece, i) => piece === right[i] || closeNumbers(piece, right[i]!, tolerance));
}

function closeNumbers(a: string, b: string, tolerance: number): boolean {
  const [m, n] = [numberOf(a), numberOf(b)];
  if (m === undefined || n === undefined || CELL_ENDS.test(a) || !/[.eE]|NaN|Inf/.test(a + b)) return false;
  return Math.abs(m - n) <= tolerance * Math.max(Math.abs(m), Math.abs(n));
}

function numberOf(text: string): number | undefined {
  // Number takes hexadecimal digits, which Python, whose rule this is, does not.
  const trimmed = /^\s*[+-]?0x/i.test(text) ? "" : text.trim();
  const value = trimmed === "" ? Number.NaN : Number(trimmed.replace(/^([+-]?)inf$/i, "$1Infinity"));
  return Number.isNaN(value) ? undefined : value;
}
