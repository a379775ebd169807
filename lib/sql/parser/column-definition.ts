import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { AddedColumn, ColumnDefinition, ColumnPlace, TableConstraint } from "../syntax/statement.ts";
import { atConstraint, parseColumnConstraint } from "./constraint.ts";
import { parseExpr } from "./expression.ts";
import { parsePlainName } from "./plain-name.ts";
import { acceptNotNull } from "./presence.ts";
import { parametersOf } from "./references.ts";
import { refuse } from "./refuse.ts";
import { parseDataType } from "./type.ts";

/** A column of CREATE TABLE, and the constraint that stands with it. */
export interface DefinedColumn {
  readonly column: ColumnDefinition;
  readonly constraint?: TableConstraint;
  /** Where GENERATED and a constraint stand, for statements that take neither. */
  readonly generated?: boolean;
}

/** `a INT NOT NULL DEFAULT 1 GENERATED ALWAYS AS (b) COMMENT 'c' PRIMARY KEY`: each option once, in any order. */
export function parseColumnDefinition(c: Cursor): DefinedColumn {
  const start = c.peek().start;
  const name = c.declaredIdentifier();
  const type = parseDataType(c);
  const seen = new Set<string>();
  const once = (option: string, place: { readonly start: number }) => {
    if (seen.has(option)) refuse(c, "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE", { columnName: name.name, optionName: option }, place);
    seen.add(option);
  };
  let options: Partial<ColumnDefinition> = {};
  let constraint: TableConstraint | undefined;
  for (;;) {
    const place = c.peek();
    const option = parseColumnOption(c);
    if (option) {
      once(option.name, place);
      options = { ...options, ...option.value };
    } else if (atConstraint(c)) {
      once("CONSTRAINT", place);
      constraint = parseColumnConstraint(c, name);
    } else break;
  }
  if (options.identity) checkIdentity(c, type, { start });
  const column: ColumnDefinition = { name, type, ...options, ...c.spanFrom(start) };
  return { column, ...(constraint ? { constraint } : {}), ...(seen.has("GENERATED ALWAYS AS") ? { generated: true } : {}) };
}

function checkIdentity(c: Cursor, type: ColumnDefinition["type"], at: { readonly start: number }): void {
  if (type.kind === "long" || type.kind === "integer") return;
  const dataType = `${type.kind[0]?.toUpperCase()}${type.kind.slice(1)}Type`;
  refuse(c, "IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE", { dataType }, at);
}

interface Option {
  readonly name: string;
  readonly value: Partial<ColumnDefinition>;
}

function parseColumnOption(c: Cursor): Option | undefined {
  if (acceptNotNull(c)) return { name: "NOT NULL", value: { notNull: true } };
  if (c.at("DEFAULT") && c.peek(1).word !== "COLLATION") return { name: "DEFAULT", value: parseDefault(c) };
  if (c.accept("COMMENT")) return { name: "COMMENT", value: { comment: c.string() } };
  if (c.accept("GENERATED")) return { name: "GENERATED ALWAYS AS", value: parseGenerated(c) };
  return undefined;
}

/** `DEFAULT expression`, with its text as written. */
export function parseDefault(c: Cursor): { readonly default: Expression; readonly defaultText: string } {
  c.expect("DEFAULT");
  return parseDefaultValue(c);
}

/** The expression behind DEFAULT: it is kept as text, so it holds no parameters. */
export function parseDefaultValue(c: Cursor): { readonly default: Expression; readonly defaultText: string } {
  const expression = parseExpr(c);
  refuseParameters(c, expression, "DEFAULT");
  return { default: expression, defaultText: c.text.slice(expression.start, expression.end) };
}

/** What is stored as text cannot hold values that come with a call. */
export function refuseParameters(c: Cursor, node: unknown, statement: string): void {
  const [parameter] = parametersOf(node);
  if (parameter) refuse(c, "UNSUPPORTED_FEATURE.PARAMETER_MARKER_IN_UNEXPECTED_STATEMENT", { statement }, parameter);
}

function parseGenerated(c: Cursor): Partial<ColumnDefinition> {
  const byDefault = c.accept("BY", "DEFAULT");
  if (!byDefault) c.expect("ALWAYS");
  c.expect("AS");
  if (c.accept("IDENTITY")) return { identity: { always: !byDefault, ...parseSequence(c) } };
  if (byDefault) c.fail();
  c.expect("(");
  const generatedAs = parseExpr(c);
  refuseParameters(c, generatedAs, "GENERATED");
  c.expect(")");
  return { generatedAs };
}

/** `(START WITH 1 INCREMENT BY 2)`. */
function parseSequence(c: Cursor): { readonly start?: bigint; readonly step?: bigint } {
  const place = c.peek();
  const sequence: { start?: bigint; step?: bigint } = {};
  if (!c.accept("(")) return sequence;
  const once = (option: "start" | "step", value: bigint) => {
    if (sequence[option] !== undefined) {
      const sequenceGeneratorOption = option.toUpperCase();
      refuse(c, "IDENTITY_COLUMNS_DUPLICATED_SEQUENCE_GENERATOR_OPTION", { sequenceGeneratorOption }, place);
    }
    sequence[option] = value;
  };
  while (!c.accept(")")) {
    if (c.accept("START", "WITH")) once("start", parseSigned(c));
    else if (c.accept("INCREMENT", "BY")) once("step", parseSigned(c));
    else c.fail();
  }
  if (sequence.step === 0n) refuse(c, "IDENTITY_COLUMNS_ILLEGAL_STEP", {}, place);
  return sequence;
}

function parseSigned(c: Cursor): bigint {
  const sign = c.accept("-") ? -1n : 1n;
  if (c.peek().kind !== "bigint") return sign * c.integer();
  return sign * BigInt(c.next().text.slice(0, -1));
}

/** `a.b INT NOT NULL DEFAULT 1 COMMENT 'c' AFTER d`, as ALTER TABLE adds and replaces columns. */
export function parseAddedColumn(c: Cursor, verb: "ADD" | "REPLACE" = "ADD"): AddedColumn {
  const start = c.peek().start;
  const name = parsePlainName(c);
  const type = parseDataType(c);
  const seen = new Set<string>();
  let options: Partial<Omit<AddedColumn, "name">> = {};
  for (;;) {
    const place = c.peek();
    const columnPlace = parsePlace(c);
    const option = columnPlace ? { name: "FIRST|AFTER", value: { place: columnPlace } } : atGenerated(c) ? undefined : parseColumnOption(c);
    if (!option) break;
    if (seen.has(option.name)) {
      const parameters = { type: verb, columnName: name.parts.at(-1)!.name, optionName: option.name };
      refuse(c, "ALTER_TABLE_COLUMN_DESCRIPTOR_DUPLICATE", parameters, place);
    }
    seen.add(option.name);
    options = { ...options, ...option.value };
  }
  return { name, type, ...options, ...c.spanFrom(start) };
}

const atGenerated = (c: Cursor) => c.at("GENERATED");

/** `FIRST`, `AFTER a`. */
export function parsePlace(c: Cursor): ColumnPlace | undefined {
  if (c.accept("FIRST")) return { kind: "first" };
  return c.accept("AFTER") ? { kind: "after", column: c.declaredIdentifier() } : undefined;
}

/** `a INT NOT NULL COMMENT 'c'`: a column that has a type and nothing to compute. */
export function parseTypedColumn(c: Cursor): ColumnDefinition {
  const start = c.peek().start;
  const name = c.declaredIdentifier();
  const type = parseDataType(c);
  const notNull = acceptNotNull(c);
  const comment = c.accept("COMMENT") ? c.string() : undefined;
  return { name, type, ...(notNull ? { notNull } : {}), ...(comment === undefined ? {} : { comment }), ...c.spanFrom(start) };
}
