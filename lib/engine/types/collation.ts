import { AnalysisError } from "../errors.ts";
import { LOCALES } from "./collation-locales.ts";
import type { DataType, StringType } from "./data-type.ts";

/**
 * A collation of Spark's: which texts are equal, and their order. `locale` is absent for those that compare bytes;
 * of a locale's, `UNICODE` is the root. Source: Spark's CollationFactory.
 */
export interface Collation {
  /** As Spark spells it: `sr_Cyrl_SRB_CI_AI_RTRIM`. */
  readonly name: string;
  readonly locale?: string;
  readonly caseInsensitive: boolean;
  readonly accentInsensitive: boolean;
  /** Blanks at the end do not count. */
  readonly trims: boolean;
}

/** What the type of a text is called whose collation nothing decides. */
export const INDETERMINATE = "null";

const byUpperName = new Map(LOCALES.map((locale) => [locale.toUpperCase(), locale]));
const known = new Map<string, Collation>();

/** The collation of a name in any case, its endings in any order, with `system.builtin` before it or not. Throws COLLATION_INVALID_NAME. */
export function collationNamed(text: string): Collation {
  const found = known.get(text);
  if (found) return found;
  const collation = parse(text.replace(/^system\.builtin\./i, ""));
  known.set(text, collation);
  return collation;
}

function parse(text: string): Collation {
  const upper = text.toUpperCase();
  const bytes = /^UTF8_(BINARY|LCASE)(_RTRIM)?$/.exec(upper);
  if (bytes) return { name: upper, caseInsensitive: bytes[1] === "LCASE", accentInsensitive: false, trims: bytes[2] !== undefined };
  const parts = upper.split("_");
  const first = parts.findIndex((part, i) => i > 0 && ENDINGS.has(part));
  const locale = byUpperName.get((first < 0 ? parts : parts.slice(0, first)).join("_"));
  const endings = first < 0 ? [] : parts.slice(first);
  const one = (...names: readonly string[]) => endings.filter((ending) => names.includes(ending)).length <= 1;
  if (locale === undefined || !endings.every((e) => ENDINGS.has(e)) || !one("CI", "CS") || !one("AI", "AS") || !one("RTRIM")) {
    throw new AnalysisError("COLLATION_INVALID_NAME", { collationName: text, proposals: proposalsFor(upper, endings) });
  }
  const [caseInsensitive, accentInsensitive, trims] = ["CI", "AI", "RTRIM"].map((ending) => endings.includes(ending)) as [
    boolean,
    boolean,
    boolean,
  ];
  const name = `${locale}${caseInsensitive ? "_CI" : ""}${accentInsensitive ? "_AI" : ""}${trims ? "_RTRIM" : ""}`;
  return { name, locale, caseInsensitive, accentInsensitive, trims };
}

const ENDINGS: ReadonlySet<string> = new Set(["CI", "CS", "AI", "AS", "RTRIM"]);

/** The nearest names, as Spark proposes them: those of one locale with the endings that were right. */
function proposalsFor(upper: string, endings: readonly string[]): string {
  const base = upper
    .split("_")
    .filter((part) => !ENDINGS.has(part))
    .join("_");
  const distances = [...byUpperName].map(([name, locale]) => ({ locale, distance: editDistance(base, name) }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  const nearest = distances.find(({ distance }) => distance === least)!.locale;
  const kept = ["CI", "AI", "RTRIM"].filter((ending) => endings.includes(ending)).map((ending) => `_${ending}`);
  return nearest + kept.join("");
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}

/** The type of texts of a collation, which its name names in any way. */
export function collatedType(name: string): StringType {
  const collation = collationNamed(name).name;
  return Object.freeze(collation === "UTF8_BINARY" ? { kind: "string" } : { kind: "string", collation });
}

/** Whether a type is or holds a text that has another order than that of its bytes. */
export function holdsCollation(type: DataType): boolean {
  switch (type.kind) {
    case "string":
      return type.collation !== undefined;
    case "array":
      return holdsCollation(type.elementType);
    case "map":
      return holdsCollation(type.keyType) || holdsCollation(type.valueType);
    case "struct":
      return type.fields.some((field) => holdsCollation(field.dataType));
    default:
      return false;
  }
}

/** Of a locale, with accents that do not count and a case that does: none that search in texts take it. */
export const isOnlyAccentInsensitive = ({ accentInsensitive, caseInsensitive }: Collation): boolean =>
  accentInsensitive && !caseInsensitive;

/** Names of all collations, as SHOW COLLATIONS lists them. */
export const allCollations = (): readonly Collation[] =>
  ["UTF8_BINARY", "UTF8_LCASE"]
    .flatMap((name) => [name, `${name}_RTRIM`])
    .concat(
      LOCALES.flatMap((locale) => ["", "_AI", "_CI", "_CI_AI"].flatMap((ending) => [`${locale}${ending}`, `${locale}${ending}_RTRIM`])),
    )
    .map(collationNamed);
