import type { Cursor } from "../lexer/cursor.ts";
import type { QueryRelation, TableReference } from "../syntax/query.ts";
import type { DataStatement, MergeClause } from "../syntax/statement.ts";
import { parseAssignments, parsePlainAlias } from "./data.ts";
import { parseExpr } from "./expression.ts";
import { inParentheses, listInParentheses } from "./list.ts";
import { parseName } from "./name.ts";
import { parsePlainName } from "./plain-name.ts";
import { refuseBang } from "./presence.ts";
import { parseQuery } from "./query.ts";
import { refuse } from "./refuse.ts";

/** `MERGE [WITH SCHEMA EVOLUTION] INTO t USING s ON condition WHEN ...`. */
export function parseMerge(c: Cursor): Extract<DataStatement, { kind: "merge" }> {
  const start = c.expect("MERGE");
  const schemaEvolution = c.accept("WITH", "SCHEMA", "EVOLUTION");
  c.expect("INTO");
  const target = parseName(c);
  const targetAlias = parsePlainAlias(c, "MERGE");
  c.expect("USING");
  const source = parseSource(c);
  c.expect("ON");
  const on = parseExpr(c);
  const clauses = parseClauses(c);
  checkClauses(c, clauses, start);
  return { kind: "merge", target, ...(targetAlias ? { targetAlias } : {}), source, on, schemaEvolution, clauses };
}

function parseSource(c: Cursor): TableReference | QueryRelation {
  const start = c.peek().start;
  const query = c.at("(") ? inParentheses(c, parseQuery) : undefined;
  const name = query ? undefined : parseName(c);
  const alias = parsePlainAlias(c, "MERGE");
  const behind = { ...(alias ? { alias } : {}), ...c.spanFrom(start) };
  return query ? { kind: "queryRelation", query, lateral: false, ...behind } : { kind: "tableReference", name: name!, ...behind };
}

type When = MergeClause["when"];
const ORDER: readonly When[] = ["matched", "notMatched", "notMatchedBySource"];

function parseClauses(c: Cursor): MergeClause[] {
  const clauses: MergeClause[] = [];
  while (c.at("WHEN")) {
    const place = c.next();
    const behind = c.peek();
    const when = parseWhen(c);
    const last = clauses.at(-1)?.when ?? "matched";
    if (ORDER.indexOf(when) < ORDER.indexOf(last)) c.fail(behind);
    const condition = c.accept("AND") ? parseExpr(c) : undefined;
    c.expect("THEN");
    const action = parseAction(c, when);
    clauses.push({ when, ...(condition ? { condition } : {}), action, ...c.spanFrom(place.start) });
  }
  return clauses;
}

function parseWhen(c: Cursor): When {
  if (c.accept("MATCHED")) return "matched";
  if (c.at("!")) refuseBang(c);
  c.expect("NOT", "MATCHED");
  if (c.accept("BY", "SOURCE")) return "notMatchedBySource";
  c.accept("BY", "TARGET");
  return "notMatched";
}

function parseAction(c: Cursor, when: When): MergeClause["action"] {
  if (when === "notMatched") return parseInsert(c);
  if (c.accept("DELETE")) return { kind: "delete" };
  c.expect("UPDATE", "SET");
  if (when === "matched" && c.accept("*")) return { kind: "update", assignments: "all" };
  return { kind: "update", assignments: parseAssignments(c) };
}

function parseInsert(c: Cursor): MergeClause["action"] {
  const start = c.expect("INSERT");
  if (c.accept("*")) return { kind: "insert", values: "all" };
  const columns = listInParentheses(c, parsePlainName);
  c.expect("VALUES");
  const values = listInParentheses(c, parseExpr);
  if (columns.length !== values.length) refuse(c, "_LEGACY_ERROR_TEMP_0006", {}, start);
  return { kind: "insert", columns, values };
}

const WITHOUT_CONDITION: Readonly<Record<When, string>> = {
  matched: "NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION",
  notMatched: "NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION",
  notMatchedBySource: "NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION",
};

/** Only the last of each kind may go without a condition: nothing would be left for others. */
function checkClauses(c: Cursor, clauses: readonly MergeClause[], at: { readonly start: number }): void {
  if (clauses.length === 0) refuse(c, "MERGE_WITHOUT_WHEN", {}, at);
  for (const when of ORDER) {
    const alike = clauses.filter((clause) => clause.when === when);
    if (alike.slice(0, -1).some(({ condition }) => !condition)) refuse(c, WITHOUT_CONDITION[when], {}, at);
  }
}
