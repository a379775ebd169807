import { AnalysisError } from "../../engine/errors.ts";

/**
 * In rewritten files, where a record is a line, a record's own line ends stand as information separators,
 * which no text format uses: U+001C for \n and U+001D for \r.
 */
const LINE_FEED = "\u001c";
const RETURN = "\u001d";

export function hideLineEnds(record: string): string {
  if (record.includes(LINE_FEED) || record.includes(RETURN))
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "The characters U+001C and U+001D in text of several lines",
      advice: "Remove them from the file.",
    });
  return record.replaceAll("\n", LINE_FEED).replaceAll("\r", RETURN);
}

/** SQL for the text with its line ends. */
export const showLineEnds = (sql: string): string => `replace(replace(${sql}, chr(28), chr(10)), chr(29), chr(13))`;
