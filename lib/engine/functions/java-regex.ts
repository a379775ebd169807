import { ExecutionError } from "../errors.ts";

/**
 * Java's regular expressions in the two dialects at hand: RE2, which DuckDB runs over whole vectors, and JavaScript's.
 * What neither can say (possessive quantifiers, atomic groups, flags in mid-pattern) is refused by name.
 * Source: java.util.regex.Pattern's documentation, default flags.
 */
export interface Translated {
  /** Absent where RE2 has no equal. `$` takes a last line terminator with it: for searches only. */
  readonly re2?: string;
  readonly js: string;
  readonly jsFlags: string;
  /** Whether every match has at least one character: the dialects differ in how they step over empty ones. */
  readonly nonEmpty: boolean;
  /** Whether `$` occurs. */
  readonly endAnchored: boolean;
  readonly groups: number;
}

const LINE_ENDS = { re2: String.raw`\n\r\x{85}\x{2028}\x{2029}`, js: String.raw`\n\r\u0085\u2028\u2029` };
const SPACES = String.raw`\t\n\x0B\f\r `;
const WIDE_SPACES = String.raw`\t \xA0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000`;

/** POSIX and Java classes, by their characters in ASCII. */
const CLASSES: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: String.raw`\x00-\x7F`,
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: String.raw`!-\/:-@\[-\x60\{-~`,
  Graph: "!-~",
  Print: " -~",
  Blank: String.raw` \t`,
  Cntrl: String.raw`\x00-\x1F\x7F`,
  XDigit: "0-9a-fA-F",
  Space: SPACES,
};

/** An escape's characters, for inside of a class. The negated letter is the complement. */
const ESCAPED_CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "a-zA-Z0-9_",
  s: SPACES,
  h: WIDE_SPACES,
  v: String.raw`\n\x0B\f\r\x85\u2028\u2029`,
};
const CONTROLS: Readonly<Record<string, string>> = { n: "\\n", r: "\\r", t: "\\t", f: "\\f", a: "\\x07", e: "\\x1B" };

interface Piece {
  readonly js: string;
  readonly re2: string | undefined;
  /** Fewest characters. */
  readonly min: number;
}

const cache = new Map<string, Translated>();
const CACHED = 256;

/** Throws INVALID_PARAMETER_VALUE.PATTERN for what Java refuses, too, and FIRECREST_UNSUPPORTED for what only Java takes. */
export function translateRegex(pattern: string, functionName: string): Translated {
  const known = cache.get(pattern);
  if (known) return known;
  const translated = new Translation(pattern, functionName).run();
  if (cache.size >= CACHED) cache.clear();
  cache.set(pattern, translated);
  return translated;
}

const compiled = new Map<string, RegExp>();

/** The pattern as a global JavaScript expression; `lastIndex` is the caller's to set. */
export function compileRegex(pattern: string, functionName: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const { js, jsFlags } = translateRegex(pattern, functionName);
  try {
    const regex = new RegExp(js, `g${jsFlags}`);
    if (compiled.size >= CACHED) compiled.clear();
    compiled.set(pattern, regex);
    return regex;
  } catch {
    throw invalidPattern(pattern, functionName);
  }
}

const invalidPattern = (pattern: string, functionName: string): ExecutionError =>
  new ExecutionError("INVALID_PARAMETER_VALUE.PATTERN", {
    parameter: "`regexp`",
    functionName: `\`${functionName}\``,
    value: `'${pattern}'`,
  });

class Translation {
  readonly #pattern: string;
  readonly #chars: readonly string[];
  readonly #functionName: string;
  #at = 0;
  #groups = 0;
  #flags = "";
  #endAnchored = false;

  constructor(pattern: string, functionName: string) {
    this.#pattern = pattern;
    this.#chars = [...pattern];
    this.#functionName = functionName;
  }

  run(): Translated {
    const flags = /^\(\?([a-zA-Z]+)\)/.exec(this.#pattern);
    if (flags) {
      if (/[^dimsuxU]/.test(flags[1]!)) throw this.#invalid();
      if (/[^ims]/.test(flags[1]!)) this.#refuse(`The flags ${flags[0]}`);
      this.#flags = flags[1]!;
      this.#at = [...flags[0]].length;
    }
    const piece = this.#alternation();
    if (this.#at < this.#chars.length) throw this.#invalid();
    const re2 = piece.re2 === undefined || this.#flags.includes("m") ? undefined : `${this.#flags ? `(?${this.#flags})` : ""}${piece.re2}`;
    return {
      js: piece.js,
      jsFlags: `v${[...new Set(this.#flags)].join("")}`,
      nonEmpty: piece.min > 0,
      endAnchored: this.#endAnchored,
      groups: this.#groups,
      ...(re2 === undefined ? {} : { re2 }),
    };
  }

  #alternation(): Piece {
    const branches = [this.#sequence()];
    while (this.#peek() === "|") {
      this.#at++;
      branches.push(this.#sequence());
    }
    return {
      js: branches.map((b) => b.js).join("|"),
      re2: branches.every((b) => b.re2 !== undefined) ? branches.map((b) => b.re2).join("|") : undefined,
      min: Math.min(...branches.map((b) => b.min)),
    };
  }

  #sequence(): Piece {
    let [js, re2, min]: [string, string | undefined, number] = ["", "", 0];
    for (let c = this.#peek(); c !== undefined && c !== "|" && c !== ")"; c = this.#peek()) {
      const piece = this.#quantified(this.#atom());
      js += piece.js;
      re2 = re2 === undefined || piece.re2 === undefined ? undefined : re2 + piece.re2;
      min += piece.min;
    }
    return { js, re2, min };
  }

  #quantified(atom: Piece): Piece {
    const rest = this.#chars.slice(this.#at, this.#at + 24).join("");
    const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(rest);
    if (!match) return atom;
    this.#at += match[0].length;
    const [quantifier, low] = match;
    if (this.#peek() === "+") return this.#possessive(atom, quantifier);
    const lazy = this.#peek() === "?" ? "?" : "";
    this.#at += lazy.length;
    const least = quantifier === "+" ? 1 : quantifier === "*" || quantifier === "?" ? 0 : Number(low);
    const small = Math.max(Number(low ?? 0), Number(match[3] || 0)) <= 1000;
    const re2 = atom.re2 === undefined || !small ? undefined : `${atom.re2}${quantifier}${lazy}`;
    return { js: `${atom.js}${quantifier}${lazy}`, re2, min: atom.min * least };
  }

  /** What matched stays matched: a look ahead is never tried again. Its group would be one too many where groups are asked for by number. */
  #possessive(atom: Piece, quantifier: string): Piece {
    if (this.#functionName !== "colRegex") this.#refuse(`The possessive quantifier ${quantifier}+`);
    const name = `possessive${this.#at++}`;
    return { js: `(?=(?<${name}>${atom.js}${quantifier}))\\k<${name}>`, re2: undefined, min: 0 };
  }

  #atom(): Piece {
    const c = this.#chars[this.#at++]!;
    const dotAll = this.#flags.includes("s");
    switch (c) {
      case "(":
        return this.#group();
      case "[":
        return this.#characterClass();
      case "\\":
        return this.#escape();
      case ".":
        return dotAll ? { js: "[\\s\\S]", re2: "(?s:.)", min: 1 } : { js: `[^${LINE_ENDS.js}]`, re2: `[^${LINE_ENDS.re2}]`, min: 1 };
      case "^":
        return { js: "^", re2: "^", min: 0 };
      case "$":
        this.#endAnchored = true;
        if (this.#flags.includes("m")) return { js: "$", re2: undefined, min: 0 };
        return { js: `(?=(?:\\r\\n|[${LINE_ENDS.js}])?(?![\\s\\S]))`, re2: `(?:\\r\\n|[${LINE_ENDS.re2}])?\\z`, min: 0 };
      case "*":
      case "+":
      case "?":
        throw this.#invalid();
      default:
        return this.#character(c);
    }
  }

  #character(c: string): Piece {
    const escaped = /[\^$\\.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c;
    return { js: escaped, re2: c === "/" ? "/" : escaped, min: 1 };
  }

  #group(): Piece {
    const rest = this.#chars.slice(this.#at, this.#at + 64).join("");
    const name = /^\?<([a-zA-Z][a-zA-Z0-9]*)>/.exec(rest);
    const opening = name?.[0] ?? /^\?(?:<?[=!]|>|[a-zA-Z-]*:?)/.exec(rest)?.[0] ?? "";
    this.#at += opening.length;
    if (opening === "?>") this.#refuse("An atomic group (?>...)");
    if (/^\?[a-zA-Z-]*$/.test(opening)) this.#refuse(`Flags (${opening}) in the middle of a pattern`);
    if (/[^?:ims-]/.test(opening) && !name && !/^\?<?[=!]$/.test(opening)) this.#refuse(`The flags (${opening}...)`);
    if (opening === "" || name) this.#groups++;
    const inner = this.#alternation();
    if (this.#chars[this.#at++] !== ")") throw this.#invalid();
    const around = /^\?<?[=!]$/.test(opening);
    const re2Opening = name ? `?P<${name[1]}>` : opening;
    return {
      js: `(${opening}${inner.js})`,
      re2: inner.re2 === undefined || around ? undefined : `(${re2Opening}${inner.re2})`,
      min: around ? 0 : inner.min,
    };
  }

  #escape(): Piece {
    const c = this.#chars[this.#at++];
    if (c === undefined) throw this.#invalid();
    if (c === "Q") return this.#quotation();
    if (/[1-9]/.test(c)) return { js: `\\${c}(?!\\d)`, re2: undefined, min: 0 };
    switch (c) {
      case "b":
      case "B":
        return { js: `\\${c}`, re2: `\\${c}`, min: 0 };
      case "A":
        return { js: "(?<![\\s\\S])", re2: "\\A", min: 0 };
      case "z":
        return { js: "(?![\\s\\S])", re2: "\\z", min: 0 };
      case "Z":
        return { js: `(?=(?:\\r\\n|[${LINE_ENDS.js}])?(?![\\s\\S]))`, re2: undefined, min: 0 };
      case "R":
        return { js: "(?:\\r\\n|[\\n\\x0B\\f\\r\\x85\\u2028\\u2029])", re2: undefined, min: 1 };
      case "k": {
        const name = /^<[a-zA-Z][a-zA-Z0-9]*>/.exec(this.#chars.slice(this.#at).join(""));
        if (!name) throw this.#invalid();
        this.#at += name[0].length;
        return { js: `\\k${name[0]}`, re2: undefined, min: 0 };
      }
      default: {
        const { js, re2, isClass } = this.#escaped(c);
        return isClass ? { js: `[${js}]`, re2: re2 === undefined ? undefined : `[${re2}]`, min: 1 } : { js, re2, min: 1 };
      }
    }
  }

  /** What an escape means inside and outside of a class; `isClass` where it stands for several characters. */
  #escaped(c: string): { readonly js: string; readonly re2: string | undefined; readonly isClass: boolean } {
    const set = ESCAPED_CLASSES[c.toLowerCase()];
    if (set !== undefined && c === c.toLowerCase()) return { js: set, re2: re2Set(set), isClass: true };
    if (set !== undefined) return { js: `[^${set}]`, re2: c === "D" || c === "W" ? `\\${c}` : undefined, isClass: true };
    if (c === "p" || c === "P") return this.#property(c === "P");
    const control = CONTROLS[c];
    if (control) return { js: control, re2: control, isClass: false };
    if (c === "x" || c === "u" || c === "0") return this.#codePoint(c);
    if (/[a-zA-Z0-9]/.test(c)) throw this.#invalid();
    const piece = this.#character(c);
    return { ...piece, isClass: false };
  }

  #codePoint(c: string): { readonly js: string; readonly re2: string; readonly isClass: boolean } {
    const rest = this.#chars.slice(this.#at, this.#at + 12).join("");
    const match = (
      c === "x" ? /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/ : c === "u" ? /^()([0-9a-fA-F]{4})/ : /^()([0-3]?[0-7]{1,2})/
    ).exec(rest);
    if (!match) throw this.#invalid();
    this.#at += match[0].length;
    const code = Number.parseInt(match[1] || match[2]!, c === "0" ? 8 : 16).toString(16);
    return { js: `\\u{${code}}`, re2: `\\x{${code}}`, isClass: false };
  }

  #property(negated: boolean): { readonly js: string; readonly re2: string | undefined; readonly isClass: boolean } {
    const match = /^(?:\{(\w+)\}|([A-Z]))/.exec(this.#chars.slice(this.#at, this.#at + 40).join(""));
    if (!match) throw this.#invalid();
    this.#at += match[0].length;
    const name = match[1] ?? match[2]!;
    const set = CLASSES[name];
    if (set !== undefined) return { js: negated ? `[^${set}]` : set, re2: negated ? undefined : re2Set(set), isClass: true };
    const property = name.replace(/^Is/, "");
    const letter = negated ? "P" : "p";
    const category = /^(?:[LMNPSZC][a-z]?)$/.test(property);
    return {
      js: `\\${letter}{${category ? property : `Script=${property}`}}`,
      re2: category ? `\\${letter}{${property}}` : undefined,
      isClass: true,
    };
  }

  #quotation(): Piece {
    const rest = this.#chars.slice(this.#at).join("");
    const end = rest.indexOf("\\E");
    const quoted = end < 0 ? rest : rest.slice(0, end);
    this.#at += [...quoted].length + (end < 0 ? 0 : 2);
    const pieces = [...quoted].map((c) => this.#character(c));
    const text = pieces.map((p) => p.js).join("");
    return { js: `(?:${text})`, re2: `(?:${pieces.map((p) => p.re2).join("")})`, min: pieces.length };
  }

  /** With unions and intersections of nested classes, which JavaScript's `v` flag has, too; it wants each operand in brackets. */
  #characterClass(): Piece {
    const negated = this.#peek() === "^" ? "^" : "";
    this.#at += negated.length;
    const operands = [""];
    let re2: string | undefined = `[${negated}`;
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      const c = this.#chars[this.#at++];
      if (c === undefined) throw this.#invalid();
      if (c === "&" && this.#peek() === "&") {
        this.#at++;
        operands.push("");
        re2 = undefined;
        continue;
      }
      const member = this.#classMember(c, operands.at(-1) === "");
      operands[operands.length - 1] += member.js;
      re2 = re2 === undefined || member.re2 === undefined ? undefined : re2 + member.re2;
    }
    this.#at++;
    const js = operands.length === 1 ? operands[0]! : operands.map((operand) => `[${operand}]`).join("&&");
    return { js: `[${negated}${js}]`, re2: re2 === undefined ? undefined : `${re2}]`, min: 1 };
  }

  #classMember(c: string, first: boolean): { readonly js: string; readonly re2: string | undefined } {
    if (c === "[") return { js: this.#characterClass().js, re2: undefined };
    if (c === "\\") {
      const next = this.#chars[this.#at++];
      if (next === undefined || next === "Q") this.#refuse("\\Q in a character class");
      const escaped = this.#escaped(next);
      if (escaped.isClass || /[a-zA-Z0-9]/.test(next)) return escaped;
      return { js: `\\${next}`, re2: /[\]\-^[\\]/.test(next) ? `\\${next}` : escaped.re2 };
    }
    if (c === "-" && !first && this.#peek() !== "]") return { js: "-", re2: "-" };
    return { js: /[()[\]{}/\-|&!#%,:;<=>@`~]/.test(c) ? `\\${c}` : c, re2: /[\]-]/.test(c) ? `\\${c}` : c };
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #invalid(): ExecutionError {
    return invalidPattern(this.#pattern, this.#functionName);
  }

  #refuse(feature: string): never {
    throw new ExecutionError("FIRECREST_UNSUPPORTED", {
      feature: `${feature} in the regular expression '${this.#pattern}'`,
      advice: "Write it without.",
    });
  }
}

const re2Set = (set: string): string => set.replace(/\\u([0-9A-F]{4})/g, "\\x{$1}");
