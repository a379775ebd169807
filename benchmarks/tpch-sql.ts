import { readFileSync } from "node:fs";

/** The queries of TPC-H. */
export const tpchNumbers = [
  "q01",
  "q02",
  "q03",
  "q04",
  "q05",
  "q06",
  "q07",
  "q08",
  "q09",
  "q10",
  "q11",
  "q12",
  "q13",
  "q14",
  "q15",
  "q16",
  "q17",
  "q18",
  "q19",
  "q20",
  "q21",
  "q22",
] as const;
export type TpchNumber = (typeof tpchNumbers)[number];

export const tpchTables = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"] as const;

/**
 * A query with its validation parameters, in SQL that Spark and DuckDB read alike.
 * Source: TPC-H specification 3.0.1, section 2.4.
 */
export const tpchSql = (query: TpchNumber): string => readFileSync(new URL(`tpch/${query}.sql`, import.meta.url), "utf8");
