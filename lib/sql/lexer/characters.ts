const LETTER = /^\p{L}$/u;
const SPACE = /^[ \t\n\f\r\v\u00a0\u1680\u2000-\u200a\u2028\u202f\u205f\u3000]$/;

/** Whether a character separates tokens. */
export function isSpace(character: string): boolean {
  return character === " " || character === "\n" || ((character < "!" || character > "~") && SPACE.test(character));
}

/** Whether a character is one of 0 to 9. */
export function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

/** Whether a letter of any script stands at an offset. */
export function isLetter(text: string, at: number): boolean {
  const code = text.codePointAt(at)!;
  if (code < 0x80) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return LETTER.test(String.fromCodePoint(code));
}

/** The end of a `--` comment: its line's, unless a backslash continues it. */
export function skipLineComment(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at += text[at] === "\\" && text[at + 1] === "\n" ? 2 : 1;
  return at;
}

/** The end of a comment in brackets, which may hold others; undefined where nothing closes it. A hint's opening is none inside. */
export function skipComment(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "/" && text[at + 1] === "*" && text[at + 2] !== "+") {
      depth++;
      at++;
    } else if (text[at] === "*" && text[at + 1] === "/") {
      at++;
      if (--depth === 0) return at + 1;
    }
  }
  return undefined;
}
