import { AnalysisError } from "../errors.ts";

const UNIT_MICROS: Readonly<Record<string, bigint>> = {
  week: 604_800_000_000n,
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1_000n,
  microsecond: 1n,
};

/** Microseconds of a text such as `1 hour 30 minutes`; months have no fixed length. */
export function durationMicros(text: string): bigint {
  const body = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, "");
  const parts = [...body.matchAll(/\s*([+-]?\d+)\s*([a-z]+?)s?(?=\s|$)/gy)];
  const read = parts.map((part) => part[0]).join("");
  const units = parts.map(([, n, unit]) => ({ count: BigInt(n!), micros: UNIT_MICROS[unit!] }));
  if (parts.length === 0 || read.length !== body.length || units.some((u) => u.micros === undefined)) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The window duration '${text}'`,
      advice: "Write weeks to microseconds, as in '1 hour 30 minutes'.",
    });
  }
  return units.reduce((sum, { count, micros }) => sum + count * micros!, 0n);
}
