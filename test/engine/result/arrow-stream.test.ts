import { describe, expect, it } from "vitest";
import { functions as F } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

describe("rows that are read as their statement runs", () => {
  it("end in the statement's error, even where many rows come before it", async () => {
    const spark = await openSession();
    const rows = spark
      .range(0, 1_000_000, 1, 1)
      .select(F.when(F.col("id").gt(900_000), F.raise_error(F.lit("late"))).otherwise(F.col("id")));
    await expect(rows.collect()).rejects.toMatchObject({ condition: "USER_RAISED_EXCEPTION" });
  });
});
