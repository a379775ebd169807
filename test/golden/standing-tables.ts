import { join } from "node:path";

const SMALL_INTS = "two four ten twenty hundred thousand twothousand fivethous tenthous odd even".split(" ");
const TENK = [
  ...["unique1", "unique2", ...SMALL_INTS].map((name) => `${name} int`),
  ...["stringu1", "stringu2", "string4"].map((name) => `${name} string`),
].join(", ");

/** The tables that Spark's test suite has before each of its files: statements that make them. */
export function standingTables(corpus: string): readonly string[] {
  const data = join(corpus, "data");
  return [
    "CREATE TABLE testdata USING parquet AS SELECT CAST(id AS INT) AS key, CAST(id AS STRING) AS value FROM range(1, 101)",
    `CREATE TABLE arraydata USING parquet AS SELECT * FROM VALUES (array(1, 2, 3), array(array(1, 2, 3))), (array(2, 3, 4), array(array(2, 3, 4)))
      AS t(arraycol, nestedarraycol)`,
    `CREATE TABLE mapdata USING parquet AS SELECT * FROM VALUES (map(1, 'a1', 2, 'b1', 3, 'c1', 4, 'd1', 5, 'e1')), (map(1, 'a2', 2, 'b2', 3, 'c2', 4, 'd2')),
      (map(1, 'a3', 2, 'b3', 3, 'c3')), (map(1, 'a4', 2, 'b4')), (map(1, 'a5')) AS t(mapcol)`,
    ...fromText("aggtest", "a int, b float", join(data, "agg.data")),
    ...fromText("onek", TENK, join(data, "onek.data")),
    ...fromText("tenk1", TENK, join(data, "tenk.data")),
  ];
}

const fromText = (table: string, columns: string, file: string): readonly string[] => [
  `CREATE TEMPORARY VIEW ${table}_text (${columns}) USING csv OPTIONS (path '${file}', sep '\\t', header 'false')`,
  `CREATE TABLE ${table} USING parquet AS SELECT * FROM ${table}_text`,
  `DROP VIEW ${table}_text`,
];
