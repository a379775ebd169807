import type { ParserOptions } from "../parser/options.ts";

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
  // They keep their backslash, which makes them literal in a LIKE pattern.
  "%": "\\%",
  _: "\\_",
};

type StringOptions = Pick<ParserOptions, "escapedStringLiterals" | "consecutiveStrings">;

/** The value of a string as it is written, quotes included. Source: Spark's SparkParserUtils.unescapeSQLString. */
export function unescapeString(written: string, options: StringOptions): string {
  if (written[0] === "r" || written[0] === "R") return written.slice(2, -1);
  const inside = written.slice(1, -1);
  if (options.escapedStringLiterals) return inside;
  const quote = written[0]!;
  if (!inside.includes("\\") && !inside.includes(quote)) return inside;
  let value = "";
  for (let at = 0; at < inside.length; ) {
    const character = inside[at]!;
    if (character === quote) {
      value += options.consecutiveStrings ? "" : quote;
      at += 2;
    } else if (character !== "\\" || at + 1 === inside.length) {
      value += character;
      at++;
    } else {
      const escaped = readEscape(inside, at + 1);
      value += escaped.value;
      at = escaped.end;
    }
  }
  return value;
}

/** `\u0041`, `\U00000041`, `\101`, else one character, which stands for itself where it means nothing else. */
function readEscape(text: string, at: number): { readonly value: string; readonly end: number } {
  const short = /^u([0-9a-fA-F]{4})/.exec(text.slice(at, at + 5));
  if (short) return { value: String.fromCharCode(Number.parseInt(short[1]!, 16)), end: at + 5 };
  const long = /^U([0-9a-fA-F]{8})/.exec(text.slice(at, at + 9));
  if (long) return { value: fromCode(Number.parseInt(long[1]!, 16)), end: at + 9 };
  const octal = /^[01][0-7]{2}/.exec(text.slice(at, at + 3));
  if (octal) return { value: String.fromCharCode(Number.parseInt(octal[0], 8)), end: at + 3 };
  return { value: escapes[text[at]!] ?? text[at]!, end: at + 1 };
}

/** Java's arithmetic, which also takes codes that Unicode does not have. */
function fromCode(code: number): string {
  if (code < 0x10000) return String.fromCharCode(code);
  const above = code - 0x10000;
  return String.fromCharCode((Math.floor(above / 0x400) + 0xd800) & 0xffff, (above % 0x400) + 0xdc00);
}
