import { beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

let spark: SparkSession;
beforeAll(async () => {
  spark = await openSession();
});

/** The values of each row, in order. */
const rowsOf = async (sql: string): Promise<unknown[][]> => {
  const rows = await (await spark.sql(sql)).collect();
  return rows.map((row) => Object.values(row));
};

const fails = (sql: string) => expect(rowsOf(sql)).rejects;

describe("joins", () => {
  it("by USING make one column of both, which is NULL where neither side has it", async () => {
    const sql = `SELECT k, x FROM (SELECT coalesce(a, 0) AS k FROM VALUES (1) t(a)) FULL JOIN (SELECT coalesce(b, 0) AS k FROM VALUES (2) u(b)) USING (k)
      JOIN VALUES (1, 'x'), (2, 'y') v(i, x) ON k = i ORDER BY k`;
    expect(await rowsOf(sql)).toEqual([
      [1, "x"],
      [2, "y"],
    ]);
  });
});

describe("aggregates", () => {
  it("raise nothing for rows that FILTER leaves out", async () => {
    expect(await rowsOf("SELECT sum(1 / id) FILTER (WHERE id > 0) FROM range(3)")).toEqual([[1.5]]);
    expect(await rowsOf("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FILTER (WHERE id > 0) FROM range(4)")).toEqual([[2]]);
  });

  it("of structs take NULL in one for the least", async () => {
    const sql = "SELECT max(struct(a)).a AS most, min(struct(a)).a AS least FROM VALUES (1), (null), (2) t(a)";
    expect(await rowsOf(sql)).toEqual([[2, null]]);
  });

  it("count nothing only where a setting says so", async () => {
    await fails("SELECT count() FROM range(3)").toMatchObject({ condition: "WRONG_NUM_ARGS.WITH_SUGGESTION" });
  });
});

describe("windows", () => {
  it("reach by intervals", async () => {
    const sql = `SELECT count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND INTERVAL '1' MONTH FOLLOWING) AS n
      FROM VALUES (DATE'2020-01-31'), (DATE'2020-02-20'), (DATE'2020-04-01') t(d) ORDER BY d`;
    expect(await rowsOf(sql)).toEqual([[2n], [2n], [1n]]);
  });

  it.each([
    ["sum(id) OVER (ORDER BY id ROWS BETWEEN 1L PRECEDING AND CURRENT ROW)", "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE"],
    ["sum(id) OVER (ORDER BY id RANGE BETWEEN 1 FOLLOWING AND 1 PRECEDING)", "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON"],
    ["sum(id) OVER (ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW)", "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND"],
    ["sum(id) FILTER (WHERE id > 1) OVER ()", "_LEGACY_ERROR_TEMP_1030"],
    ["sum(rank() OVER (ORDER BY id))", "_LEGACY_ERROR_TEMP_1031"],
    ["rank()", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE"],
    ["ntile(0) OVER (ORDER BY id)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"],
    ["nth_value(id, id) OVER (ORDER BY id)", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"],
    ["abs(id) OVER (ORDER BY id)", "UNSUPPORTED_EXPR_FOR_WINDOW"],
  ])("refuse %s", async (call, condition) => {
    await fails(`SELECT ${call} FROM range(3)`).toMatchObject({ condition });
  });
});

describe("ORDER BY and HAVING", () => {
  it("name a column below where the output has several of the name", async () => {
    expect(await rowsOf("SELECT 1 AS a, a AS b, a FROM VALUES (3), (2) t(a) ORDER BY a")).toEqual([
      [2, 2],
      [3, 3],
    ]);
  });

  it("name what has such fields", async () => {
    expect(await rowsOf("SELECT named_struct('f', 1) AS c FROM VALUES ('x') t(c) GROUP BY c HAVING c.f > 0")).toHaveLength(1);
  });

  it("refuse aggregates above windows", async () => {
    const sql = "SELECT a, sum(a) AS s, sum(sum(a)) OVER () FROM VALUES (1) t(a) GROUP BY a ORDER BY sum(a)";
    await fails(sql).toMatchObject({ condition: "UNSUPPORTED_EXPR_FOR_OPERATOR" });
  });

  it("sort NULLs inside of structs and arrays first", async () => {
    expect(await rowsOf("SELECT a FROM VALUES (2), (null), (1) t(a) ORDER BY struct(a)")).toEqual([[null], [1], [2]]);
    expect(await rowsOf("SELECT a FROM VALUES (2), (null), (1) t(a) ORDER BY array(a) DESC")).toEqual([[2], [1], [null]]);
    expect(await rowsOf("SELECT struct(1, null) < struct(1, 2) AS s, array(1, null) < array(1, 2) AS a")).toEqual([[true, true]]);
  });
});

describe("unions", () => {
  it("of a column twice have it once by name", async () => {
    expect(await rowsOf("SELECT a FROM (SELECT a, a FROM VALUES (1) t(a) UNION ALL SELECT 2, 3)")).toEqual([[1], [2]]);
  });
});
