import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, SortItem } from "../syntax/expression.ts";
import type { Property } from "../syntax/query.ts";
import type { ColumnDefinition, TableClauses } from "../syntax/statement.ts";
import { parseIdentifiers } from "./alias.ts";
import { parseTypedColumn } from "./column-definition.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses } from "./list.ts";
import { parsePlainName } from "./plain-name.ts";
import { parseClausesOnce } from "./presence.ts";
import { parseExpressionProperties, parseKeyValues } from "./property.ts";
import { refuse, refuseOperation, refuseStatement, sqlId } from "./refuse.ts";
import { acceptRowFormat, acceptStoredAs, checkFormats } from "./row-format.ts";

type Clauses = Partial<TableClauses>;

/** What may stand behind the columns of CREATE TABLE: each clause once, in any order. */
export function parseTableClauses(c: Cursor): TableClauses {
  const start = c.peek();
  const provider = acceptProvider(c);
  const clauses = { ...(provider ? { provider } : {}), ...parseClausesOnce<Clauses>(c, PARSERS) };
  checkFormats(c, clauses, start);
  if (clauses.clusterBy && clauses.partitionedBy) refuse(c, "SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED", {}, start);
  if (clauses.clusterBy && clauses.bucket) refuse(c, "SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED", {}, start);
  checkPath(c, clauses, start);
  return clauses;
}

/** `USING parquet`, `USING org.example.Source`: as one text. */
export function acceptProvider(c: Cursor): string | undefined {
  if (!c.accept("USING")) return undefined;
  return parsePlainName(c)
    .parts.map(({ name }) => name)
    .join(".");
}

/** `LOCATION 'path'`. */
export function acceptLocation(c: Cursor): { readonly location: string } | undefined {
  return c.accept("LOCATION") ? { location: c.string() } : undefined;
}

/** `COMMENT 'text'`. */
export function acceptComment(c: Cursor): { readonly comment: string } | undefined {
  return c.accept("COMMENT") ? { comment: c.string() } : undefined;
}

/** `DEFAULT COLLATION name`. */
export function acceptCollation(c: Cursor): { readonly collation: string } | undefined {
  return c.accept("DEFAULT", "COLLATION") ? { collation: c.identifier().name } : undefined;
}

/** `TBLPROPERTIES (...)` without the ones that other clauses set. */
export function acceptTableProperties(c: Cursor): { readonly properties: readonly Property[] } | undefined {
  return c.accept("TBLPROPERTIES") ? { properties: parseTableProperties(c) } : undefined;
}

export function parseTableProperties(c: Cursor): Property[] {
  const start = c.peek();
  const properties = parseKeyValues(c);
  refuseReserved(
    c,
    properties.map(({ key }) => key),
    start,
  );
  return properties;
}

const INSTEAD: Readonly<Record<string, string>> = {
  provider: "please use the USING clause to specify it",
  location: "please use the LOCATION clause to specify it",
  owner: "it will be set to the current user",
  external: "please use CREATE EXTERNAL TABLE",
  collation: "please use the DEFAULT COLLATION clause to specify it",
  is_managed_location: "please remove it from the TBLPROPERTIES list.",
  table_type: "please remove it from the TBLPROPERTIES list.",
};

/** Keys that Spark keeps for what clauses say. */
export function refuseReserved(c: Cursor, keys: readonly string[], at: { readonly start: number }): void {
  const property = keys.find((key) => Object.hasOwn(INSTEAD, key));
  if (property) refuse(c, "UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY", { property, msg: INSTEAD[property]! }, at);
}

const PARSERS: Readonly<Record<string, (c: Cursor) => Clauses | undefined>> = {
  OPTIONS: acceptOptions,
  "PARTITIONED BY": acceptPartitionedBy,
  SKEWED: (c) => (c.at("SKEWED", "BY") ? refuseStatement(c, "CREATE TABLE ... SKEWED BY") : undefined),
  "CLUSTER BY": (c) => (c.at("CLUSTER", "BY") ? { clusterBy: parseClusterBy(c) } : undefined),
  "CLUSTERED BY": acceptBucket,
  "ROW FORMAT": acceptRowFormat,
  "STORED AS/BY": acceptStoredAs,
  LOCATION: acceptLocation,
  COMMENT: acceptComment,
  "DEFAULT COLLATION": acceptCollation,
  TBLPROPERTIES: acceptTableProperties,
};

function acceptOptions(c: Cursor): Clauses | undefined {
  if (!c.accept("OPTIONS")) return undefined;
  const start = c.peek();
  const options = parseExpressionProperties(c);
  const bare = options.find(({ value }) => value === undefined);
  if (bare) refuseOperation(c, `A value must be specified for the key: ${bare.key}.`, start);
  refuseReserved(
    c,
    options.map(({ key }) => key),
    start,
  );
  return { options };
}

/** The option `path` is a location, so there is one of them, and it is a plain text. */
function checkPath(c: Cursor, { options, location }: Clauses, at: { readonly start: number }): void {
  const path = options?.find(({ key }) => key.toLowerCase() === "path");
  if (!path) return;
  const { value } = path;
  if (value?.kind !== "literal" || typeof value.value !== "string") {
    throw c.error("INVALID_SQL_SYNTAX.OPTION_IS_INVALID", { key: path.key, supported: "literal strings" }, path);
  }
  if (location !== undefined) refuse(c, "_LEGACY_ERROR_TEMP_0032", { pathOne: location, pathTwo: value.value }, at);
}

/** `CLUSTER BY (a, b.c)`. */
export function parseClusterBy(c: Cursor) {
  c.expect("CLUSTER", "BY");
  return listInParentheses(c, parsePlainName);
}

function acceptBucket(c: Cursor): Clauses | undefined {
  if (!c.accept("CLUSTERED", "BY")) return undefined;
  const columns = parseIdentifiers(c);
  const sortedBy = c.accept("SORTED", "BY") ? listInParentheses(c, parseSorted) : undefined;
  c.expect("INTO");
  const buckets = Number(c.integer());
  c.expect("BUCKETS");
  return { bucket: { columns, ...(sortedBy ? { sortedBy } : {}), buckets } };
}

function parseSorted(c: Cursor): SortItem {
  const start = c.peek().start;
  const name = parsePlainColumn(c);
  const place = c.peek();
  const direction = c.acceptAny("ASC", "DESC");
  if (direction === "DESC") refuseOperation(c, `Column ordering must be ASC, was '${place.text}'`, place);
  return { expression: name, ...(direction ? { direction: "asc" } : {}), ...c.spanFrom(start) };
}

function parsePlainColumn(c: Cursor): Expression {
  const name = parsePlainName(c);
  return { kind: "column", name, start: name.start, end: name.end };
}

function acceptPartitionedBy(c: Cursor): Clauses | undefined {
  if (!c.accept("PARTITIONED", "BY")) return undefined;
  const start = c.peek();
  const partitionedBy = listInParentheses(c, parsePartitionField);
  const columns = partitionedBy.filter((field): field is ColumnDefinition => !("kind" in field));
  const expressions = partitionedBy.filter((field): field is Expression => "kind" in field);
  if (columns.length && expressions.length) {
    const textOf = (fields: readonly { readonly start: number; readonly end: number }[]) =>
      fields.map((field) => c.text.slice(field.start, field.end)).join(", ");
    const message = `PARTITION BY: Cannot mix partition expressions and partition columns:\nExpressions: ${textOf(expressions)}\nColumns: ${textOf(columns)}`;
    refuseOperation(c, message, start);
  }
  return { partitionedBy };
}

/** `a`, `years(d)`, `bucket(4, a)`, `a INT`. */
function parsePartitionField(c: Cursor): Expression | ColumnDefinition {
  if (!["(", ",", ")", "."].includes(c.peek(1).word)) return parseTypedColumn(c);
  const start = c.peek();
  const field = parseExpr(c);
  if (field.kind === "column") return field;
  if (field.kind !== "call" || field.name.kind !== "name" || field.name.parts.length > 1 || field.args.length === 0) return c.fail(start);
  checkTransform(c, field.name.parts[0]!.name, field.args, start);
  return field;
}

function checkTransform(c: Cursor, name: string, args: readonly Expression[], at: { readonly start: number }): void {
  const text = (argument: Expression) => c.text.slice(argument.start, argument.end);
  const [first] = args;
  for (const argument of args) {
    if (argument.kind !== "column" && argument.kind !== "literal" && argument.kind !== "typedLiteral") c.fail();
  }
  if (name === "bucket") {
    if (first!.kind !== "literal" || !["short", "integer", "long"].includes(first!.type.kind)) {
      refuse(c, "_LEGACY_ERROR_TEMP_0031", { describe: text(first!) }, at);
    }
  } else if (["years", "months", "days", "hours"].includes(name)) {
    if (args.length > 1) {
      const parameters = { transform: sqlId(name), expectedNum: "1", actualNum: String(args.length) };
      refuse(c, "INVALID_SQL_SYNTAX.TRANSFORM_WRONG_NUM_ARGS", parameters, at);
    }
  } else return;
  const bad = args.slice(name === "bucket" ? 1 : 0).find(({ kind }) => kind !== "column");
  if (bad) refuse(c, "INVALID_SQL_SYNTAX.INVALID_COLUMN_REFERENCE", { transform: sqlId(name), expr: text(bad) }, at);
}
