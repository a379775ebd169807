import { ExecutionError } from "../errors.ts";
import { formatTimestamp } from "./datetime-format.ts";
import { ParseFailure, parseLocal } from "./datetime-parse.ts";
import { parsePattern } from "./datetime-pattern.ts";
import { parseSimple } from "./datetime-simple.ts";
import { formatSimple } from "./datetime-simple-format.ts";
import { checkSimplePattern } from "./datetime-simple-pattern.ts";
import type { SessionSettings } from "./function.ts";

/**
 * Patterns under `spark.sql.legacy.timeParserPolicy`: LEGACY reads them as SimpleDateFormat does, EXCEPTION refuses texts that only
 * SimpleDateFormat can read. Texts without a zone for TIMESTAMP_NTZ are always read by java.time's rules.
 */
export interface Clock {
  readonly policy?: SessionSettings["timeParser"];
  readonly local?: true;
}

export const clockOf = ({ timeParser }: SessionSettings, local = false): Clock => ({
  ...(timeParser ? { policy: timeParser } : {}),
  ...(local ? { local: true } : {}),
});

/** Throws what Spark throws for a pattern that it does not take. */
export function checkPattern(pattern: string, use: "format" | "parse", clock: Clock): void {
  if (clock.policy === "LEGACY" && !clock.local) checkSimplePattern(pattern);
  else parsePattern(pattern, use, clock.local);
}

/** Throws ParseFailure, or INCONSISTENT_BEHAVIOR_CROSS_VERSION where the policy asks for it. */
export function parseText(text: string, pattern: string, clock: Clock): { readonly micros: bigint; readonly zone?: string } {
  if (clock.policy === "LEGACY" && !clock.local) return parseSimple(text, pattern);
  try {
    checkPattern(pattern, "parse", clock);
    return parseLocal(text, pattern);
  } catch (failure) {
    if (failure instanceof ParseFailure && clock.policy === "EXCEPTION" && isSimple(text, pattern)) {
      throw new ExecutionError("INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER", {
        datetime: `'${text}'`,
        config: '"spark.sql.legacy.timeParserPolicy"',
      });
    }
    throw failure;
  }
}

function isSimple(text: string, pattern: string): boolean {
  try {
    parseSimple(text, pattern);
    return true;
  } catch {
    return false;
  }
}

export const formatText = (epochMicros: bigint, pattern: string, zone: string, { policy }: Clock): string =>
  policy === "LEGACY" ? formatSimple(epochMicros, pattern, zone) : formatTimestamp(epochMicros, pattern, zone);
