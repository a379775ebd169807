import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { functionReference } from "../../../lib/engine/functions/reference.ts";

const committed = readFileSync(new URL("../../../docs/functions.md", import.meta.url), "utf8");

it("the reference is the registry's: `node scripts/write-function-docs.mjs` writes it", () => {
  expect(committed).toBe(functionReference());
});

it("shows what may be left out, what repeats, and keys where they stand", () => {
  expect(committed).toContain("`percentile_cont(double or array<double>)`");
  expect(committed).toContain("`concat_ws(");
  expect(committed).toMatch(/`hll_sketch_agg\(int or bigint or string or binary, \[int\]\)` .* distributes/);
});
