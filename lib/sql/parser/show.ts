import type { Cursor } from "../lexer/cursor.ts";
import type { Name } from "../syntax/span.ts";
import type { ShowStatement } from "../syntax/statement.ts";
import { parseName } from "./name.ts";
import { acceptFullPartition } from "./partition.ts";
import { parsePlainName } from "./plain-name.ts";
import { parseKey } from "./property.ts";
import { refuse, refuseStatement, refuseUnsupported, sqlId } from "./refuse.ts";
import { SCHEMA_WORDS } from "./schema.ts";

/** `SHOW ...`. */
export function parseShow(c: Cursor): ShowStatement {
  c.expect("SHOW");
  const parse = Object.hasOwn(FORMS, c.peek().word) ? FORMS[c.peek().word] : undefined;
  const isFunctions = c.at("FUNCTIONS") || c.peek(1).word === "FUNCTIONS";
  if (isFunctions) return parseShowFunctions(c);
  if (!parse) return c.fail();
  return parse(c);
}

const refused = (c: Cursor) => refuseStatement(c, c.at("CURRENT", "ROLES") ? "SHOW CURRENT ROLES" : `SHOW ${c.peek().word}`);

const FORMS: Readonly<Record<string, (c: Cursor) => ShowStatement>> = {
  DATABASES: parseShowSchemas,
  SCHEMAS: parseShowSchemas,
  NAMESPACES: parseShowSchemas,
  TABLES: (c) => ({ kind: "showTables", ...parseInAndPattern(c) }),
  VIEWS: (c) => ({ kind: "showViews", ...parseInAndPattern(c) }),
  CATALOGS: (c) => {
    c.next();
    return { kind: "showCatalogs", ...parsePattern(c) };
  },
  TABLE: parseShowTableExtended,
  TBLPROPERTIES: parseShowProperties,
  COLUMNS: parseShowColumns,
  PARTITIONS: (c) => {
    c.next();
    const table = parseName(c);
    const partition = acceptFullPartition(c);
    return { kind: "showPartitions", table, ...(partition ? { partition } : {}) };
  },
  CREATE: (c) => {
    c.expect("CREATE", "TABLE");
    return { kind: "showCreateTable", table: parseName(c), asSerde: c.accept("AS", "SERDE") };
  },
  CURRENT: (c) => {
    if (c.at("CURRENT", "ROLES")) return refused(c);
    c.next();
    if (!c.acceptAny(...SCHEMA_WORDS)) c.fail();
    return { kind: "showCurrentSchema" };
  },
  PROCEDURES: (c) => refuseUnsupported(c, "SHOW PROCEDURES", "Its catalog has none."),
  ROLE: (c) => refuseStatement(c, c.at("ROLE", "GRANT") ? "SHOW ROLE GRANT" : "SHOW ROLE"),
  ...Object.fromEntries(["GRANT", "PRINCIPALS", "ROLES", "COMPACTIONS", "TRANSACTIONS", "INDEXES", "LOCKS"].map((word) => [word, refused])),
};

function parseShowSchemas(c: Cursor): ShowStatement {
  c.next();
  const within = c.acceptAny("FROM", "IN") ? { in: parsePlainName(c) } : {};
  return { kind: "showSchemas", ...within, ...parsePattern(c) };
}

function parseInAndPattern(c: Cursor): { readonly in?: Name; readonly pattern?: string } {
  c.next();
  return { ...parseIn(c), ...parsePattern(c) };
}

function parseIn(c: Cursor): { readonly in?: Name } {
  return c.acceptAny("FROM", "IN") ? { in: parseName(c) } : {};
}

/** `[LIKE] 'pattern'`. */
function parsePattern(c: Cursor): { readonly pattern?: string } {
  return c.accept("LIKE") || c.isString() ? { pattern: c.string() } : {};
}

function parseShowTableExtended(c: Cursor): ShowStatement {
  c.expect("TABLE", "EXTENDED");
  const within = parseIn(c);
  c.expect("LIKE");
  const pattern = c.string();
  const partition = acceptFullPartition(c);
  return { kind: "showTableExtended", ...within, pattern, ...(partition ? { partition } : {}) };
}

function parseShowProperties(c: Cursor): ShowStatement {
  c.next();
  const table = parseName(c);
  if (!c.accept("(")) return { kind: "showProperties", table };
  const key = parseKey(c);
  c.expect(")");
  return { kind: "showProperties", table, key };
}

function parseShowColumns(c: Cursor): ShowStatement {
  c.next();
  if (!c.acceptAny("FROM", "IN")) c.fail();
  const table = parseName(c);
  const within = c.acceptAny("FROM", "IN") ? { in: parsePlainName(c) } : {};
  return { kind: "showColumns", table, ...within };
}

/** `SHOW [USER | SYSTEM | ALL] FUNCTIONS [IN s] [[LIKE] 'pattern' | name]`. */
function parseShowFunctions(c: Cursor): ShowStatement {
  const place = c.peek();
  const scope = c.at("FUNCTIONS") && c.peek(1).word !== "FUNCTIONS" ? undefined : c.identifier().name.toLowerCase();
  if (scope !== undefined && scope !== "user" && scope !== "system" && scope !== "all") {
    return refuse(c, "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", { scope: sqlId(scope) }, place);
  }
  c.expect("FUNCTIONS");
  const { in: within } = parseIn(c);
  const like = c.accept("LIKE");
  const flags: { readonly scope?: "user" | "system" | "all" } = scope ? { scope } : {};
  if (c.isString()) return { kind: "showFunctions", ...flags, ...(within ? { in: within } : {}), pattern: c.string() };
  if (!like && !c.isIdentifier()) return { kind: "showFunctions", ...flags, ...(within ? { in: within } : {}) };
  // A name instead of a pattern is the old form: its qualifier says where to look.
  const name = parsePlainName(c);
  if (within) {
    const pattern = c.text.slice(name.start, name.end);
    return refuse(c, "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_PATTERN", { pattern: sqlId(pattern) }, name);
  }
  const qualifier = name.parts.slice(0, -1);
  const [first] = qualifier;
  const schema: Name | undefined = first && { kind: "name", parts: qualifier, start: first.start, end: qualifier.at(-1)!.end };
  return { kind: "showFunctions", ...flags, ...(schema ? { in: schema } : {}), pattern: name.parts.at(-1)!.name };
}
