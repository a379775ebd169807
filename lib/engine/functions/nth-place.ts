import { ExecutionError } from "../errors.ts";

/**
 * instr with a start and an occurrence, Spark's since 4.3: the place of a part's n-th time, counted from 1, or 0. A negative start counts from
 * the end, and the search goes back from there. `find` gives the first place from one on, both counted from 0, in code points.
 */
export function nthPlaceBy(
  find: (from: number) => number | undefined,
  length: number,
  isEmpty: boolean,
  start: number,
  occurrence: number,
): number {
  if (occurrence <= 0) throw invalidOccurrence(occurrence);
  if (start === 0) return 0;
  if (isEmpty) return 1;
  const places: number[] = [];
  const last = start < 0 ? length + start : length;
  for (let at = find(Math.max(start - 1, 0)); at !== undefined && at <= last; at = find(at + 1)) {
    places.push(at + 1);
    if (start > 0 && places.length === occurrence) break;
  }
  return (start > 0 ? places[occurrence - 1] : places.at(-occurrence)) ?? 0;
}

const invalidOccurrence = (occurrence: number): ExecutionError =>
  new ExecutionError("INVALID_PARAMETER_VALUE.OCCURRENCE", {
    parameter: "`occurrence`",
    functionName: "`instr`",
    actual: String(occurrence),
  });

export function nthPlace([text, part, start, occurrence]: readonly unknown[]): number {
  const [points, wanted] = [[...(text as string)], [...(part as string)]];
  const find = (from: number) => {
    for (let at = from; at + wanted.length <= points.length; at++) if (wanted.every((point, i) => points[at + i] === point)) return at;
    return undefined;
  };
  return nthPlaceBy(find, points.length, wanted.length === 0, start as number, occurrence as number);
}
