import type { Collation } from "../types/collation.ts";
import { bcp47 } from "./collation-key.ts";

/** Where a part stands in a text, in code points: from `start` to before `end`. */
interface Match {
  readonly start: number;
  readonly end: number;
}

/** Whether two texts are equal in a collation. */
type Equal = (a: string, b: string) => boolean;

const equals = new Map<string, Equal>();

/** The comparison of a collation, blanks at the end aside. */
function equalOf(collation: Collation): Equal {
  const known = equals.get(collation.name);
  if (known) return known;
  const equal = makeEqual(collation);
  equals.set(collation.name, equal);
  return equal;
}

function makeEqual({ locale, caseInsensitive, accentInsensitive }: Collation): Equal {
  if (locale === undefined) return caseInsensitive ? (a, b) => lowerEach(a) === lowerEach(b) : (a, b) => a === b;
  const sensitivity = accentInsensitive ? (caseInsensitive ? "base" : "case") : caseInsensitive ? "accent" : "variant";
  const collator = new Intl.Collator(locale === "UNICODE" ? "und" : bcp47(locale), { sensitivity });
  return (a, b) => collator.compare(a, b) === 0;
}

/** Each character in lower case, whatever stands beside it. Source: Spark's CollationAwareUTF8String.lowerCaseCodePoints. */
export function lowerEach(text: string): string {
  let result = "";
  for (const c of text) result += c === "ς" ? "σ" : c.toLowerCase();
  return result;
}

/** Characters; the lower case of \u0130 is one, though it is of two. */
const UNITS = /i\u0307|./gsu;
const MARK = /^\p{M}/u;
/** No text of a collation's equals one of more than so many times its characters. */
const MOST_EXPANSION = 3;

/** Texts that are searched and changed by the equality of a collation. */
export class CollatedText {
  readonly #chars: readonly string[];
  readonly #collation: Collation;
  readonly #equal: Equal;

  constructor(text: string, collation: Collation) {
    this.#chars = [...text];
    this.#collation = collation;
    this.#equal = equalOf(collation);
  }

  get length(): number {
    return this.#chars.length;
  }

  /** The first place from `from` on. */
  find(part: string, from = 0): Match | undefined {
    const length = [...part].length;
    for (let start = Math.max(0, from); start <= this.#chars.length; start++) {
      const end = this.#endOfMatch(part, length, start);
      if (end !== undefined) return { start, end };
    }
    return undefined;
  }

  #endOfMatch(part: string, length: number, start: number): number | undefined {
    if (length === 0) return start;
    if (this.#collation.locale === undefined && !this.#collation.caseInsensitive) {
      return this.slice(start, start + length) === part ? start + length : undefined;
    }
    if (this.#isMark(start)) return undefined;
    const most = Math.min(this.#chars.length, start + length * MOST_EXPANSION);
    for (let end = Math.min(start + 1, most); end <= most; end++) {
      if (!this.#isMark(end) && this.#equal(this.slice(start, end), part)) return end;
    }
    return undefined;
  }

  /** Marks belong to the character before them. */
  #isMark(at: number): boolean {
    const c = this.#chars[at];
    return c !== undefined && this.#collation.locale !== undefined && MARK.test(c);
  }

  startsWith(part: string): boolean {
    return this.#endOfMatch(part, [...part].length, 0) !== undefined;
  }

  endsWith(part: string): boolean {
    const length = [...part].length;
    const least = Math.max(0, this.#chars.length - length * MOST_EXPANSION);
    for (let start = this.#chars.length; start >= least; start--) {
      if (!this.#isMark(start) && this.#equal(this.slice(start), part)) return true;
    }
    return false;
  }

  slice(start: number, end?: number): string {
    return this.#chars.slice(start, end).join("");
  }

  /** All places, none over another. */
  *matches(part: string): Generator<Match> {
    for (let match = this.find(part); match; match = this.find(part, match.end)) {
      yield match;
      if (match.end === match.start) return;
    }
  }

  replaced(part: string, by: string): string {
    if (part === "") return this.slice(0);
    return this.parts(part).join(by);
  }

  parts(delimiter: string): string[] {
    const parts: string[] = [];
    let from = 0;
    for (const { start, end } of this.matches(delimiter)) {
      parts.push(this.slice(from, start));
      from = end;
    }
    return [...parts, this.slice(from)];
  }

  /** Before the n-th delimiter, or behind the n-th from the end. */
  upTo(delimiter: string, count: number): string {
    if (delimiter === "" || count === 0) return "";
    const matches = [...this.matches(delimiter)];
    const match = count > 0 ? matches[count - 1] : matches.at(count);
    if (!match) return this.slice(0);
    return count > 0 ? this.slice(0, match.start) : this.slice(match.end);
  }

  translated(from: string, to: string): string {
    const [keys, values] = [[...from], [...to]];
    return this.#chars
      .map((c) => {
        const at = keys.findIndex((key) => this.#equal(c, key));
        return at < 0 ? c : (values[at] ?? "");
      })
      .join("");
  }

  trimmed(characters: string, side: "both" | "left" | "right"): string {
    const set = [...characters];
    const isListed = (c: string) => set.some((key) => this.#equal(c, key));
    const isCut = (unit: string | undefined) => unit !== undefined && (isListed(unit) || [...unit].every(isListed));
    const text = this.slice(0);
    // Blanks that do not count stay where they are.
    const blanks = this.#collation.trims && !set.includes(" ") ? / *$/.exec(text)![0] : "";
    const units: readonly string[] = text.slice(0, text.length - blanks.length).match(UNITS) ?? [];
    let [start, end] = [0, units.length];
    if (side !== "right") while (start < end && isCut(units[start])) start++;
    if (side !== "left") while (end > start && isCut(units[end - 1])) end--;
    return units.slice(start, end).join("") + blanks;
  }

  /** The place, from 1, in a list divided by commas. */
  static placeIn(list: string, word: string, collation: Collation): number {
    if (word.includes(",")) return 0;
    const equal = equalOf(collation);
    return list.split(",").findIndex((item) => equal(item, word)) + 1;
  }
}
