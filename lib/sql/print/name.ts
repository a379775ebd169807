import { isReserved, isStrict } from "../../engine/keywords.ts";
import type { Identifier, Name } from "../syntax/span.ts";
import { printExpression } from "./expression.ts";

/** Keywords that are not reserved and yet begin something else where a value may stand. */
const MISREAD = new Set(["VALUES"]);

/** One part of a name: in backticks where it was, and where it has to be. */
export function printIdentifier({ name, quoted }: Pick<Identifier, "name" | "quoted">): string {
  const word = name.toUpperCase();
  const plain = /^(?!\d+$)[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved(word) && !isStrict(word) && !MISREAD.has(word);
  return plain && !quoted ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** A name with dots between its parts. */
export function printName(name: Name): string {
  if (name.kind === "name") return printParts(name.parts);
  return [`IDENTIFIER(${printExpression(name.expression)})`, ...name.rest.map(printIdentifier)].join(".");
}

export const printParts = (parts: readonly Identifier[]): string => parts.map(printIdentifier).join(".");

/** `a, b`. */
export const printIdentifiers = (identifiers: readonly Identifier[]): string => identifiers.map(printIdentifier).join(", ");
