import type { Cursor } from "../lexer/cursor.ts";
import type { Property, Query } from "../syntax/query.ts";
import type { Name, Span } from "../syntax/span.ts";
import type { ColumnDefinition, TableClauses, TableConstraint, TableStatement, ViewStatement } from "../syntax/statement.ts";
import { parseColumnDefinition } from "./column-definition.ts";
import { atConstraint, parseTableConstraint } from "./constraint.ts";
import { listInParentheses } from "./list.ts";
import { parseName } from "./name.ts";
import { acceptFullPartition } from "./partition.ts";
import { parsePlainName } from "./plain-name.ts";
import { acceptIfExists, acceptIfNotExists, parseClausesOnce } from "./presence.ts";
import { parseQuery, startsQuery } from "./query.ts";
import { refuse, refuseOperation, refuseStatement } from "./refuse.ts";
import { acceptRowFormat, acceptStoredAs, checkFormats } from "./row-format.ts";
import { acceptLocation, acceptProvider, acceptTableProperties, parseTableClauses } from "./table-clauses.ts";

/** `[CREATE [OR] ][REPLACE] [TEMPORARY] [EXTERNAL] TABLE ...`, with the words up to TABLE still to come. */
export function parseCreateTable(c: Cursor): TableStatement | ViewStatement {
  const start = c.peek();
  const create = c.accept("CREATE");
  const replace = create ? c.accept("OR", "REPLACE") : c.accept("REPLACE");
  const temporary = !replace && c.accept("TEMPORARY");
  const external = !replace && c.accept("EXTERNAL");
  c.expect("TABLE");
  const ifNotExists = !replace && acceptIfNotExists(c);
  const name = parseName(c);
  if (create && !replace && !temporary && !external && c.accept("LIKE")) return parseLike(c, name, ifNotExists, start);
  const elements = c.at("(") && !startsQuery(c, 1) && c.peek(1).word !== "(" ? parseElements(c) : undefined;
  const clauses = parseTableClauses(c);
  const query = acceptQuery(c);
  const statement = { create, replace, temporary, external, ifNotExists, name, ...elements, clauses, ...(query ? { query } : {}) };
  if (temporary) return temporaryView(c, statement, start);
  if (query) refuseSchema(c, replace, elements?.columns, clauses, start);
  return { kind: "createTable", ...statement };
}

/** `[AS] query`. */
export function acceptQuery(c: Cursor): Query | undefined {
  if (c.accept("AS")) return parseQuery(c);
  return startsQuery(c) || c.at("(") ? parseQuery(c) : undefined;
}

interface Elements {
  readonly columns?: readonly ColumnDefinition[];
  readonly constraints?: readonly TableConstraint[];
}

function parseElements(c: Cursor): Elements {
  const start = c.peek();
  const columns: ColumnDefinition[] = [];
  const constraints: TableConstraint[] = [];
  listInParentheses(c, () => {
    if (atConstraint(c)) return void constraints.push(parseTableConstraint(c));
    const { column, constraint } = parseColumnDefinition(c);
    columns.push(column);
    if (constraint) constraints.push(constraint);
  });
  const keys = constraints.filter(({ type }) => type === "primaryKey");
  if (keys.length > 1) {
    const text = keys.map(({ columns: key }) => `(${key!.map(({ name }) => name).join(", ")})`).join(", ");
    refuse(c, "MULTIPLE_PRIMARY_KEYS", { columns: text }, start);
  }
  return { columns, ...(constraints.length ? { constraints } : {}) };
}

interface Created extends Elements {
  readonly name: Name;
  readonly external: boolean;
  readonly ifNotExists: boolean;
  readonly clauses: TableClauses;
  readonly query?: Query;
}

/** A temporary table is a view of a source in Spark; its other forms are refused by the words that are wrong. */
function temporaryView(c: Cursor, created: Created, at: { readonly start: number }): ViewStatement {
  const { name, external, ifNotExists, columns, clauses, query } = created;
  if (ifNotExists) refuseStatement(c, "CREATE TEMPORARY TABLE ... IF NOT EXISTS", at);
  if (query) refuseOperation(c, "CREATE TEMPORARY TABLE ... AS ..., use CREATE TEMPORARY VIEW instead", at);
  if (external) refuseStatement(c, "CREATE EXTERNAL TABLE ... USING", at);
  const { provider, options = [], location } = clauses;
  if (provider === undefined) return refuse(c, "_LEGACY_ERROR_TEMP_0046", {}, at);
  const path = location === undefined ? [] : [pathOf(location, c.spanFrom(at.start))];
  return {
    kind: "createTempViewUsing",
    name,
    replace: false,
    global: false,
    ...(columns ? { columns } : {}),
    provider,
    options: [...options, ...path],
  };
}

function pathOf(location: string, span: Span): Property {
  return { key: "path", value: { kind: "literal", value: location, type: { kind: "string" }, ...span }, ...span };
}

function refuseSchema(
  c: Cursor,
  replace: boolean,
  columns: readonly ColumnDefinition[] | undefined,
  clauses: TableClauses,
  at: { readonly start: number },
): void {
  const [verb, short] = replace ? ["Replace", "RTAS"] : ["Create", "CTAS"];
  if (columns?.length) refuseOperation(c, `Schema may not be specified in a ${verb} Table As Select (${short}) statement`, at);
  if (clauses.partitionedBy?.some((field) => !("kind" in field))) {
    refuseOperation(c, `Partition column types may not be specified in ${verb} Table As Select (${short})`, at);
  }
}

function parseLike(c: Cursor, name: Name, ifNotExists: boolean, start: { readonly start: number }): TableStatement {
  const like = parsePlainName(c);
  if (like.parts.length > 2) c.fail();
  const clauses = parseClausesOnce<TableClauses>(c, {
    PROVIDER: (inner) => {
      const provider = acceptProvider(inner);
      return provider === undefined ? undefined : { provider };
    },
    "ROW FORMAT": acceptRowFormat,
    "STORED AS/BY": acceptStoredAs,
    LOCATION: acceptLocation,
    TBLPROPERTIES: acceptTableProperties,
  });
  checkFormats(c, clauses, start, "CREATE TABLE LIKE");
  if (clauses.storedAs === undefined && clauses.rowFormat && /^ROW\s+FORMAT\s+SERDE/i.test(clauses.rowFormat)) {
    refuse(c, "_LEGACY_ERROR_TEMP_0047", {}, start);
  }
  return { kind: "createTableLike", name, like, ifNotExists, clauses };
}

/** `DROP TABLE [IF EXISTS] t [PURGE]`. */
export function parseDropTable(c: Cursor): TableStatement {
  c.expect("DROP", "TABLE");
  const ifExists = acceptIfExists(c);
  const name = parseName(c);
  return { kind: "dropTable", ifExists, name, purge: c.accept("PURGE") };
}

/** `TRUNCATE TABLE t [PARTITION (...)]`. */
export function parseTruncate(c: Cursor): TableStatement {
  c.expect("TRUNCATE", "TABLE");
  const name = parseName(c);
  const partition = acceptFullPartition(c);
  return { kind: "truncateTable", name, ...(partition ? { partition } : {}) };
}

/** `[MSCK] REPAIR TABLE t [ADD | DROP | SYNC PARTITIONS]`. */
export function parseRepair(c: Cursor): TableStatement {
  c.accept("MSCK");
  c.expect("REPAIR", "TABLE");
  const name = parseName(c);
  const option = c.acceptAny("ADD", "DROP", "SYNC");
  if (option) c.expect("PARTITIONS");
  return { kind: "repairTable", name, add: option !== "DROP", drop: option === "DROP" || option === "SYNC" };
}

/** `LOAD DATA [LOCAL] INPATH 'path' [OVERWRITE] INTO TABLE t [PARTITION (...)]`. */
export function parseLoad(c: Cursor): TableStatement {
  c.expect("LOAD", "DATA");
  const local = c.accept("LOCAL");
  c.expect("INPATH");
  const path = c.string();
  const overwrite = c.accept("OVERWRITE");
  c.expect("INTO", "TABLE");
  const name = parseName(c);
  const partition = acceptFullPartition(c);
  return { kind: "loadData", path, local, overwrite, name, ...(partition ? { partition } : {}) };
}
