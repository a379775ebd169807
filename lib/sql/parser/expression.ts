import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import { parsePredicate } from "./predicate.ts";
import { parsePrimary } from "./primary.ts";
import { parseQuery } from "./query.ts";
import { queryAhead } from "./query-ahead.ts";

/**
 * Operators of one level side by side. They make a tree as deep as there are operators, unlike AND and OR, whose operands are a list.
 */
const MAX_CHAIN = 1_000;

/** An expression. Source: Spark's SqlBaseParser.g4, rules booleanExpression and valueExpression: from OR, which binds least, up. */
export function parseExpr(c: Cursor): Expression {
  return c.nested(() => parseOr(c));
}

/** The rest of an expression whose first value has been taken. */
export function continueExpr(c: Cursor, start: number, value: Expression): Expression {
  return parseOr(c, { start, value });
}

/** A value without predicates, AND, OR and NOT: what stands between the keywords of BETWEEN, POSITION, TRIM and the like. */
export function parseValue(c: Cursor): Expression {
  return c.nested(() => parseBinary(c, 1));
}

/** A value that has been taken already, and where it begins. */
interface Taken {
  readonly start: number;
  readonly value: Expression;
}

function parseOr(c: Cursor, first?: Taken): Expression {
  return parseLogical(c, "OR", (inner) => parseAnd(inner, first));
}

function parseAnd(c: Cursor, first?: Taken): Expression {
  return parseLogical(
    c,
    "AND",
    (inner, isFirst) => (first && isFirst ? parsePredicate(inner, first.start, first.value) : parseNot(inner)),
    first?.start,
  );
}

function parseLogical(
  c: Cursor,
  word: "OR" | "AND",
  operand: (c: Cursor, isFirst: boolean) => Expression,
  from = c.peek().start,
): Expression {
  const first = operand(c, true);
  if (!c.at(word)) return first;
  const operands = [first];
  while (c.accept(word)) operands.push(word === "OR" ? parseAnd(c) : parseNot(c));
  return { kind: "operation", operator: word.toLowerCase(), operands, ...c.spanFrom(Math.min(from, first.start)) };
}

function parseNot(c: Cursor): Expression {
  const start = c.peek().start;
  if (c.at("!") || (c.at("NOT") && startsOperand(c, 1))) {
    const operator = c.next().word.toLowerCase();
    return { kind: "operation", operator, operands: [c.nested(() => parseNot(c))], ...c.spanFrom(start) };
  }
  if (c.at("EXISTS", "(") && queryAhead(c, 2)) {
    c.expect("EXISTS", "(");
    const query = parseQuery(c);
    c.expect(")");
    return { kind: "exists", query, ...c.spanFrom(start) };
  }
  return parsePredicate(c, start, parseBinary(c, 1));
}

/** Whether something follows that a prefix could belong to: else the word is a name (`SELECT not FROM t`). */
function startsOperand(c: Cursor, offset: number): boolean {
  const token = c.peek(offset);
  return token.kind !== "end" && ![")", ",", ".", "]", ";", "=", "::", "->", "=>"].includes(token.word);
}

/** From the operators that bind least, the comparisons, to those that bind most. */
const precedences: Readonly<Record<string, number>> = {
  ...Object.fromEntries(["=", "<=>", "<>", "!=", "<", "<=", ">", ">="].map((comparison) => [comparison, 1])),
  "|": 2,
  "^": 3,
  "&": 4,
  "<<": 5,
  ">>": 5,
  ">>>": 5,
  "+": 6,
  "-": 6,
  "||": 6,
  "*": 7,
  "/": 7,
  "%": 7,
  DIV: 7,
};

function parseBinary(c: Cursor, least: number): Expression {
  const start = c.peek().start;
  let left = parseUnary(c);
  for (let length = 0; ; length++) {
    const operator = operatorAhead(c);
    const precedence = Object.hasOwn(precedences, operator) ? precedences[operator]! : 0;
    if (precedence < least) return left;
    if (length >= MAX_CHAIN) throw c.error("FAILED_TO_PARSE_TOO_COMPLEX", {});
    const written = c.peek().text;
    for (let taken = 0; taken < (operator.startsWith(">>") ? operator.length : 1); taken++) c.next();
    const right = parseBinary(c, precedence + 1);
    left =
      precedence === 1
        ? { kind: "comparison", operator: written === "==" ? written : operator, left, right, ...c.spanFrom(start) }
        : { kind: "operation", operator: operator.toLowerCase(), operands: [left, right], ...c.spanFrom(start) };
  }
}

/** `>>` and `>>>` come as single `>`, as these also close types; they are operators where nothing stands between. */
function operatorAhead(c: Cursor): string {
  const { word } = c.peek();
  if (word === "DIV") return startsOperand(c, 1) ? word : "";
  if (word !== ">") return word;
  let end = 1;
  while (end < 3 && c.peek(end).word === ">" && c.peek(end).start === c.peek(end - 1).end) end++;
  return ">".repeat(end);
}

function parseUnary(c: Cursor): Expression {
  const start = c.peek().start;
  if (!c.atAny("-", "+", "~") || (c.at("-") && isNumber(c, 1))) return parsePrimary(c);
  const operator = c.next().word;
  return { kind: "operation", operator, operands: [c.nested(() => parseUnary(c))], ...c.spanFrom(start) };
}

const numbers = new Set(["integer", "decimal", "exponent", "bigint", "smallint", "tinyint", "float", "double", "bigDecimal"]);

/** Whether a number's digits come next. A minus before them belongs to the literal. */
export function isNumber(c: Cursor, offset = 0): boolean {
  return numbers.has(c.peek(offset).kind);
}
