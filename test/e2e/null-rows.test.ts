import { expect, test } from "vitest";
import { openSession } from "../support/sessions.ts";

const spark = await openSession();

test("NULLs stand in the rows that they belong to, in every chunk and at its edges", async () => {
  const rows = (await (await spark.sql("SELECT id, if(id % 7 = 0 OR id > 4990, NULL, id) n FROM range(5003)")).collect()) as {
    id: bigint;
    n: bigint | null;
  }[];
  expect(rows.filter(({ id, n }) => n !== (id % 7n === 0n || id > 4990n ? null : id))).toEqual([]);
  expect(rows.length).toBe(5003);
});
