import { hideLineEnds } from "../lines/marks.ts";
import type { JsonOptions } from "./options.ts";

/** Whether files must be rewritten before lines are records. */
export const needsRewrite = ({ multiLine, lineEnd, encoding }: JsonOptions): boolean =>
  multiLine || lineEnd !== undefined || encoding !== "utf-8";

/** A file with one object a line: with multiLine a file is one value, and the elements of an array are records each. */
export function rewriteJson(content: Uint8Array, options: JsonOptions): string {
  return jsonRecords(new TextDecoder(options.encoding).decode(content), options)
    .map((record) => `${hideLineEnds(record)}\n`)
    .join("");
}

export function jsonRecords(text: string, { multiLine, lineEnd }: JsonOptions): string[] {
  if (!multiLine) return lineEnd === undefined ? text.split(/\r\n|\n|\r/) : text.split(lineEnd);
  const whole = text.trim();
  return whole.startsWith("[") ? elementsOf(whole) : [whole];
}

/** The texts of an array's elements; the whole text where brackets do not match, for the reader to call malformed. */
function elementsOf(array: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = 1;
  for (let i = 0; i < array.length; i++) {
    const c = array[i]!;
    if (c === '"') {
      for (i++; i < array.length && array[i] !== '"'; i++) if (array[i] === "\\") i++;
    } else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth--;
    if (depth === 0 && c === "]") {
      if (array.slice(i + 1).trim() !== "") return [array];
      const last = array.slice(start, i).trim();
      return last === "" && elements.length === 0 ? [] : [...elements, last];
    }
    if (depth === 1 && c === ",") {
      elements.push(array.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [array];
}
