import type { Cursor } from "../lexer/cursor.ts";
import type { PartitionValue } from "../syntax/statement.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses } from "./list.ts";
import { refuse, sqlId } from "./refuse.ts";

/** `PARTITION (a = 1, b)`, where it stands here: values are constants, and may be absent. */
export function acceptPartition(c: Cursor): PartitionValue[] | undefined {
  return c.at("PARTITION", "(") ? parsePartition(c) : undefined;
}

/** The same where every key needs its value. */
export function acceptFullPartition(c: Cursor): PartitionValue[] | undefined {
  return c.at("PARTITION", "(") ? parseFullPartition(c) : undefined;
}

/** `PARTITION (a = 1, b = 2)`. */
export function parseFullPartition(c: Cursor): PartitionValue[] {
  const start = c.peek();
  const values = parsePartition(c);
  const open = values.find(({ value }) => value === undefined);
  if (open) refuse(c, "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", { partKey: sqlId(open.column.name) }, start);
  return values;
}

function parsePartition(c: Cursor): PartitionValue[] {
  const start = c.expect("PARTITION");
  const values = listInParentheses(c, parseValue);
  const seen = new Set<string>();
  for (const { column } of values) {
    const key = column.name.toLowerCase();
    if (seen.has(key)) refuse(c, "DUPLICATE_KEY", { keyColumn: sqlId(key) }, start);
    seen.add(key);
  }
  return values;
}

function parseValue(c: Cursor): PartitionValue {
  const column = c.identifier();
  if (!c.accept("=")) return { column };
  if (c.at("DEFAULT") && [",", ")"].includes(c.peek(1).word)) refuse(c, "REF_DEFAULT_VALUE_IS_NOT_ALLOWED_IN_PARTITION");
  const start = c.peek();
  const value = parseExpr(c);
  const constant =
    ["literal", "typedLiteral", "interval", "parameter"].includes(value.kind) ||
    (value.kind === "operation" && value.operator === "-" && value.operands.length === 1 && value.operands[0]!.kind === "literal");
  return constant ? { column, value } : c.fail(start);
}
