import type { Answer } from "./answer.ts";
import { type GoldenFile, type GoldenRecord, isScored } from "./corpus.ts";
import { judge, type Strictness, type Verdict } from "./judge.ts";

/** A record, what was answered, and what that is worth. */
export interface Outcome extends Verdict {
  readonly file: string;
  readonly area: string;
  readonly record: GoldenRecord;
  readonly answer: Answer;
}

export const outcomesOf = (file: GoldenFile, answers: readonly Answer[], strictness: Strictness): readonly Outcome[] =>
  file.records.flatMap((record, i) =>
    isScored(record)
      ? [{ file: file.header.file, area: file.header.area, record, answer: answers[i]!, ...judge(record, answers[i]!, strictness) }]
      : [],
  );

/** What a failure has in common with others. */
export function groupOf({ record, answer, why }: Outcome): string {
  switch (answer.kind) {
    case "none":
      return `no answer: ${answer.reason.split("\n")[0]}`;
    case "error": {
      const { condition, messageParameters } = answer.error;
      const wanted = record.kind === "error" ? `${record.error?.errorClass} wanted` : record.kind;
      const detail =
        messageParameters.feature ??
        messageParameters.routineName ??
        (condition === "INTERNAL_ERROR" ? messageParameters.message : undefined);
      return `${wanted}: ${condition}${detail ? ` ${shortened(detail)}` : ""}`;
    }
    case "rows":
      return why === "schema"
        ? schemaGroup(record.schema ?? "", answer.schema)
        : why === "error-not-raised"
          ? `error not raised: ${record.error?.errorClass}`
          : `${record.kind}: ${why}`;
  }
}

/** Numbers and quoted text differ from one failure to the next of the same kind. */
const shortened = (text: string): string => text.split("\n")[0]!.replace(/\d+/g, "0").slice(0, 100);

function schemaGroup(want: string, got: string): string {
  const [wanted, given] = [fieldsOf(want), fieldsOf(got)];
  if (wanted.length !== given.length) return "schema: another number of columns";
  const [names, types] = [wanted.some(([name], i) => name !== given[i]![0]), wanted.some(([, type], i) => type !== given[i]![1])];
  if (!types) return "schema: names differ";
  const first = wanted.findIndex(([, type], i) => type !== given[i]![1]);
  return `schema: ${names ? "names and types" : "types"} differ, as in ${wanted[first]![1]} -> ${given[first]![1]}`;
}

/** Names and types of `struct<...>`; names may hold anything, so a field is cut at its last colon outside of brackets. */
function fieldsOf(schema: string): readonly (readonly [name: string, type: string])[] {
  const inner = schema.slice("struct<".length, -1);
  if (inner === "") return [];
  const fields: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < inner.length; i++) {
    if ("<([".includes(inner[i]!)) depth++;
    else if (">)]".includes(inner[i]!)) depth--;
    else if (inner[i] === "," && depth === 0) {
      fields.push(inner.slice(start, i));
      start = i + 1;
    }
  }
  fields.push(inner.slice(start));
  return fields.map((field) => {
    const colon = typeColon(field);
    return [field.slice(0, colon), field.slice(colon + 1)];
  });
}

function typeColon(field: string): number {
  let depth = 0;
  for (let i = field.length - 1; i > 0; i--) {
    if (">)".includes(field[i]!)) depth++;
    else if ("<(".includes(field[i]!)) depth--;
    else if (field[i] === ":" && depth === 0) return i;
  }
  return field.length;
}
