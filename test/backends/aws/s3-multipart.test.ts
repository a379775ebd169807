import { expect, it } from "vitest";
import { partsOf } from "../../../lib/backends/aws/s3-multipart.ts";

const MIB = 2 ** 20;

it("makes one part of an empty file", () => {
  expect(partsOf(0)).toEqual([{ start: 0, end: 0 }]);
});

it.each([1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 80_000 * MIB, 80_000 * MIB + 1, 5 * MIB ** 2])(
  "cuts %d bytes into at most 10,000 parts, all but the last alike and of 8 MiB at least",
  (size) => {
    const parts = partsOf(size);
    expect(parts.length).toBeLessThanOrEqual(10_000);
    expect(parts[0]!.start).toBe(0);
    expect(parts.at(-1)!.end).toBe(size);
    const sizes = parts.map(({ start, end }) => end - start);
    const partBytes = sizes[0]!;
    if (parts.length > 1) expect(partBytes).toBeGreaterThanOrEqual(8 * MIB);
    expect(sizes.slice(0, -1).every((bytes) => bytes === partBytes)).toBe(true);
    expect(sizes.at(-1)).toBeGreaterThan(0);
    expect(parts.slice(1).every(({ start }, i) => start === parts[i]!.end)).toBe(true);
  },
);
