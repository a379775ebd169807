import type * as s from "../syntax/expression.ts";
import { printLiteral, printText } from "./literal.ts";
import { printIdentifier, printIdentifiers, printName, printParts } from "./name.ts";
import { printQuery } from "./query.ts";
import { printType } from "./type.ts";
import { printSortItems, printWindow } from "./window.ts";

/** How much a node binds, from least to most; one that binds less than its place asks for stands in parentheses. */
const ANY = 0;
const AND = 2;
const NOT = 3;
const PREDICATE = 4;
const VALUE = 5;
const UNARY = 12;
const PATH = 13;
const PRIMARY = 14;

const levels: Readonly<Record<string, number>> = {
  or: 1,
  and: AND,
  "|": 6,
  "^": 7,
  "&": 8,
  "<<": 9,
  ">>": 9,
  ">>>": 9,
  "+": 10,
  "-": 10,
  "||": 10,
  "*": 11,
  "/": 11,
  "%": 11,
  div: 11,
};

/** An expression as text that parses to the same tree, places and needless quotes apart, under the settings that sessions have by default. */
export function printExpression(expression: s.Expression): string {
  return print(expression, ANY);
}

/** `a, b`. */
export const printExpressions = (expressions: readonly s.Expression[]): string => expressions.map(printExpression).join(", ");

function print(expression: s.Expression, least: number): string {
  const text = (printers[expression.kind] as (e: s.Expression) => string)(expression);
  return levelOf(expression) < least ? `(${text})` : text;
}

function levelOf(e: s.Expression): number {
  switch (e.kind) {
    case "operation":
      if (e.operands.length === 1) return e.operator === "not" || e.operator === "!" ? NOT : UNARY;
      return levels[e.operator] ?? ANY;
    case "comparison":
      return VALUE;
    case "between":
    case "inList":
    case "inSubquery":
    case "like":
    case "is":
    case "exists":
      return PREDICATE;
    case "semiStructured":
      return PATH;
    // These go on as far as they can: a lambda's body, the name of a collation.
    case "lambda":
    case "collate":
    case "alias":
    case "namedArgument":
      return ANY;
    default:
      return PRIMARY;
  }
}

type Printers = { readonly [K in s.Expression["kind"]]: (expression: Extract<s.Expression, { kind: K }>) => string };

/** Between the keywords of a predicate: a comparison may stand there. */
const value = (expression: s.Expression): string => print(expression, VALUE);
const not = (negated: boolean): string => (negated ? " NOT" : "");

const printers: Printers = {
  literal: printLiteral,
  typedLiteral: ({ type, text }) => `${type} ${printText(text)}`,
  interval: printInterval,
  parameter: ({ name }) => (typeof name === "number" ? "?" : `:${printIdentifier({ name })}`),
  column: ({ name }) => printName(name),
  star: printStar,
  operation: printOperation,
  comparison: ({ operator, left, right }) => `${value(left)} ${operator} ${print(right, VALUE + 1)}`,
  between: ({ value: v, lower, upper, negated }) => `${value(v)}${not(negated)} BETWEEN ${value(lower)} AND ${value(upper)}`,
  inList: ({ value: v, list, negated }) => `${value(v)}${not(negated)} IN (${printExpressions(list)})`,
  inSubquery: printInSubquery,
  like: printLike,
  is: printIs,
  case: printCase,
  cast: ({ child, type, mode }) => `${mode === "try" ? "TRY_CAST" : "CAST"}(${printExpression(child)} AS ${printType(type)})`,
  call: printCall,
  extract: ({ field, source }) => `EXTRACT(${printIdentifier(field)} FROM ${value(source)})`,
  trim: ({ side, characters, source }) =>
    `TRIM(${side ? `${side.toUpperCase()} ` : ""}${characters ? `${value(characters)} ` : ""}FROM ${value(source)})`,
  overlay: ({ source, replacement, from, length }) =>
    `OVERLAY(${value(source)} PLACING ${value(replacement)} FROM ${value(from)}${length ? ` FOR ${value(length)}` : ""})`,
  position: ({ substring, source }) => `POSITION(${value(substring)} IN ${value(source)})`,
  subscript: ({ child, index }) => `${print(child, PRIMARY)}[${value(index)}]`,
  dereference: ({ child, field }) => `${beforeDot(child)}.${printIdentifier(field)}`,
  semiStructured: ({ child, path }) => `${print(child, PRIMARY)}:${printPath(path)}`,
  subquery: ({ query }) => `(${printQuery(query)})`,
  exists: ({ query }) => `EXISTS (${printQuery(query)})`,
  row: ({ fields, struct }) => `${struct ? "STRUCT" : ""}(${printExpressions(fields)})`,
  lambda: ({ parameters: names, body }) =>
    `${names.length === 1 ? printIdentifiers(names) : `(${printIdentifiers(names)})`} -> ${printExpression(body)}`,
  collate: ({ child, collation }) => `${print(child, PRIMARY)} COLLATE ${printParts(collation)}`,
  alias: ({ child, names }) =>
    `${printExpression(child)} AS ${names.length === 1 ? printIdentifiers(names) : `(${printIdentifiers(names)})`}`,
  namedArgument: ({ name, value: v }) => `${printIdentifier(name)} => ${printExpression(v)}`,
  tableArgument: printTableArgument,
};

/** A number's own point would take the dot. */
function beforeDot(child: s.Expression): string {
  const text = print(child, PRIMARY);
  return /\d$/.test(text) && child.kind === "literal" ? `(${text})` : text;
}

function printInterval({ parts, to }: s.IntervalLiteral): string {
  const written = parts.map(({ value: v, unit }) => `${print(v, UNARY)} ${unit.toUpperCase()}`);
  return `INTERVAL ${written.join(" ")}${to ? ` TO ${to.toUpperCase()}` : ""}`;
}

function printStar({ target, except, replace }: s.Star): string {
  return [
    `${target ? `${printName(target)}.` : ""}*`,
    ...(except ? [`EXCEPT (${except.map(printParts).join(", ")})`] : []),
    ...(replace ? [`REPLACE (${printExpressions(replace)})`] : []),
  ].join(" ");
}

function printOperation(e: s.Operation): string {
  const { operator, operands } = e;
  const level = levelOf(e);
  const [first, ...rest] = operands;
  const word = operator.toUpperCase();
  if (rest.length === 0) {
    const operand = print(first!, level);
    if (operator === "not" || operator === "!") return `${word} ${operand}`;
    // A minus would become a part of the number, and two of them a comment.
    if (operator === "-" && /^[\d.]/.test(operand)) return `-(${operand})`;
    return operand.startsWith("-") ? `${word} ${operand}` : `${word}${operand}`;
  }
  // AND and OR hold any number of operands, so that one among them that is alike was in parentheses.
  const left = print(first!, operator === "and" || operator === "or" ? level + 1 : level);
  return [left, ...rest.map((operand) => print(operand, level + 1))].join(` ${word} `);
}

function printInSubquery({ values, query, negated }: s.InSubquery): string {
  const left = values.length === 1 ? value(values[0]!) : `(${printExpressions(values)})`;
  return `${left}${not(negated)} IN (${printQuery(query)})`;
}

function printLike({ operator, value: v, patterns, quantifier, escape: character, negated }: s.Like): string {
  const pattern = quantifier ? `${quantifier.toUpperCase()} (${printExpressions(patterns)})` : value(patterns[0]!);
  return `${value(v)}${not(negated)} ${operator.toUpperCase()} ${pattern}${character === undefined ? "" : ` ESCAPE ${printText(character)}`}`;
}

function printIs({ test, value: v, other, negated }: s.IsTest): string {
  const what = test === "distinctFrom" ? `DISTINCT FROM ${value(other!)}` : test.toUpperCase();
  return `${value(v)} IS${not(negated)} ${what}`;
}

function printCase({ value: v, branches, otherwise }: s.Case): string {
  const whens = branches.map(({ when, then }) => ` WHEN ${printExpression(when)} THEN ${printExpression(then)}`).join("");
  return `CASE${v ? ` ${printExpression(v)}` : ""}${whens}${otherwise ? ` ELSE ${printExpression(otherwise)}` : ""} END`;
}

function printCall(call: s.FunctionCall): string {
  const name = printFunctionName(call);
  if (call.bare) return name;
  return [
    `${name}(${call.distinct ? "DISTINCT " : ""}${printArguments(call)})`,
    ...(call.withinGroup ? [`WITHIN GROUP (ORDER BY ${printSortItems(call.withinGroup)})`] : []),
    ...(call.filter ? [`FILTER (WHERE ${printExpression(call.filter)})`] : []),
    ...(call.nulls ? [`${call.nulls.toUpperCase()} NULLS`] : []),
    ...(call.over ? [`OVER ${printWindow(call.over)}`] : []),
  ].join(" ");
}

/** Keywords are names of functions as they are: LEFT, CURRENT_DATE. */
function printFunctionName({ name }: s.FunctionCall): string {
  const [only, ...more] = name.kind === "name" ? name.parts : [];
  return only && more.length === 0 && !only.quoted && /^[A-Za-z_]\w*$/.test(only.name) ? only.name : printName(name);
}

/** POSITION(a IN b) has a meaning of its own, and TRIM and others read their first argument as a value. */
function printArguments({ args }: s.FunctionCall): string {
  const [first, ...rest] = args;
  if (!first) return "";
  return [
    first.kind === "inList" || first.kind === "inSubquery" ? `(${printExpression(first)})` : printExpression(first),
    ...rest.map(printExpression),
  ].join(", ");
}

/** Steps between dots in backticks where they are no words; what stands in brackets as it is. */
function printPath(path: string): string {
  return path.replace(/\[(?:'[^']*'|"[^"]*"|[^\]])*\]|[^.[]+/g, (step) => (step.startsWith("[") ? step : printIdentifier({ name: step })));
}

function printTableArgument({ query, partitionBy, singlePartition, orderBy }: s.TableArgument): string {
  return [
    `TABLE(${printQuery(query)})`,
    ...(singlePartition ? ["WITH SINGLE PARTITION"] : []),
    ...(partitionBy ? [`PARTITION BY (${printExpressions(partitionBy)})`] : []),
    ...(orderBy ? [`ORDER BY (${printSortItems(orderBy)})`] : []),
  ].join(" ");
}
