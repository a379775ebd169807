import type { Cursor } from "../lexer/cursor.ts";
import type { Query } from "../syntax/query.ts";
import type { Identifier, Name } from "../syntax/span.ts";
import type { SchemaBinding, ViewStatement } from "../syntax/statement.ts";
import { acceptSchemaBinding } from "./alter.ts";
import { parseTypedColumn, refuseParameters } from "./column-definition.ts";
import { listInParentheses } from "./list.ts";
import { parseName } from "./name.ts";
import { acceptIfExists, acceptIfNotExists, parseClausesOnce } from "./presence.ts";
import { parseKeyValues } from "./property.ts";
import { parseQuery } from "./query.ts";
import { refuse, refuseOperation, refuseStatement, sqlId } from "./refuse.ts";
import { acceptCollation, acceptComment, acceptProvider } from "./table-clauses.ts";

interface ViewClauses {
  readonly comment?: string;
  readonly collation?: string;
  readonly schemaBinding?: SchemaBinding;
  readonly properties?: NonNullable<Extract<ViewStatement, { kind: "createView" }>["properties"]>;
}

/** `CREATE [OR REPLACE] [[GLOBAL] TEMPORARY] VIEW ...`: of a query, or of a source. */
export function parseCreateView(c: Cursor): ViewStatement {
  const start = c.expect("CREATE");
  const replace = c.accept("OR", "REPLACE");
  const global = c.accept("GLOBAL");
  const temporary = c.accept("TEMPORARY");
  if (global && !temporary) c.fail();
  c.expect("VIEW");
  const ifNotExists = acceptIfNotExists(c);
  const name = parseName(c);
  if (temporary && !ifNotExists) {
    const using = parseTempViewUsing(c, name, replace, global);
    if (using) return using;
  }
  const columns = c.at("(") ? listInParentheses(c, parseColumn) : undefined;
  const clauses = parseClausesOnce<ViewClauses>(c, PARSERS);
  c.expect("AS");
  const query = parseQuery(c);
  const flags = { replace, temporary, global, ifNotExists };
  checkView(c, name, flags, clauses, query, start);
  const text = c.text.slice(query.start, query.end);
  return { kind: "createView", name, ...flags, ...(columns ? { columns } : {}), ...clauses, query, text };
}

function parseColumn(c: Cursor): { readonly name: Identifier; readonly comment?: string } {
  return { name: c.identifier(), ...acceptComment(c) };
}

const PARSERS: Readonly<Record<string, (c: Cursor) => ViewClauses | undefined>> = {
  COMMENT: acceptComment,
  "WITH SCHEMA": (c) => {
    const schemaBinding = acceptSchemaBinding(c);
    return schemaBinding ? { schemaBinding } : undefined;
  },
  "DEFAULT COLLATION": acceptCollation,
  "PARTITIONED ON": (c) => (c.at("PARTITIONED", "ON") ? refuseStatement(c, "CREATE VIEW ... PARTITIONED ON") : undefined),
  TBLPROPERTIES: (c) => (c.accept("TBLPROPERTIES") ? { properties: parseKeyValues(c) } : undefined),
};

type Flags = Record<"replace" | "temporary" | "global" | "ifNotExists", boolean>;

function checkView(c: Cursor, name: Name, flags: Flags, clauses: ViewClauses, query: Query, at: { readonly start: number }): void {
  if (flags.ifNotExists && flags.replace) refuse(c, "_LEGACY_ERROR_TEMP_0052", {}, at);
  if (flags.temporary && clauses.properties?.length) {
    refuseOperation(c, "TBLPROPERTIES can't coexist with CREATE TEMPORARY VIEW", at);
  }
  if (flags.temporary && clauses.schemaBinding) refuse(c, "UNSUPPORTED_FEATURE.TEMPORARY_VIEW_WITH_SCHEMA_BINDING_MODE", {}, at);
  refuseParameters(c, query, "the query of CREATE VIEW");
  if (!flags.temporary) return;
  if (flags.ifNotExists) refuse(c, "_LEGACY_ERROR_TEMP_0053", {}, at);
  if (name.kind === "name" && name.parts.length > 1) {
    refuse(c, "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", { actualName: sqlId(...name.parts.map((part) => part.name)) }, name);
  }
}

/** `CREATE TEMPORARY VIEW v [(a INT, ...)] USING csv [OPTIONS (...)]`; nothing is taken where the text is another one. */
function parseTempViewUsing(c: Cursor, name: Name, replace: boolean, global: boolean): ViewStatement | undefined {
  const afterColumns = c.at("(") ? (c.closing() ?? 0) + 1 : 0;
  if (c.peek(afterColumns).word !== "USING") return undefined;
  const columns = c.at("(") ? listInParentheses(c, parseTypedColumn) : undefined;
  const provider = acceptProvider(c) ?? c.fail();
  const options = c.accept("OPTIONS") ? parseKeyValues(c) : [];
  return { kind: "createTempViewUsing", name, replace, global, ...(columns ? { columns } : {}), provider, options };
}

/** `DROP VIEW [IF EXISTS] v`. */
export function parseDropView(c: Cursor): ViewStatement {
  c.expect("DROP", "VIEW");
  const ifExists = acceptIfExists(c);
  return { kind: "dropView", ifExists, name: parseName(c) };
}
