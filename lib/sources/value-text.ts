import { AnalysisError } from "../engine/errors.ts";
import { strftimeSql } from "../engine/functions/datetime-pattern.ts";
import { toZone } from "../engine/functions/session-time.ts";
import type { DataType } from "../engine/types/data-type.ts";
import { columnText } from "./column-text.ts";
import type { TimeFormats } from "./time-formats.ts";

/** SQL for a value's text. Source: Spark's UnivocityGenerator and JacksonGenerator. */
export function valueText(sql: string, type: DataType, options: TimeFormats): string {
  const { session, dateFormat, timestampFormat, timestampNtzFormat } = options;
  switch (type.kind) {
    case "date":
      return dateFormat === undefined ? columnText(sql, type, session) : formatted(`CAST(${sql} AS TIMESTAMP)`, dateFormat);
    case "timestamp": {
      const local = toZone(sql, session.timeZone);
      return timestampFormat === undefined ? `(${isoText(local)} || ${offsetText(sql, local)})` : formatted(local, timestampFormat);
    }
    case "timestamp_ntz":
      return timestampNtzFormat === undefined ? isoText(sql) : formatted(sql, timestampNtzFormat);
    default:
      return columnText(sql, type, session);
  }
}

const isoText = (local: string): string => `strftime(${local}, '%Y-%m-%dT%H:%M:%S.%g')`;

/** `Z`, `+01:00`: the pattern XXX. */
function offsetText(instant: string, local: string): string {
  const minutes = `((epoch_us(${local}) - epoch_us(${instant})) // 60000000)`;
  return `CASE WHEN ${minutes} = 0 THEN 'Z' ELSE printf('%s%02d:%02d', CASE WHEN ${minutes} < 0 THEN '-' ELSE '+' END, abs(${minutes}) // 60, abs(${minutes}) % 60) END`;
}

function formatted(local: string, pattern: string): string {
  const text = strftimeSql(local, pattern);
  if (text !== undefined) return text;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `Writing files with the pattern ${pattern}`,
    advice: "Format the column with date_format and write it as a string.",
  });
}
