import { expect, test } from "vitest";
import { col, udf } from "../../lib/dataframe/functions.ts";
import { forcedExchanges, openSession } from "../support/sessions.ts";

const spark = await openSession(forcedExchanges);

/** Row 0 at once, the other three seconds later. */
const waits = udf((id: bigint) => {
  const end = Date.now() + (id === 0n ? 0 : 3_000);
  while (Date.now() < end);
  return id;
}, "long");

test("the first partition's rows come before the last partition's task has ended", async () => {
  const seen: { id: unknown; at: number }[] = [];
  for await (const { id } of spark.range(0, 2, 1, 2).select(waits(col("id")).alias("id"))) seen.push({ id, at: Date.now() });
  expect(seen.map(({ id }) => id)).toEqual([0n, 1n]);
  expect(seen[1]!.at - seen[0]!.at).toBeGreaterThan(1_000);
});

test("leaving the loop early cancels the job and leaves the session usable", async () => {
  for await (const _ of spark.range(0, 2, 1, 2).select(waits(col("id")).alias("id"))) break;
  expect(await spark.range(3).count()).toBe(3);
});
