import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, IsTest, Like } from "../syntax/expression.ts";
import { parseExpr, parseValue } from "./expression.ts";
import { parseQuery } from "./query.ts";
import { queryAhead, typesString } from "./query-ahead.ts";
import { refuse } from "./refuse.ts";
import { sqlText } from "./sql-text.ts";

/** A value that was taken already with the predicate behind it, if there is one: BETWEEN, IN, LIKE and its kin, IS. */
export function parsePredicate(c: Cursor, start: number, value: Expression): Expression {
  if (c.at("IS")) return parseIs(c, start, value);
  const not = atNot(c) && startsPredicate(c, 1) ? 1 : 0;
  if (!startsPredicate(c, not)) return value;
  const negated = not > 0 && takeNot(c);
  switch (c.peek().word) {
    case "BETWEEN": {
      c.expect("BETWEEN");
      const lower = parseValue(c);
      c.expect("AND");
      return { kind: "between", value, lower, upper: parseValue(c), negated, ...c.spanFrom(start) };
    }
    case "IN":
      return parseIn(c, start, value, negated);
    default:
      return parseLike(c, start, value, negated);
  }
}

const atNot = (c: Cursor, offset = 0): boolean => c.peek(offset).word === "NOT" || c.peek(offset).word === "!";

function startsPredicate(c: Cursor, offset: number): boolean {
  const { word } = c.peek(offset);
  if (word === "IN") return c.peek(offset + 1).word === "(";
  return word === "BETWEEN" || word === "LIKE" || word === "ILIKE" || word === "RLIKE";
}

/** Spark took `!` for NOT inside predicates once and refuses it now, unless a session asks for it. */
function takeNot(c: Cursor): boolean {
  const token = c.next();
  if (token.word === "!" && !c.options.bangEqualsNot) refuse(c, "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", { clause: "!" }, token);
  return true;
}

function parseIn(c: Cursor, start: number, value: Expression, negated: boolean): Expression {
  c.expect("IN", "(");
  if (queryAhead(c) && !typesString(c, 0, true)) {
    const query = parseQuery(c);
    c.expect(")");
    return { kind: "inSubquery", values: fieldsOf(value), query, negated, ...c.spanFrom(start) };
  }
  const list = c.list(() => parseExpr(c));
  c.expect(")");
  return { kind: "inList", value, list, negated, ...c.spanFrom(start) };
}

function fieldsOf(value: Expression): readonly Expression[] {
  if (value.kind !== "row" || value.fields.length === 0) return [value];
  return value.fields.map((field) => (field.kind === "alias" ? field.child : field));
}

function parseLike(c: Cursor, start: number, value: Expression, negated: boolean): Like {
  const from = c.peek();
  const operator = c.next().word.toLowerCase() as Like["operator"];
  const quantified = operator !== "rlike" && c.atAny("ANY", "SOME", "ALL") && c.peek(1).word === "(";
  if (quantified) {
    const quantifier = c.next().word.toLowerCase() as "any" | "some" | "all";
    c.expect("(");
    if (c.at(")"))
      refuse(c, "_LEGACY_ERROR_TEMP_0064", { msg: "Expected something between '(' and ')'." }, { start: from.start, end: c.peek().end });
    const patterns = c.list(() => parseExpr(c));
    c.expect(")");
    return { kind: "like", operator, value, patterns, quantifier, negated, ...c.spanFrom(start) };
  }
  const patterns = [parseValue(c)];
  if (operator === "rlike" || !c.at("ESCAPE") || !c.isString(1))
    return { kind: "like", operator, value, patterns, negated, ...c.spanFrom(start) };
  c.expect("ESCAPE");
  const character = c.string();
  if (character.length !== 1) refuse(c, "INVALID_ESC", { invalidEscape: sqlText(character) }, from);
  return { kind: "like", operator, value, patterns, escape: character, negated, ...c.spanFrom(start) };
}

function parseIs(c: Cursor, start: number, value: Expression): Expression {
  const offset = atNot(c, 1) ? 2 : 1;
  const { word } = c.peek(offset);
  if (!["NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT"].includes(word)) c.fail(c.peek(offset));
  c.expect("IS");
  const negated = offset === 2 && takeNot(c);
  c.next();
  if (word !== "DISTINCT") return { kind: "is", test: word.toLowerCase() as IsTest["test"], value, negated, ...c.spanFrom(start) };
  c.expect("FROM");
  return { kind: "is", test: "distinctFrom", value, other: parseValue(c), negated, ...c.spanFrom(start) };
}
