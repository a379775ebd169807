import type { Literal } from "../syntax/expression.ts";

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\000" };

/** A string as the parser reads it back where sessions have no settings of their own. */
export const printText = (text: string): string => `'${[...text].map((character) => escapes[character] ?? character).join("")}'`;

/** A literal by its value and type: a suffix says the type of a number where its digits alone would not. */
export function printLiteral({ value, type }: Literal): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "boolean":
      return value ? "TRUE" : "FALSE";
    case "byte":
      return `${value}Y`;
    case "short":
      return `${value}S`;
    case "long":
      return `${value}L`;
    case "float":
      return `${signed(value as number)}F`;
    case "double":
      return `${signed(value as number)}D`;
    case "decimal":
      return type.scale > 0 ? String(value) : `${value}BD`;
    case "string":
      return printText(value as string);
    default:
      return String(value);
  }
}

/** Minus zero keeps its sign. */
const signed = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
