import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { SparkSession } from "firecrest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { difference } from "../../benchmarks/answers.ts";
import { engines } from "../../benchmarks/engines.ts";
import { type TpchQuery, tpchQueries } from "../../benchmarks/tpch.ts";
import { tpchSql } from "../../benchmarks/tpch-sql.ts";

/** TPC-H's shapes and types in small: 40 customers, 400 orders of up to 15 lines. */
const tables = {
  customer: `
    SELECT i::BIGINT AS c_custkey, 'Customer#' || i AS c_name,
      ['BUILDING', 'MACHINERY', 'FURNITURE'][1 + (i % 3)::INT] AS c_mktsegment
    FROM range(1, 41) t(i)`,
  orders: `
    SELECT (i * 4)::BIGINT AS o_orderkey, (1 + (i * 7) % 40)::BIGINT AS o_custkey, (1000 + (i * 7919) % 90000 / 100)::DECIMAL(15, 2) AS o_totalprice,
      (DATE '1992-01-01' + ((i * 31) % 2400)::INT) AS o_orderdate, 0::INT AS o_shippriority,
      ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'][1 + (i % 5)::INT] AS o_orderpriority
    FROM range(1, 401) t(i)`,
  lineitem: `
    SELECT o_orderkey AS l_orderkey, n::INT AS l_linenumber, (1 + (o_orderkey * 13 + n * 17) % 50)::DECIMAL(15, 2) AS l_quantity,
      ((90000 + (o_orderkey * 7907 + n * 104729) % 9000000) / 100)::DECIMAL(15, 2) AS l_extendedprice,
      ((o_orderkey + n * 3) % 11 / 100)::DECIMAL(15, 2) AS l_discount, ((o_orderkey * 5 + n) % 9 / 100)::DECIMAL(15, 2) AS l_tax,
      ['R', 'A', 'N'][1 + ((o_orderkey + n) % 3)::INT] AS l_returnflag, ['O', 'F'][1 + (n % 2)::INT] AS l_linestatus,
      o_orderdate + (1 + (o_orderkey * 3 + n * 11) % 121)::INT AS l_shipdate, o_orderdate + (30 + (o_orderkey + n) % 61)::INT AS l_commitdate,
      o_orderdate + (2 + (o_orderkey * 3 + n * 11) % 121 + n % 30)::INT AS l_receiptdate,
      ['MAIL', 'SHIP', 'AIR', 'RAIL', 'TRUCK'][1 + ((o_orderkey * 3 + n) % 5)::INT] AS l_shipmode
    FROM orders, range(1, 16) t(n) WHERE n <= 1 + (o_orderkey / 4) % 15`,
} as const;

const folder = mkdtempSync(join(tmpdir(), "firecrest-"));
const names = Object.keys(tpchQueries) as TpchQuery[];
let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create()).connect();
  for (const [name, sql] of Object.entries(tables)) {
    await duckdb.run(`CREATE TABLE ${name} AS ${sql}`);
    await duckdb.run(`COPY ${name} TO '${join(folder, `${name}.parquet`)}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(["firecrest", "firecrest-forced"] as const)("%s", (engine) => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await SparkSession.builder
      .master("local[2]")
      .config({ "spark.firecrest.memory": "2g", ...engines[engine].conf })
      .create();
  });
  afterAll(() => spark.stop());

  test.each(names)("answers %s as DuckDB does", async (name) => {
    const expected = (await duckdb.runAndReadAll(tpchSql(name))).getRows().map((row) => row.map(String));
    const actual = await tpchQueries[name]((table) => spark.read.parquet(join(folder, `${table}.parquet`))).collect();
    expect(expected.length).toBeGreaterThan(0);
    expect(
      difference(
        expected,
        actual.map((row) => Object.values(row).map(String)),
      ),
    ).toBeUndefined();
  });
});
