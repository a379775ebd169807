import { describe, expect, it } from "vitest";
import { openSession } from "../../support/sessions.ts";

const spark = await openSession();

describe("a timestamp made in a zone that each row names", () => {
  const made = async (...zones: readonly string[]) => {
    const list = zones.map((zone) => `'${zone}'`).join(", ");
    const zone = `element_at(array(${list}), CAST(id + 1 AS INT))`;
    const rows = await (
      await spark.sql(`SELECT CAST(make_timestamp(2020, 7, 1, 12, 0, 0, ${zone}) AS STRING) AS t FROM range(${zones.length})`)
    ).collect();
    return rows.map((row) => String((row as { t: string }).t).slice(5, 16));
  };

  it("is that of a region, of one of Java's short ids or of an offset", async () => {
    expect(await made("America/Los_Angeles", "PST", "Asia/Tokyo", "UTC")).toEqual([
      "07-01 19:00",
      "07-01 19:00",
      "07-01 03:00",
      "07-01 12:00",
    ]);
    expect(await made("+05:30", "-8", "UTC+1", "EST", "Z")).toEqual([
      "07-01 06:30",
      "07-01 20:00",
      "07-01 11:00",
      "07-01 17:00",
      "07-01 12:00",
    ]);
  });

  it("is an error where there is no such zone", async () => {
    await expect(made("UTC", "Nope")).rejects.toMatchObject({ condition: "INVALID_TIMEZONE", messageParameters: { timeZone: "Nope" } });
  });
});
