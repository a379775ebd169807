import { beforeAll, describe, expect, test } from "vitest";
import type { SparkSession } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

const ROWS = `VALUES ('a', TIMESTAMP'2021-01-01 00:00:00'), ('a', TIMESTAMP'2021-01-01 00:04:30'), ('a', TIMESTAMP'2021-01-01 00:10:00'),
  ('b', TIMESTAMP'2021-01-01 00:01:00'), ('b', NULL) AS t(a, b)`;

describe.each([
  ["one task", {}],
  ["many tasks", { "spark.sql.shuffle.partitions": "3", "spark.executor.instances": "2" }],
])("in %s", (_, settings) => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await openSession({ "spark.executor.instances": "1", "spark.sql.session.timeZone": "UTC", ...settings });
  }, 60_000);

  const rows = async (sql: string) =>
    (await (await spark.sql(sql)).collect()).map((row) => Object.values(row as object).map((value) => String(value)));

  test("times within a gap of each other are one session of their group", async () => {
    const sql = `SELECT a, date_format(session_window.start, 'mm:ss') s, date_format(session_window.end, 'mm:ss') e, count(*) AS n
      FROM ${ROWS} GROUP BY a, session_window(b, '5 minutes') ORDER BY a, s`;
    expect(await rows(sql)).toEqual([
      ["a", "00:00", "09:30", "2"],
      ["a", "10:00", "15:00", "1"],
      ["b", "01:00", "06:00", "1"],
    ]);
  });

  test("the gap may be another one for each row, and without other groups all rows are one", async () => {
    const sql = `SELECT date_format(session_window.start, 'mm:ss') s, date_format(session_window.end, 'mm:ss') e, count(*) AS n
      FROM ${ROWS} GROUP BY session_window(b, CASE a WHEN 'a' THEN '30 seconds' ELSE '1 hour' END) ORDER BY s`;
    expect(await rows(sql)).toEqual([
      ["00:00", "00:30", "1"],
      ["01:00", "01:00", "3"],
    ]);
  });

  test("rows of no gap are left out, and a projection does not merge", async () => {
    expect(await rows(`SELECT session_window(b, '-1 minute') FROM ${ROWS}`)).toEqual([]);
    expect((await (await spark.sql(`SELECT session_window(b, '5 minutes') FROM ${ROWS}`)).collect()).length).toBe(4);
    expect(await (await spark.sql(`SELECT session_window(b, '5 minutes') FROM ${ROWS}`)).columns()).toEqual(["session_window"]);
  });

  test("what groups by a window can name it", async () => {
    const sql = `SELECT date_format(window.start, 'mm:ss') s, count(*) AS n FROM ${ROWS} GROUP BY window(b, '5 minutes') ORDER BY s`;
    expect(await rows(sql)).toEqual([
      ["00:00", "3"],
      ["10:00", "1"],
    ]);
  });

  test("two windows at once, and a gap that is no interval, are refused", async () => {
    const both = `SELECT count(*) FROM ${ROWS} GROUP BY session_window(b, '5 minutes'), window(b, '5 minutes')`;
    await expect(rows(both)).rejects.toMatchObject({ condition: "_LEGACY_ERROR_TEMP_1039" });
    await expect(rows(`SELECT session_window(b, 5) FROM ${ROWS}`)).rejects.toMatchObject({ condition: "_LEGACY_ERROR_TEMP_1040" });
  });
});
