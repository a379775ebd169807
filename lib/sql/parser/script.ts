import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { CompoundStatement, ScriptStatement } from "../syntax/script.ts";
import type { Identifier, Span } from "../syntax/span.ts";
import { parseExpr } from "./expression.ts";
import { parseCondition, parseHandlerHead } from "./handler.ts";
import { parseQuery } from "./query.ts";
import { refuse } from "./refuse.ts";
import { BodyOrder, ScriptScope } from "./script-scope.ts";
import { parseDeclare, parseSetVariable } from "./session.ts";
import { parseStatement } from "./statement.ts";

/** `BEGIN ... END` as a whole text: SQL scripting. */
export function parseScriptBlock(c: Cursor): CompoundStatement & Span {
  const start = c.peek().start;
  const body = parseBlock(c, new ScriptScope(c));
  return { kind: "compound", body, ...c.spanFrom(start) };
}

/** `BEGIN [NOT ATOMIC] statement; ... END`. */
function parseBlock(c: Cursor, scope: ScriptScope): ScriptStatement[] {
  c.expect("BEGIN");
  c.accept("NOT", "ATOMIC");
  const body = c.at("END") ? [] : parseBody(c, scope, true);
  c.expect("END");
  return body;
}

/** Statements, each with its `;`. Only a block of its own (`isScope`) may declare. */
function parseBody(c: Cursor, scope: ScriptScope, isScope = false): ScriptStatement[] {
  return c.nested(() => {
    const order = new BodyOrder(c, isScope);
    const body: ScriptStatement[] = [];
    do {
      const statement = parseScriptStatement(c, scope);
      order.take(statement);
      if (statement.kind === "declareCondition") scope.declare(statement.name, order);
      if (statement.kind === "declareHandler") scope.checkConditions(statement.conditions, statement);
      body.push(statement);
      c.expect(";");
    } while (!ENDS.has(c.peek().word));
    scope.forget(order);
    return body;
  });
}

const ENDS = new Set(["END", "ELSE", "ELSEIF", "WHEN", "UNTIL"]);

function parseScriptStatement(c: Cursor, scope: ScriptScope): ScriptStatement {
  const start = c.peek().start;
  const label = c.isStrictIdentifier() && c.peek(1).word === ":" ? parseLabel(c) : undefined;
  const parse = Object.hasOwn(LABELLED, c.peek().word) ? LABELLED[c.peek().word] : undefined;
  if (parse) return { ...parse(c, scope, label), ...c.spanFrom(start) } as ScriptStatement;
  if (label) return c.fail();
  const parsePlain = Object.hasOwn(PLAIN, c.peek().word) ? PLAIN[c.peek().word] : undefined;
  if (parsePlain) return { ...parsePlain(c, scope), ...c.spanFrom(start) } as ScriptStatement;
  return parseSimple(c);
}

/** A statement without others inside; SET means variables here. */
function parseSimple(c: Cursor): ScriptStatement {
  const start = c.peek().start;
  if (!c.at("SET") || (c.at("SET", "CATALOG") && c.isIdentifier(2))) return parseStatement(c);
  c.next();
  return { ...parseSetVariable(c), ...c.spanFrom(start) };
}

function parseLabel(c: Cursor): Identifier {
  const label = c.identifier();
  c.expect(":");
  return label;
}

type Parsed = { readonly kind: ScriptStatement["kind"] };

/** What may have a label: `parse` reads up to the END, whose label is checked here. */
const labelled =
  (isBlock: boolean, parse: (c: Cursor, scope: ScriptScope) => Parsed) =>
  (c: Cursor, scope: ScriptScope, label: Identifier | undefined): Parsed => {
    const parsed = scope.within(label, isBlock, () => parse(c, scope));
    const end = c.isStrictIdentifier() && !c.at(";") ? c.identifier() : undefined;
    if (end && !label) refuse(c, "END_LABEL_WITHOUT_BEGIN_LABEL", { endLabel: idOf(end) }, end);
    if (end && label && end.name.toLowerCase() !== label.name.toLowerCase()) {
      refuse(c, "LABELS_MISMATCH", { beginLabel: idOf(label), endLabel: idOf(end) }, label);
    }
    return { ...parsed, ...(label ? { label } : {}) };
  };

const idOf = ({ name }: Identifier) => `\`${name}\``;

const parseCompound = labelled(true, (c, scope) => ({ kind: "compound", body: parseBlock(c, scope) }) as Parsed);

const LABELLED: Readonly<Record<string, ReturnType<typeof labelled>>> = {
  BEGIN: parseCompound,
  WHILE: labelled(false, parseWhile),
  REPEAT: labelled(false, parseRepeat),
  LOOP: labelled(false, parseLoop),
  FOR: labelled(false, parseFor),
};

function parseWhile(c: Cursor, scope: ScriptScope): Parsed {
  c.expect("WHILE");
  const condition = parseExpr(c);
  c.expect("DO");
  const body = parseBody(c, scope);
  c.expect("END", "WHILE");
  return { kind: "while", condition, body } as Parsed;
}

function parseRepeat(c: Cursor, scope: ScriptScope): Parsed {
  c.expect("REPEAT");
  const body = parseBody(c, scope);
  c.expect("UNTIL");
  const until = parseExpr(c);
  c.expect("END", "REPEAT");
  return { kind: "repeat", body, until } as Parsed;
}

function parseLoop(c: Cursor, scope: ScriptScope): Parsed {
  c.expect("LOOP");
  const body = parseBody(c, scope);
  c.expect("END", "LOOP");
  return { kind: "loop", body } as Parsed;
}

function parseFor(c: Cursor, scope: ScriptScope): Parsed {
  c.expect("FOR");
  const variable = c.isStrictIdentifier() && c.peek(1).word === "AS" ? c.identifier() : undefined;
  if (variable) c.expect("AS");
  const query = parseQuery(c);
  c.expect("DO");
  const body = scope.within(variable, false, () => parseBody(c, scope), "variable");
  c.expect("END", "FOR");
  return { kind: "for", ...(variable ? { variable } : {}), query, body } as Parsed;
}

const PLAIN: Readonly<Record<string, (c: Cursor, scope: ScriptScope) => Parsed>> = {
  IF: parseIf,
  CASE: parseCase,
  LEAVE: (c, scope) => parseJump(c, scope, "leave"),
  ITERATE: (c, scope) => parseJump(c, scope, "iterate"),
  DECLARE: parseDeclaration,
};

interface Branch {
  readonly condition: Expression;
  readonly body: ScriptStatement[];
}

function parseIf(c: Cursor, scope: ScriptScope): Parsed {
  c.expect("IF");
  const branches: Branch[] = [];
  do {
    const condition = parseExpr(c);
    c.expect("THEN");
    branches.push({ condition, body: parseBody(c, scope) });
  } while (c.accept("ELSEIF"));
  const otherwise = c.accept("ELSE") ? parseBody(c, scope) : undefined;
  c.expect("END", "IF");
  return { kind: "if", branches, ...(otherwise ? { otherwise } : {}) } as Parsed;
}

function parseCase(c: Cursor, scope: ScriptScope): Parsed {
  c.expect("CASE");
  const value = c.at("WHEN") ? undefined : parseExpr(c);
  const branches: { when: Expression; body: ScriptStatement[] }[] = [];
  do {
    c.expect("WHEN");
    const when = parseExpr(c);
    c.expect("THEN");
    branches.push({ when, body: parseBody(c, scope) });
  } while (c.at("WHEN"));
  const otherwise = c.accept("ELSE") ? parseBody(c, scope) : undefined;
  c.expect("END", "CASE");
  return { kind: "caseStatement", ...(value ? { value } : {}), branches, ...(otherwise ? { otherwise } : {}) } as Parsed;
}

function parseJump(c: Cursor, scope: ScriptScope, kind: "leave" | "iterate"): Parsed {
  c.next();
  const label = c.identifier();
  scope.checkJump(kind, label);
  return { kind, label } as Parsed;
}

/** A variable, a condition or a handler. */
function parseDeclaration(c: Cursor, scope: ScriptScope): Parsed {
  if (c.isStrictIdentifier(1) && c.peek(2).word === "CONDITION") return parseCondition(c) as Parsed;
  if (!c.at("DECLARE", "EXIT", "HANDLER") && !c.at("DECLARE", "CONTINUE", "HANDLER")) return parseDeclare(c);
  const head = parseHandlerHead(c);
  const start = c.peek().start;
  const body = c.at("BEGIN") ? [{ ...parseCompound(c, scope, undefined), ...c.spanFrom(start) } as ScriptStatement] : [parseSimple(c)];
  return { kind: "declareHandler", ...head, body } as Parsed;
}
