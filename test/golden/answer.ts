import type { QueryContext } from "../../lib/engine/errors/query-context.ts";

/** A line of `firecrest sql --output jsonl --protocol`, or why there is none. */
export type Answer =
  | { readonly kind: "rows"; readonly schema: string; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "error"; readonly error: AnsweredError }
  /** The process ended or did not answer in time. */
  | { readonly kind: "none"; readonly reason: string };

export interface AnsweredError {
  readonly condition: string;
  readonly sqlState: string;
  readonly messageParameters: Readonly<Record<string, string>>;
  readonly message: string;
  /** What the error says of the statement's text. */
  readonly context?: QueryContext;
}

export function readAnswer(line: string): Answer {
  const read = JSON.parse(line) as { schema?: string; rows?: string[][]; error?: AnsweredError };
  if (read.error) return { kind: "error", error: read.error };
  return { kind: "rows", schema: read.schema ?? "", rows: read.rows ?? [] };
}

/** Rows as the corpus has them: cells joined by tabs, and lines where a cell has several. */
export const rowLines = (rows: readonly (readonly string[])[]): readonly string[] => rows.map((cells) => cells.join("\t"));
