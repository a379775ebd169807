import { expect, test } from "vitest";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { type CommitRun, commit } from "../../support/commit.ts";
import type { Death } from "../../support/mortal.ts";

const run = (death?: Death): Promise<CommitRun> => commit(new MemoryStore(), "memory://test", death);

test("a coordinator that dies between any two steps of a commit leaves no folder that looks whole and is not, and the next one ends it", async () => {
  const { calls } = await run();
  expect(calls).toBeGreaterThan(10);
  const seen = new Set<string>();
  for (let call = 1; call <= calls; call++)
    for (const effect of ["before", "after"] as const) {
      const { atDeath, atEnd, openUploads } = await run({ call, effect });
      expect(atDeath, `call ${call}, ${effect}`).toBeDefined();
      const marked = atDeath!.includes("_SUCCESS");
      const old = atDeath!.filter((name) => name.startsWith("old-")).length;
      const parts = atDeath!.filter((name) => name.startsWith("part-")).length;
      // A marked folder is the old one or the new one; in between it is not marked.
      expect(marked ? [`${old} old, ${parts} new`] : [], `call ${call}, ${effect}`).toEqual(
        marked ? [expect.stringMatching(/^(2 old, 0 new|0 old, 2 new)$/)] : [],
      );
      seen.add(`${marked ? "marked" : "not marked"}, ${old} old, ${parts} new`);
      expect(
        atEnd.map((name) => name.replace(/-job-\d+$/, "")),
        `call ${call}, ${effect}`,
      ).toEqual(["_SUCCESS", "part-0", "part-1"]);
      expect(openUploads, `call ${call}, ${effect}`).toBe(0);
    }
  // Every step was died at.
  expect([...seen].sort()).toEqual([
    "marked, 0 old, 2 new",
    "marked, 2 old, 0 new",
    "not marked, 0 old, 2 new",
    "not marked, 2 old, 0 new",
    "not marked, 2 old, 1 new",
    "not marked, 2 old, 2 new",
  ]);
});
