import type { Cursor } from "../lexer/cursor.ts";
import type { Name } from "../syntax/span.ts";
import type { AlterAction, AlteredColumn, PartitionValue, SchemaBinding, SchemaStatement, TableStatement } from "../syntax/statement.ts";
import { parseAddedColumn, parseDefault, parsePlace } from "./column-definition.ts";
import { atConstraint, parseTableConstraint } from "./constraint.ts";
import { listInParentheses } from "./list.ts";
import { parseName } from "./name.ts";
import { acceptPartition, parseFullPartition } from "./partition.ts";
import { parsePlainName } from "./plain-name.ts";
import { acceptIfExists, acceptIfNotExists, acceptNotNull } from "./presence.ts";
import { parseKeys, parseKeyValues } from "./property.ts";
import { parseQuery } from "./query.ts";
import { refuse, refuseOperation, refuseStatement } from "./refuse.ts";
import { parseAlterSchema } from "./schema.ts";
import { acceptCollation, acceptLocation, parseClusterBy, parseTableProperties, refuseReserved } from "./table-clauses.ts";
import { parseDataType } from "./type.ts";

/** `ALTER ...` of tables, views and schemas. */
export function parseAlter(c: Cursor): TableStatement | SchemaStatement {
  c.expect("ALTER");
  if (c.at("INDEX")) refuseStatement(c, "ALTER INDEX");
  if (c.acceptAny("DATABASE", "SCHEMA", "NAMESPACE")) return parseAlterSchema(c);
  const view = c.accept("VIEW");
  if (!view) c.expect("TABLE");
  const name = parseName(c);
  const start = c.peek();
  const partition = view ? undefined : acceptPartition(c);
  const action = view ? parseViewAction(c) : parseTableAction(c, partition, start);
  return { kind: "alterTable", name, view, ...(partition ? { partition } : {}), action };
}

function parseViewAction(c: Cursor): AlterAction {
  if (c.at("ADD")) return refuseStatement(c, "ALTER VIEW ... ADD PARTITION");
  if (c.at("DROP")) return refuseStatement(c, "ALTER VIEW ... DROP PARTITION");
  const common = parseCommonAction(c);
  if (common) return common;
  const mode = acceptSchemaBinding(c);
  if (mode) return { kind: "schemaBinding", mode };
  c.accept("AS");
  const query = parseQuery(c);
  return { kind: "setQuery", query, text: c.text.slice(query.start, query.end) };
}

/** `WITH SCHEMA BINDING | COMPENSATION | TYPE EVOLUTION | EVOLUTION`. */
export function acceptSchemaBinding(c: Cursor): SchemaBinding | undefined {
  if (!c.accept("WITH", "SCHEMA")) return undefined;
  if (c.accept("TYPE", "EVOLUTION")) return "typeEvolution";
  if (c.accept("BINDING")) return "binding";
  if (c.accept("COMPENSATION")) return "compensation";
  c.expect("EVOLUTION");
  return "evolution";
}

/** What views and tables have in common: a name and properties. */
function parseCommonAction(c: Cursor): AlterAction | undefined {
  if (c.accept("RENAME", "TO")) return { kind: "rename", to: parsePlainName(c) };
  if (c.accept("SET", "TBLPROPERTIES")) return { kind: "setProperties", properties: parseTableProperties(c) };
  if (!c.accept("UNSET", "TBLPROPERTIES")) return undefined;
  const ifExists = acceptIfExists(c);
  const start = c.peek();
  const keys = parseKeys(c);
  refuseReserved(c, keys, start);
  return { kind: "unsetProperties", keys, ifExists };
}

type Place = { readonly start: number };

function parseTableAction(c: Cursor, partition: readonly PartitionValue[] | undefined, start: Place): AlterAction {
  if (partition) return parsePartitionAction(c, partition, start);
  refuseHive(c);
  if (c.at("ADD")) return parseAdd(c);
  if (c.at("DROP")) return parseDrop(c);
  if (c.accept("RENAME", "COLUMN")) {
    const from = parsePlainName(c);
    c.expect("TO");
    return { kind: "renameColumn", from, to: c.declaredIdentifier() };
  }
  const common = parseCommonAction(c);
  if (common) return common;
  if (c.atAny("ALTER", "CHANGE")) return parseAlterColumns(c);
  if (c.accept("REPLACE", "COLUMNS")) return parseReplaceColumns(c);
  if (c.at("SET")) return parseSet(c);
  if (c.accept("RECOVER", "PARTITIONS")) return { kind: "recoverPartitions" };
  if (c.accept("CLUSTER", "BY", "NONE")) return { kind: "clusterBy", columns: "none" };
  if (c.at("CLUSTER", "BY")) return { kind: "clusterBy", columns: parseClusterBy(c) };
  const collation = acceptCollation(c);
  return collation ? { kind: "setCollation", ...collation } : c.fail();
}

/** What stands behind `ALTER TABLE t PARTITION (...)`. */
function parsePartitionAction(c: Cursor, partition: readonly PartitionValue[], start: Place): AlterAction {
  for (const words of [["COMPACT"], ["CONCATENATE"], ["SET", "FILEFORMAT"]]) {
    if (c.at(...words)) refuseStatement(c, `ALTER TABLE ${words.join(" ")}`, start);
  }
  if (c.at("CHANGE")) return refuseStatement(c, "ALTER TABLE ... PARTITION ... CHANGE COLUMN", start);
  if (c.at("REPLACE", "COLUMNS")) return refuseStatement(c, "ALTER TABLE ... PARTITION ... REPLACE COLUMNS", start);
  const open = partition.find(({ value }) => value === undefined);
  if (open) refuse(c, "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", { partKey: `\`${open.column.name}\`` }, start);
  if (c.accept("RENAME", "TO")) return { kind: "renamePartition", to: parseFullPartition(c) };
  return c.at("SET") ? parseSet(c) : c.fail();
}

/** Hive's forms that Spark's grammar knows only to refuse them. */
const HIVE: readonly (readonly string[])[] = [
  ["NOT", "CLUSTERED"],
  ["CLUSTERED", "BY"],
  ["NOT", "SORTED"],
  ["SKEWED", "BY"],
  ["NOT", "SKEWED"],
  ["NOT", "STORED", "AS", "DIRECTORIES"],
  ["SET", "SKEWED", "LOCATION"],
  ["EXCHANGE", "PARTITION"],
  ["ARCHIVE", "PARTITION"],
  ["UNARCHIVE", "PARTITION"],
  ["TOUCH"],
  ["COMPACT"],
  ["CONCATENATE"],
  ["SET", "FILEFORMAT"],
];

function refuseHive(c: Cursor): void {
  const words = HIVE.find((form) => c.at(...form));
  if (words) refuseStatement(c, `ALTER TABLE ${words.join(" ")}`);
}

function parseAdd(c: Cursor): AlterAction {
  c.expect("ADD");
  if (c.acceptAny("COLUMN", "COLUMNS")) {
    const columns = c.at("(") ? listInParentheses(c, () => parseAddedColumn(c)) : c.list(() => parseAddedColumn(c));
    return { kind: "addColumns", columns, ifNotExists: false };
  }
  if (atConstraint(c)) return { kind: "addConstraint", constraint: parseTableConstraint(c) };
  const ifNotExists = acceptIfNotExists(c);
  const partitions: { values: PartitionValue[]; location?: string }[] = [];
  do partitions.push({ values: parseFullPartition(c), ...acceptLocation(c) });
  while (c.at("PARTITION"));
  return { kind: "addPartitions", ifNotExists, partitions };
}

function parseDrop(c: Cursor): AlterAction {
  c.expect("DROP");
  if (c.acceptAny("COLUMN", "COLUMNS")) {
    const ifExists = acceptIfExists(c);
    const columns: Name[] = c.at("(") ? listInParentheses(c, parsePlainName) : c.list(() => parsePlainName(c));
    return { kind: "dropColumns", columns, ifExists };
  }
  if (c.accept("CONSTRAINT")) {
    const ifExists = acceptIfExists(c);
    const name = c.identifier();
    return { kind: "dropConstraint", name, ifExists, cascade: c.acceptAny("CASCADE", "RESTRICT") === "CASCADE" };
  }
  const ifExists = acceptIfExists(c);
  const partitions = c.list(() => parseFullPartition(c));
  return { kind: "dropPartitions", ifExists, partitions, purge: c.accept("PURGE") };
}

/** `ALTER COLUMN a TYPE INT, b COMMENT 'x'`, and Hive's `CHANGE a a INT COMMENT 'x' FIRST`. */
function parseAlterColumns(c: Cursor): AlterAction {
  const start = c.peek();
  const verb = c.next().word;
  c.accept("COLUMN");
  if (verb === "CHANGE" && isHiveChange(c)) return parseHiveChange(c, start);
  const columns = c.list(() => {
    const column = parsePlainName(c);
    const change = parseColumnChange(c);
    if (change) return { column, ...change };
    const message = `ALTER TABLE table ${verb} COLUMN requires a TYPE, a SET/DROP, a COMMENT, or a FIRST/AFTER`;
    return c.peek().kind === "end" || c.atAny(",", ";") ? refuseOperation(c, message, start) : c.fail();
  });
  return { kind: "alterColumns", columns };
}

function parseColumnChange(c: Cursor): Omit<AlteredColumn, "column"> | undefined {
  if (c.accept("TYPE")) return { type: parseDataType(c) };
  if (c.accept("COMMENT")) return { comment: c.string() };
  const place = parsePlace(c);
  if (place) return { place };
  if (c.accept("DROP", "DEFAULT")) return { default: "drop" };
  const verb = c.acceptAny("SET", "DROP");
  if (!verb) return undefined;
  if (acceptNotNull(c)) return { notNull: verb === "SET" };
  if (verb === "DROP") return c.fail();
  const { default: expression, defaultText: text } = parseDefault(c);
  return { default: { expression, text } };
}

/** Hive repeats the name and states the type: `CHANGE a a INT`; `CHANGE a TYPE INT` is Spark's. */
function isHiveChange(c: Cursor): boolean {
  const mark = c.mark();
  parsePlainName(c);
  const ends = c.peek(1).kind === "end" || c.peek(1).word === ",";
  const own = c.at("FIRST") ? ends : !ends && c.atAny("TYPE", "COMMENT", "AFTER", "SET", "DROP");
  const hive = c.isIdentifier() && !own;
  c.reset(mark);
  return hive;
}

function parseHiveChange(c: Cursor, start: Place): AlterAction {
  const column = parsePlainName(c);
  const name = c.declaredIdentifier();
  const type = parseDataType(c);
  const notNull = acceptNotNull(c);
  const comment = c.accept("COMMENT") ? c.string() : undefined;
  const place = parsePlace(c);
  const refuseHiveStyle = (operation: string, msg: string) =>
    refuse(c, "_LEGACY_ERROR_TEMP_0034", { operation, command: "ALTER COLUMN", msg: `, ${msg}` }, start);
  if (column.parts.at(-1)!.name.toLowerCase() !== name.name.toLowerCase()) {
    refuseHiveStyle("Renaming column", "please run RENAME COLUMN instead");
  }
  if (notNull) refuseHiveStyle("NOT NULL", "please run ALTER COLUMN ... SET/DROP NOT NULL instead");
  const change = { ...(comment === undefined ? {} : { comment }), ...(place ? { place } : {}) };
  return { kind: "alterColumns", columns: [{ column, type, ...change }] };
}

function parseReplaceColumns(c: Cursor): AlterAction {
  const start = c.peek();
  const columns = c.attempt(() => listInParentheses(c, () => parseAddedColumn(c, "REPLACE")));
  if (!columns) return refuseStatement(c, "ALTER TABLE REPLACE COLUMNS", start);
  const unsupported = (operation: string) =>
    refuse(c, "_LEGACY_ERROR_TEMP_0034", { operation, command: "REPLACE COLUMNS", msg: "" }, start);
  for (const { name, notNull, place, default: value } of columns) {
    if (name.kind === "name" && name.parts.length > 1) unsupported("Replacing with a nested column");
    if (notNull) unsupported("NOT NULL");
    if (place) unsupported("Column position");
    if (value) refuse(c, "UNSUPPORTED_DEFAULT_VALUE.WITHOUT_SUGGESTION", {}, start);
  }
  return { kind: "replaceColumns", columns };
}

function parseSet(c: Cursor): AlterAction {
  c.expect("SET");
  const location = acceptLocation(c);
  if (location) return { kind: "setLocation", ...location };
  if (c.accept("SERDE")) {
    c.string();
    if (c.accept("WITH", "SERDEPROPERTIES")) parseKeyValues(c);
    return { kind: "setSerde" };
  }
  c.expect("SERDEPROPERTIES");
  parseKeyValues(c);
  return { kind: "setSerde" };
}
