import type { Cursor } from "../lexer/cursor.ts";
import type { Identifier } from "../syntax/span.ts";
import type { TableConstraint } from "../syntax/statement.ts";
import { parseIdentifiers } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { parsePlainName } from "./plain-name.ts";
import { refuse } from "./refuse.ts";

/** Whether a constraint begins here. Its words are also names of columns, so what follows them counts. */
export function atConstraint(c: Cursor): boolean {
  if (c.at("CONSTRAINT")) return c.isIdentifier(1) && ["CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "REFERENCES"].includes(c.peek(2).word);
  return c.at("CHECK", "(") || c.at("PRIMARY", "KEY") || c.at("FOREIGN", "KEY") || c.at("REFERENCES") || atUnique(c);
}

const atUnique = (c: Cursor) => c.at("UNIQUE") && (!c.isIdentifier(1) || ["ENFORCED", "RELY", "NORELY", "NOT"].includes(c.peek(1).word));

/** `CONSTRAINT n PRIMARY KEY (a, b) NOT ENFORCED RELY`. */
export function parseTableConstraint(c: Cursor): TableConstraint {
  const start = c.peek().start;
  const name = parseConstraintName(c);
  return finish(c, start, name, parseTableRule(c));
}

/** The same of one column, which need not be named. */
export function parseColumnConstraint(c: Cursor, column: Identifier): TableConstraint {
  const start = c.peek().start;
  const name = parseConstraintName(c);
  return finish(c, start, name, parseColumnRule(c, column));
}

function parseConstraintName(c: Cursor): Identifier | undefined {
  return c.accept("CONSTRAINT") ? c.declaredIdentifier() : undefined;
}

type Rule = Pick<TableConstraint, "type" | "expression" | "columns" | "references">;

function parseTableRule(c: Cursor): Rule {
  if (c.at("CHECK")) return parseCheck(c);
  if (c.accept("PRIMARY", "KEY")) return { type: "primaryKey", columns: parseIdentifiers(c) };
  if (c.accept("UNIQUE")) return { type: "unique", columns: parseIdentifiers(c) };
  c.expect("FOREIGN", "KEY");
  return { type: "foreignKey", columns: parseIdentifiers(c), references: parseReferences(c) };
}

function parseColumnRule(c: Cursor, column: Identifier): Rule {
  if (c.at("CHECK")) return parseCheck(c);
  if (c.accept("PRIMARY", "KEY")) return { type: "primaryKey", columns: [column] };
  if (c.accept("UNIQUE")) return { type: "unique", columns: [column] };
  return { type: "foreignKey", columns: [column], references: parseReferences(c) };
}

function parseCheck(c: Cursor): Rule {
  c.expect("CHECK", "(");
  const expression = parseExpr(c);
  c.expect(")");
  return { type: "check", expression };
}

function parseReferences(c: Cursor): NonNullable<TableConstraint["references"]> {
  c.expect("REFERENCES");
  const table = parsePlainName(c);
  return { table, ...(c.at("(") ? { columns: parseIdentifiers(c) } : {}) };
}

function finish(c: Cursor, start: number, name: Identifier | undefined, rule: Rule): TableConstraint {
  const characteristics = parseCharacteristics(c);
  return { ...(name ? { name } : {}), ...rule, ...(characteristics.length ? { characteristics } : {}), ...c.spanFrom(start) };
}

/** [NOT] ENFORCED and RELY or NORELY, each once. */
function parseCharacteristics(c: Cursor): string[] {
  const found: string[] = [];
  for (;;) {
    const place = c.peek();
    const word = c.accept("NOT", "ENFORCED") ? "NOT ENFORCED" : c.acceptAny("ENFORCED", "RELY", "NORELY");
    if (!word) return found;
    const other = found.find((earlier) => earlier.endsWith("ENFORCED") === word.endsWith("ENFORCED"));
    if (other) refuse(c, "INVALID_CONSTRAINT_CHARACTERISTICS", { characteristics: `${other}, ${word}` }, place);
    found.push(word);
  }
}
