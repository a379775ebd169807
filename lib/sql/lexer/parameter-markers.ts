import { isReserved, keywords } from "../../engine/keywords.ts";
import { tokenize } from "./lexer.ts";
import type { Token } from "./token.ts";

/** `:name` by its name, `?` by how many stand before it. */
export type MarkerKey = string | number;
export interface ParameterMarker {
  readonly key: MarkerKey;
  readonly start: number;
  readonly end: number;
}

/**
 * The parameter markers of a text. A `:` behind what may be a value reads a field of it (`payload:id`), and behind a word that may be
 * either, only a name that has a value (`known`) is a parameter.
 */
export function parameterMarkers(text: string, known: ReadonlySet<MarkerKey> = new Set()): readonly ParameterMarker[] {
  if (!/[?:]/.test(text)) return [];
  const { tokens } = tokenize(text);
  const markers: ParameterMarker[] = [];
  let positional = 0;
  for (const [i, { word, start, end }] of tokens.entries()) {
    if (word === "?") markers.push({ key: positional++, start, end });
    const name = tokens[i + 1];
    if (word !== ":" || name?.kind !== "word") continue;
    const place = placeBehind(tokens[i - 1]);
    if (place === "marker" || (place === "either" && known.has(name.text))) markers.push({ key: name.text, start, end: name.end });
  }
  return markers;
}

function placeBehind(before: Token | undefined): "marker" | "field" | "either" {
  if (before === undefined) return "marker";
  if (before.kind === "symbol") return before.word === ")" || before.word === "]" || before.word === "?" ? "field" : "marker";
  if (before.kind === "string" || before.kind === "doubleQuoted") return "either";
  if (before.kind !== "word" || !keywords.has(before.word)) return "field";
  return isReserved(before.word) ? "marker" : "either";
}

/** A text with values in the places of markers. */
export interface ReplacedText {
  readonly text: string;
  /** Where an offset in it stands in the text with the markers: at a marker's beginning or end where it is that of a value. */
  original(offset: number): number;
}

/** The text with other texts in the places of markers; markers without one stay. Source: Spark's SubstituteParamsParser, PositionMapper. */
export function replaceMarkers(text: string, markers: readonly ParameterMarker[], texts: ReadonlyMap<MarkerKey, string>): ReplacedText {
  const values: { readonly from: number; readonly to: number; readonly marker: ParameterMarker }[] = [];
  let replaced = "";
  let at = 0;
  for (const marker of markers) {
    const value = texts.get(marker.key);
    if (value === undefined) continue;
    const before = text.slice(at, marker.start);
    replaced += before + (/['"-]$/.test(before) ? " " : "");
    values.push({ from: replaced.length, to: replaced.length + value.length, marker });
    replaced += value;
    at = marker.end;
  }
  const original = (offset: number): number => {
    const last = values.findLast(({ from }) => from <= offset);
    if (!last) return offset;
    return offset < last.to ? last.marker.start : last.marker.end + offset - last.to;
  };
  return { text: replaced + text.slice(at), original };
}
