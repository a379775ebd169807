import type { Cursor } from "../lexer/cursor.ts";
import type { Property } from "../syntax/query.ts";
import type { SchemaStatement } from "../syntax/statement.ts";
import { parseName } from "./name.ts";
import { acceptIfExists, acceptIfNotExists, parseClausesOnce } from "./presence.ts";
import { parseKeys, parseKeyValues } from "./property.ts";
import { refuse } from "./refuse.ts";
import { acceptCollation, acceptComment, acceptLocation } from "./table-clauses.ts";

interface SchemaClauses {
  readonly comment?: string;
  readonly location?: string;
  readonly collation?: string;
  readonly properties?: readonly Property[];
}

/** DATABASE, SCHEMA and NAMESPACE mean the same. */
export const SCHEMA_WORDS = ["DATABASE", "SCHEMA", "NAMESPACE"] as const;

/** `CREATE SCHEMA [IF NOT EXISTS] s ...`. */
export function parseCreateSchema(c: Cursor): SchemaStatement {
  const start = c.expect("CREATE");
  c.next();
  const ifNotExists = acceptIfNotExists(c);
  const name = parseName(c);
  const { dbProperties, ...clauses } = parseClausesOnce<SchemaClauses & { dbProperties?: readonly Property[] }>(c, {
    COMMENT: acceptComment,
    "DEFAULT COLLATION": acceptCollation,
    LOCATION: acceptLocation,
    "WITH PROPERTIES": (inner) => (inner.accept("WITH", "PROPERTIES") ? { properties: parseSchemaProperties(inner) } : undefined),
    "WITH DBPROPERTIES": (inner) => (inner.accept("WITH", "DBPROPERTIES") ? { dbProperties: parseSchemaProperties(inner) } : undefined),
  });
  if (dbProperties && clauses.properties) refuse(c, "UNSUPPORTED_FEATURE.SET_PROPERTIES_AND_DBPROPERTIES", {}, start);
  return { kind: "createSchema", name, ifNotExists, ...clauses, ...(dbProperties ? { properties: dbProperties } : {}) };
}

const INSTEAD: Readonly<Record<string, string>> = {
  location: "please use the LOCATION clause to specify it",
  collation: "please use the DEFAULT COLLATION clause to specify it",
  owner: "it will be set to the current user",
};

function parseSchemaProperties(c: Cursor): Property[] {
  const start = c.peek();
  const properties = parseKeyValues(c);
  refuseReserved(
    c,
    properties.map(({ key }) => key),
    start,
  );
  return properties;
}

function refuseReserved(c: Cursor, keys: readonly string[], at: { readonly start: number }): void {
  const property = keys.find((key) => Object.hasOwn(INSTEAD, key));
  if (property) refuse(c, "UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY", { property, msg: INSTEAD[property]! }, at);
}

/** What stands behind `ALTER SCHEMA`. */
export function parseAlterSchema(c: Cursor): SchemaStatement {
  return { kind: "alterSchema", name: parseName(c), action: parseAction(c) };
}

function parseAction(c: Cursor): Extract<SchemaStatement, { kind: "alterSchema" }>["action"] {
  const collation = acceptCollation(c);
  if (collation) return { kind: "setCollation", ...collation };
  if (c.accept("UNSET")) {
    if (!c.acceptAny("DBPROPERTIES", "PROPERTIES")) c.fail();
    const start = c.peek();
    const keys = parseKeys(c);
    refuseReserved(c, keys, start);
    return { kind: "unsetProperties", keys, ifExists: false };
  }
  c.expect("SET");
  const location = acceptLocation(c);
  if (location) return { kind: "setLocation", ...location };
  if (!c.acceptAny("DBPROPERTIES", "PROPERTIES")) c.fail();
  return { kind: "setProperties", properties: parseSchemaProperties(c) };
}

/** `DROP SCHEMA [IF EXISTS] s [RESTRICT | CASCADE]`. */
export function parseDropSchema(c: Cursor): SchemaStatement {
  c.expect("DROP");
  c.next();
  const ifExists = acceptIfExists(c);
  const name = parseName(c);
  return { kind: "dropSchema", ifExists, name, cascade: c.acceptAny("CASCADE", "RESTRICT") === "CASCADE" };
}

/** `COMMENT ON SCHEMA s IS 'text'`, `COMMENT ON TABLE t IS NULL`. */
export function parseComment(c: Cursor): SchemaStatement {
  c.expect("COMMENT", "ON");
  const on = c.acceptAny(...SCHEMA_WORDS) ? "schema" : "table";
  if (on === "table") c.expect("TABLE");
  const name = parseName(c);
  c.expect("IS");
  return { kind: "comment", on, name, comment: c.accept("NULL") ? null : c.string() };
}

/** `USE [SCHEMA] s`. */
export function parseUse(c: Cursor): SchemaStatement {
  c.expect("USE");
  const schema = c.atAny(...SCHEMA_WORDS) && c.isIdentifier(1) && c.acceptAny(...SCHEMA_WORDS) !== undefined;
  return { kind: "use", schema, name: parseName(c) };
}
