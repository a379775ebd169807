import type { Cursor } from "../lexer/cursor.ts";
import type { Span } from "../syntax/span.ts";
import type { Statement } from "../syntax/statement.ts";
import { parseAlter } from "./alter.ts";
import { parseDelete, parseFromStatement, parseInsert, parseUpdate, parseWithStatement } from "./data.ts";
import { parseDescribe, parseExplain } from "./describe.ts";
import { parseCreateFunction, parseDropFunction } from "./function.ts";
import { parseAnalyze, parseCache, parseClear, parseRefresh, parseUncache } from "./maintenance.ts";
import { parseMerge } from "./merge.ts";
import { parseQuery } from "./query.ts";
import { refuseStatement, refuseUnsupported } from "./refuse.ts";
import { parseComment, parseCreateSchema, parseDropSchema, parseUse } from "./schema.ts";
import { parseDeclare, parseDropVariable, parseExecuteImmediate, parseReset, parseResource, parseSet } from "./session.ts";
import { parseShow } from "./show.ts";
import { parseCreateTable, parseDropTable, parseLoad, parseRepair, parseTruncate } from "./table.ts";
import { parseCreateView, parseDropView } from "./view.ts";

type WithoutSpan<T> = T extends Span ? Omit<T, "start" | "end"> : never;
type Parsed = WithoutSpan<Statement>;
type Parser = (c: Cursor) => Parsed;

/** A statement of any family, by its first words. `SET` and `RESET` stand only where nothing is around them: `parseSetOrStatement`. */
export function parseStatement(c: Cursor): Statement {
  const start = c.peek().start;
  const { word } = c.peek();
  const parse = Object.hasOwn(FAMILIES, word) ? FAMILIES[word]! : parseQueryStatement;
  return { ...parse(c), ...c.spanFrom(start) } as Statement;
}

/** A statement, or SET or RESET, which take the rest of the text. */
export function parseSetOrStatement(c: Cursor): Statement {
  const start = c.peek().start;
  if (c.at("SET")) return { ...parseSet(c), ...c.spanFrom(start) };
  if (c.at("RESET")) return { ...parseReset(c), ...c.spanFrom(start) };
  return parseStatement(c);
}

const parseQueryStatement: Parser = (c) => ({ kind: "query", query: parseQuery(c) });

/** What Hive has and Spark's grammar knows only to refuse it. */
const refuseWords =
  (...forms: readonly string[]): Parser =>
  (c) => {
    const form = forms.find((words) => c.at(...words.split(" ")));
    return form === undefined ? c.fail(c.peek(1)) : refuseStatement(c, form);
  };

const FAMILIES: Readonly<Record<string, Parser>> = {
  WITH: parseWithStatement,
  FROM: (c) => parseFromStatement(c),
  INSERT: parseInsert,
  DELETE: parseDelete,
  UPDATE: parseUpdate,
  MERGE: parseMerge,
  CREATE: parseCreate,
  REPLACE: parseCreateTable,
  DROP: parseDrop,
  ALTER: parseAlter,
  TRUNCATE: parseTruncate,
  MSCK: parseRepair,
  REPAIR: parseRepair,
  LOAD: parseLoad,
  USE: parseUse,
  COMMENT: parseComment,
  SHOW: parseShow,
  DESCRIBE: parseDescribe,
  DESC: parseDescribe,
  EXPLAIN: parseExplain,
  CACHE: parseCache,
  UNCACHE: parseUncache,
  CLEAR: parseClear,
  REFRESH: parseRefresh,
  ANALYZE: parseAnalyze,
  DECLARE: parseDeclare,
  EXECUTE: parseExecuteImmediate,
  ADD: parseResource,
  LIST: parseResource,
  SET: parseCatalog,
  CALL: (c) => refuseUnsupported(c, "CALL", "Its catalog has no procedures."),
  GRANT: refuseWords("GRANT ROLE", "GRANT"),
  REVOKE: refuseWords("REVOKE ROLE", "REVOKE"),
  EXPORT: refuseWords("EXPORT TABLE"),
  IMPORT: refuseWords("IMPORT TABLE"),
  LOCK: refuseWords("LOCK TABLE", "LOCK DATABASE"),
  UNLOCK: refuseWords("UNLOCK TABLE", "UNLOCK DATABASE"),
  START: refuseWords("START TRANSACTION"),
  COMMIT: refuseWords("COMMIT"),
  ROLLBACK: refuseWords("ROLLBACK"),
  DFS: refuseWords("DFS"),
};

/** Of SET's forms, this one is a statement wherever statements stand. */
function parseCatalog(c: Cursor): Parsed {
  return c.at("SET", "CATALOG") ? parseSet(c) : c.fail();
}

const SCHEMAS = new Set(["DATABASE", "SCHEMA", "NAMESPACE"]);
const PIPELINES = ["MATERIALIZED VIEW", "STREAMING TABLE", "FLOW"];
const refuseCreate: Parser = (c) => {
  const pipeline = PIPELINES.find((words) => c.at("CREATE", ...words.split(" ")));
  if (pipeline) return refuseUnsupported(c, `CREATE ${pipeline}`, "Create a table or a view.");
  return refuseWords("CREATE ROLE", "CREATE INDEX", "CREATE TEMPORARY MACRO")(c);
};
const refuseDrop = refuseWords("DROP ROLE", "DROP INDEX", "DROP TEMPORARY MACRO");

function parseCreate(c: Cursor): Parsed {
  let at = c.at("CREATE", "OR", "REPLACE") ? 3 : 1;
  if (SCHEMAS.has(c.peek(at).word)) return parseCreateSchema(c);
  if (["GLOBAL", "TEMPORARY", "EXTERNAL"].includes(c.peek(at).word)) at++;
  if (["TEMPORARY", "EXTERNAL"].includes(c.peek(at).word)) at++;
  const { word } = c.peek(at);
  if (word === "TABLE") return parseCreateTable(c);
  if (word === "VIEW") return parseCreateView(c);
  return word === "FUNCTION" ? parseCreateFunction(c) : refuseCreate(c);
}

function parseDrop(c: Cursor): Parsed {
  const { word } = c.peek(1);
  if (SCHEMAS.has(word)) return parseDropSchema(c);
  if (word === "TABLE") return parseDropTable(c);
  if (word === "VIEW") return parseDropView(c);
  if (word === "FUNCTION" || c.at("DROP", "TEMPORARY", "FUNCTION")) return parseDropFunction(c);
  if (c.at("DROP", "TEMPORARY", "VARIABLE") || c.at("DROP", "TEMPORARY", "VAR")) return parseDropVariable(c);
  return refuseDrop(c);
}
