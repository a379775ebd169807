import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, FunctionCall, Trim } from "../syntax/expression.ts";
import type { Name, PlainName } from "../syntax/span.ts";
import { continueExpr, parseExpr, parseValue } from "./expression.ts";
import { refuse, sqlId } from "./refuse.ts";
import { parseSortItem, parseWindow } from "./window.ts";

/** `value` or `name => value`. */
export function parseArgument(c: Cursor): Expression {
  if (!c.isIdentifier() || c.peek(1).word !== "=>") return parseExpr(c);
  const { start } = c.peek();
  const name = c.identifier();
  c.expect("=>");
  return { kind: "namedArgument", name, value: parseExpr(c), ...c.spanFrom(start) };
}

/** A call from its opening parenthesis on. */
export function parseCall(c: Cursor, start: number, name: Name): Expression {
  c.expect("(");
  const quantifier = c.atAny("DISTINCT", "ALL") && !endsName(c, 1) ? c.next().word : undefined;
  const args = !quantifier && c.at(")") ? [] : c.list(() => parseArgument(c));
  c.expect(")");
  // With one argument and nothing else it is no call of a function "identifier", but the name that the argument gives.
  return finishCall(c, start, { kind: "call", name, args, ...(quantifier === "DISTINCT" ? { distinct: true } : {}) });
}

const endsName = (c: Cursor, offset: number): boolean => [")", ",", ".", "=>", "->"].includes(c.peek(offset).word);

type Begun = Pick<FunctionCall, "kind" | "name" | "args" | "distinct">;

/** WITHIN GROUP, FILTER, IGNORE NULLS and OVER, in this order. */
function finishCall(c: Cursor, start: number, call: Begun): FunctionCall {
  const withinGroup = c.accept("WITHIN", "GROUP", "(") ? parseOrder(c) : undefined;
  const filter = c.accept("FILTER", "(", "WHERE") ? parseFilter(c) : undefined;
  const nulls = c.accept("IGNORE", "NULLS") ? "ignore" : c.accept("RESPECT", "NULLS") ? "respect" : undefined;
  const over =
    c.at("OVER") && (c.peek(1).word === "(" || (c.isIdentifier(1) && c.peek(1).word !== "FROM")) ? c.next() && parseWindow(c) : undefined;
  return {
    ...call,
    ...(withinGroup ? { withinGroup } : {}),
    ...(filter ? { filter } : {}),
    ...(nulls ? { nulls } : {}),
    ...(over ? { over } : {}),
    ...c.spanFrom(start),
  };
}

function parseOrder(c: Cursor): FunctionCall["withinGroup"] {
  c.expect("ORDER", "BY");
  const items = c.list(() => parseSortItem(c));
  c.expect(")");
  return items;
}

function parseFilter(c: Cursor): Expression {
  const condition = parseExpr(c);
  c.expect(")");
  return condition;
}

/** Units of TIMESTAMPADD and its kin. */
export const dateUnits: ReadonlySet<string> = new Set(
  "YEAR QUARTER MONTH WEEK DAY DAYOFYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND".split(" "),
);

type Special = (c: Cursor, start: number) => Expression | undefined;

/**
 * Functions whose arguments keywords may separate. Each is tried behind its opening parenthesis, and gives nothing, and takes nothing, where
 * the call is an ordinary one.
 */
const specials: Readonly<Record<string, Special>> = {
  EXTRACT: parseExtract,
  TRIM: parseTrim,
  SUBSTRING: parseSubstring,
  SUBSTR: parseSubstring,
  OVERLAY: parseOverlay,
  POSITION: parsePosition,
  FIRST: parseFirstOrLast,
  LAST: parseFirstOrLast,
  ANY_VALUE: parseFirstOrLast,
  ...Object.fromEntries(
    ["TIMESTAMPADD", "DATEADD", "DATE_ADD", "TIMESTAMPDIFF", "DATEDIFF", "DATE_DIFF", "TIMEDIFF"].map((name) => [name, refuseTextUnit]),
  ),
};

/** A call of a function with a syntax of its own; undefined, and nothing taken, where it is none. */
export function parseSpecialCall(c: Cursor): Expression | undefined {
  const { word, start } = c.peek();
  const special = Object.hasOwn(specials, word) ? specials[word] : undefined;
  if (!special || c.peek(2).word === ")") return undefined;
  const mark = c.mark();
  const call = special(c, start);
  if (!call) c.reset(mark);
  return call;
}

/** The function's name, and the parenthesis behind it. */
function open(c: Cursor): PlainName {
  const { text, start, end } = c.next();
  c.expect("(");
  return { kind: "name", parts: [{ name: text, start, end }], start, end };
}

/** Whether what stands here cannot be a value with a keyword behind it. */
const ordinary = (c: Cursor): boolean =>
  (c.atAny("DISTINCT", "ALL") && !endsName(c, 1)) || c.peek(1).word === "=>" || c.atAny("NOT", "!") || c.at("EXISTS", "(");

/** The rest of an ordinary call whose first argument has been taken as far as a value goes. */
function finishOrdinary(c: Cursor, start: number, name: Name, at: number, first: Expression): FunctionCall {
  const args = [continueExpr(c, at, first)];
  while (c.accept(",")) args.push(parseArgument(c));
  c.expect(")");
  return finishCall(c, start, { kind: "call", name, args });
}

function parseExtract(c: Cursor, start: number): Expression | undefined {
  open(c);
  if (!c.isIdentifier() || c.peek(1).word !== "FROM") return undefined;
  const field = c.simpleIdentifier();
  c.expect("FROM");
  const source = parseValue(c);
  c.expect(")");
  return { kind: "extract", field, source, ...c.spanFrom(start) };
}

function parseTrim(c: Cursor, start: number): Expression | undefined {
  const name = open(c);
  if (ordinary(c)) return undefined;
  const side = c.atAny("BOTH", "LEADING", "TRAILING") && !endsName(c, 1) ? (c.next().word.toLowerCase() as Trim["side"]) : undefined;
  const at = c.peek().start;
  const characters = c.at("FROM") && !endsName(c, 1) ? undefined : parseValue(c);
  if (!c.at("FROM") && !side && characters) return finishOrdinary(c, start, name, at, characters);
  c.expect("FROM");
  const source = parseValue(c);
  c.expect(")");
  return { kind: "trim", ...(side ? { side } : {}), ...(characters ? { characters } : {}), source, ...c.spanFrom(start) };
}

/** `SUBSTR(s FROM 2 FOR 3)` is `substring(s, 2, 3)`, whatever it is called. */
function parseSubstring(c: Cursor, start: number): Expression | undefined {
  const name = open(c);
  const substring: PlainName = { ...name, parts: name.parts.map((part) => ({ ...part, name: "substring" })) };
  if (ordinary(c)) return undefined;
  const at = c.peek().start;
  const text = parseValue(c);
  const comma = !c.accept("FROM");
  if (comma) {
    if (!c.at(",")) return finishOrdinary(c, start, name, at, text);
    c.expect(",");
    if (ordinary(c)) return finishArguments(c, start, name, [text, parseArgument(c)]);
  }
  const begin = c.peek().start;
  const from = parseValue(c);
  if (!c.accept("FOR")) return finishArguments(c, start, comma ? name : substring, [text, continueExpr(c, begin, from)]);
  const args = [text, from, parseValue(c)];
  c.expect(")");
  return { kind: "call", name: substring, args, ...c.spanFrom(start) };
}

function finishArguments(c: Cursor, start: number, name: Name, begun: readonly Expression[]): FunctionCall {
  const args = [...begun];
  while (c.accept(",")) args.push(parseArgument(c));
  c.expect(")");
  return finishCall(c, start, { kind: "call", name, args });
}

function parseOverlay(c: Cursor, start: number): Expression | undefined {
  const name = open(c);
  if (ordinary(c)) return undefined;
  const at = c.peek().start;
  const source = parseValue(c);
  if (!c.accept("PLACING")) return finishOrdinary(c, start, name, at, source);
  const replacement = parseValue(c);
  c.expect("FROM");
  const from = parseValue(c);
  const length = c.accept("FOR") ? parseValue(c) : undefined;
  c.expect(")");
  return { kind: "overlay", source, replacement, from, ...(length ? { length } : {}), ...c.spanFrom(start) };
}

function parsePosition(c: Cursor, start: number): Expression | undefined {
  const name = open(c);
  if (ordinary(c)) return undefined;
  const at = c.peek().start;
  const substring = parseValue(c);
  const closing = c.at("IN") ? closingOf(c) : undefined;
  if (!closing) return finishOrdinary(c, start, name, at, substring);
  c.expect("IN");
  const source = parseValue(c);
  c.expect(")");
  return { kind: "position", substring, source, ...c.spanFrom(start) };
}

/** Whether what follows IN ends the call: `POSITION(a IN (b))`; in `position(a IN (b), c)` IN is an operator. */
function closingOf(c: Cursor): boolean {
  if (c.peek(1).word !== "(") return true;
  const closing = c.closing(1);
  return closing === undefined || c.peek(closing + 1).word !== ",";
}

/** `FIRST(x IGNORE NULLS)`. */
function parseFirstOrLast(c: Cursor, start: number): Expression | undefined {
  const name = open(c);
  if (ordinary(c)) return undefined;
  const arg = parseExpr(c);
  if (c.accept("IGNORE", "NULLS")) {
    c.expect(")");
    return { kind: "call", name, args: [arg], nulls: "ignore", ...c.spanFrom(start) };
  }
  return finishArguments(c, start, name, [arg]);
}

/** `DATEADD('DAY', 1, d)`: Spark takes the unit as a word and says so. */
function refuseTextUnit(c: Cursor, start: number): undefined {
  const [part] = (open(c) as Extract<Name, { kind: "name" }>).parts;
  const token = c.peek();
  const comma = c.isString() && c.peek(1).word === ",";
  if (comma && commas(c) === 2) {
    refuse(
      c,
      "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
      { functionName: sqlId(part!.name), parameter: "`unit`", invalidValue: token.text },
      { start, end: c.closing(-1) === undefined ? token.end : c.peek(c.closing(-1)).end },
    );
  }
  return undefined;
}

/** Commas up to the call's end, those inside brackets apart. */
function commas(c: Cursor): number {
  let count = 0;
  for (let at = 0; c.peek(at).kind !== "end" && c.peek(at).word !== ")"; at++) {
    if (c.peek(at).word === ",") count++;
    at = c.closing(at) ?? at;
  }
  return count;
}
