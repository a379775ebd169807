import type { Cursor } from "../lexer/cursor.ts";
import type { Name } from "../syntax/span.ts";
import type { FunctionStatement, MaintenanceStatement } from "../syntax/statement.ts";
import { refuseParameters } from "./column-definition.ts";
import { parseName } from "./name.ts";
import { acceptPartition } from "./partition.ts";
import { acceptIfExists } from "./presence.ts";
import { parseKeyValues } from "./property.ts";
import { refuse } from "./refuse.ts";
import { acceptQuery } from "./table.ts";

/** `CACHE [LAZY] TABLE t [OPTIONS (...)] [[AS] query]`. */
export function parseCache(c: Cursor): MaintenanceStatement {
  const start = c.expect("CACHE");
  const lazy = c.accept("LAZY");
  c.expect("TABLE");
  const name = parseName(c);
  const options = c.accept("OPTIONS") ? parseKeyValues(c) : undefined;
  const query = acceptQuery(c);
  if (query && name.kind === "name" && name.parts.length > 1) {
    const quoted = name.parts.slice(0, -1).map(quotedPart).join(".");
    refuse(c, "_LEGACY_ERROR_TEMP_0037", { quoted }, start);
  }
  if (query) refuseParameters(c, query, "the query of CACHE TABLE");
  return { kind: "cacheTable", name, lazy, ...(options ? { options } : {}), ...(query ? { query } : {}) };
}

/** Quotes only where a name needs them. */
const quotedPart = ({ name }: { readonly name: string }) => (/^\w+$/.test(name) && !/^\d+$/.test(name) ? name : `\`${name}\``);

/** `UNCACHE TABLE [IF EXISTS] t`. */
export function parseUncache(c: Cursor): MaintenanceStatement {
  c.expect("UNCACHE", "TABLE");
  const ifExists = acceptIfExists(c);
  return { kind: "uncacheTable", name: parseName(c), ifExists };
}

/** `CLEAR CACHE`. */
export function parseClear(c: Cursor): MaintenanceStatement {
  c.expect("CLEAR", "CACHE");
  return { kind: "clearCache" };
}

/** `REFRESH TABLE t`, `REFRESH FUNCTION f`, `REFRESH 'path'`, `REFRESH path`. */
export function parseRefresh(c: Cursor): MaintenanceStatement | FunctionStatement {
  const refresh = c.expect("REFRESH");
  if (c.at("TABLE") && c.isIdentifier(1) && c.accept("TABLE")) return { kind: "refreshTable", name: parseName(c) };
  if (c.at("FUNCTION") && c.isIdentifier(1) && c.accept("FUNCTION")) return { kind: "refreshFunction", name: parseName(c) };
  if (c.isString()) return { kind: "refreshPath", path: c.string() };
  const path = c.text.slice(refresh.end).trim();
  const msg = path === "" ? EMPTY_PATH : /[ \n\r\t]/.test(path) ? SPACE_IN_PATH : undefined;
  if (msg !== undefined) refuse(c, "_LEGACY_ERROR_TEMP_0064", { msg }, refresh);
  while (c.peek().kind !== "end") c.next();
  return { kind: "refreshPath", path };
}

const EMPTY_PATH = "Resource paths cannot be empty in REFRESH statements. Use / to match everything";
const SPACE_IN_PATH = "REFRESH statements cannot contain ' ', '\\n', '\\r', '\\t' inside unquoted resource paths";

/** `ANALYZE TABLE t COMPUTE STATISTICS ...`, `ANALYZE TABLES IN s COMPUTE STATISTICS`. */
export function parseAnalyze(c: Cursor): MaintenanceStatement {
  c.expect("ANALYZE");
  if (c.accept("TABLES")) {
    const within = c.acceptAny("FROM", "IN") ? { in: parseName(c) } : {};
    c.expect("COMPUTE", "STATISTICS");
    return { kind: "analyzeTables", ...within, noScan: acceptNoScan(c) };
  }
  c.expect("TABLE");
  const table = parseName(c);
  const partition = acceptPartition(c);
  c.expect("COMPUTE", "STATISTICS");
  const target = { table, ...(partition ? { partition } : {}) };
  if (c.accept("FOR", "ALL", "COLUMNS")) return { kind: "analyzeTable", ...target, noScan: false, columns: "all" };
  if (c.accept("FOR", "COLUMNS")) return { kind: "analyzeTable", ...target, noScan: false, columns: c.list(() => parseColumn(c)) };
  return { kind: "analyzeTable", ...target, noScan: acceptNoScan(c) };
}

function parseColumn(c: Cursor): Name {
  const column = c.declaredIdentifier();
  return { kind: "name", parts: [column], start: column.start, end: column.end };
}

function acceptNoScan(c: Cursor): boolean {
  if (!c.isIdentifier()) return false;
  const place = c.peek();
  const { name } = c.identifier();
  if (name.toLowerCase() === "noscan") return true;
  return refuse(c, "INVALID_SQL_SYNTAX.ANALYZE_TABLE_UNEXPECTED_NOSCAN", { ctx: name.toUpperCase() }, place);
}
