import type { Cursor } from "../lexer/cursor.ts";
import type { TableClauses } from "../syntax/statement.ts";
import { parseKeyValues } from "./property.ts";
import { refuse, refuseOperation, refuseStatement } from "./refuse.ts";

/** `ROW FORMAT SERDE 'class' [WITH SERDEPROPERTIES (...)]`, `ROW FORMAT DELIMITED ...`: kept as text. */
export function acceptRowFormat(c: Cursor): { readonly rowFormat: string } | undefined {
  if (!c.at("ROW", "FORMAT")) return undefined;
  const start = c.peek().start;
  c.expect("ROW", "FORMAT");
  if (c.accept("SERDE")) {
    c.string();
    if (c.accept("WITH", "SERDEPROPERTIES")) parseKeyValues(c);
  } else parseDelimited(c);
  const { end } = c.spanFrom(start);
  return { rowFormat: c.text.slice(start, end) };
}

function parseDelimited(c: Cursor): void {
  c.expect("DELIMITED");
  const start = c.peek();
  if (c.accept("FIELDS", "TERMINATED", "BY")) {
    c.string();
    if (c.accept("ESCAPED", "BY")) c.string();
  }
  if (c.accept("COLLECTION", "ITEMS", "TERMINATED", "BY")) c.string();
  if (c.accept("MAP", "KEYS", "TERMINATED", "BY")) c.string();
  if (c.accept("LINES", "TERMINATED", "BY")) {
    const value = c.string();
    if (value !== "\n") {
      refuse(c, "_LEGACY_ERROR_TEMP_0064", { msg: `LINES TERMINATED BY only supports newline '\\n' right now: ${value}` }, start);
    }
  }
  if (c.accept("NULL", "DEFINED", "AS")) c.string();
}

/** `STORED AS parquet`, `STORED AS INPUTFORMAT 'a' OUTPUTFORMAT 'b'`. */
export function acceptStoredAs(c: Cursor): { readonly storedAs: string } | undefined {
  if (c.at("STORED", "BY")) return refuseStatement(c, "STORED BY");
  if (!c.accept("STORED", "AS")) return undefined;
  if (!c.accept("INPUTFORMAT")) return { storedAs: c.identifier().name };
  const start = c.peek().start;
  c.string();
  c.expect("OUTPUTFORMAT");
  c.string();
  return { storedAs: `INPUTFORMAT ${c.text.slice(start, c.spanFrom(start).end)}` };
}

const describe = ({ storedAs, rowFormat }: Partial<TableClauses>) => {
  const row = rowFormat === undefined ? "" : /^ROW\s+FORMAT\s+SERDE/i.test(rowFormat) ? "ROW FORMAT SERDE" : "ROW FORMAT DELIMITED";
  return storedAs === undefined ? row : `STORED AS ${storedAs} ${row}`;
};

/** ROW FORMAT and STORED AS exclude a provider, and not every two of them go together. */
export function checkFormats(c: Cursor, clauses: Partial<TableClauses>, at: { readonly start: number }, verb = "CREATE TABLE"): void {
  const { provider, rowFormat, storedAs } = clauses;
  if (rowFormat !== undefined && storedAs !== undefined && !storedAs.startsWith("INPUTFORMAT ")) {
    const format = storedAs.toLowerCase();
    if (/^ROW\s+FORMAT\s+SERDE/i.test(rowFormat)) {
      if (!["sequencefile", "textfile", "rcfile"].includes(format)) {
        refuseOperation(c, `ROW FORMAT SERDE is incompatible with format '${format}', which also specifies a serde`, at);
      }
    } else if (format !== "textfile") {
      refuseOperation(c, `ROW FORMAT DELIMITED is only compatible with 'textfile', not '${format}'`, at);
    }
  }
  if (provider !== undefined && (rowFormat !== undefined || storedAs !== undefined)) {
    refuseStatement(c, `${verb} ... USING ... ${describe(clauses)}`, at);
  }
}
