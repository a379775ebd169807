import type { Range } from "./plan.ts";

/** How many numbers a range has. */
export function rangeLength({ start, end, step }: Pick<Range, "start" | "end" | "step">): bigint {
  const distance = step > 0n ? end - start : start - end;
  const stride = step > 0n ? step : -step;
  return distance <= 0n ? 0n : (distance + stride - 1n) / stride;
}
