import { col, type DataFrame, Decimal, functions as F, LocalDate, lit, type Row } from "firecrest";

/** Reads a table of TPC-H by its name. */
export type TableReader = (table: TpchTable) => DataFrame;
export type TpchTable = "customer" | "lineitem" | "orders";

const date = (text: string) => lit(LocalDate.parse(text));
const discounted = col("l_extendedprice").multiply(lit(1).minus(col("l_discount")));

/**
 * Queries of TPC-H with their validation parameters, as DataFrame programs.
 * Source: TPC-H specification 3.0.1, section 2.4.
 */
export const tpchQueries = { q01, q03, q06, q12, q18 } as const satisfies Record<TpchQuery, (table: TableReader) => Answer>;
export type TpchQuery = "q01" | "q03" | "q06" | "q12" | "q18";
/** A DataFrame of any row. */
export interface Answer {
  collect(): Promise<readonly Row[]>;
}

/** Pricing summary: a scan, eight aggregates in four groups. */
function q01(table: TableReader) {
  return table("lineitem")
    .filter(col("l_shipdate").le(date("1998-09-02")))
    .groupBy("l_returnflag", "l_linestatus")
    .agg(
      F.sum("l_quantity").alias("sum_qty"),
      F.sum("l_extendedprice").alias("sum_base_price"),
      F.sum(discounted).alias("sum_disc_price"),
      F.sum(discounted.multiply(lit(1).plus(col("l_tax")))).alias("sum_charge"),
      F.avg("l_quantity").alias("avg_qty"),
      F.avg("l_extendedprice").alias("avg_price"),
      F.avg("l_discount").alias("avg_disc"),
      F.count(lit(1)).alias("count_order"),
    )
    .orderBy("l_returnflag", "l_linestatus");
}

/** Shipping priority: a join of three, the ten largest of many groups. */
function q03(table: TableReader) {
  return table("customer")
    .filter(col("c_mktsegment").eq("BUILDING"))
    .join(table("orders").filter(col("o_orderdate").lt(date("1995-03-15"))), col("c_custkey").eq(col("o_custkey")))
    .join(table("lineitem").filter(col("l_shipdate").gt(date("1995-03-15"))), col("l_orderkey").eq(col("o_orderkey")))
    .groupBy("l_orderkey", "o_orderdate", "o_shippriority")
    .agg(F.sum(discounted).alias("revenue"))
    .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
    .orderBy(col("revenue").desc(), "o_orderdate")
    .limit(10);
}

/** Forecast of a change in revenue: a selective scan. */
function q06(table: TableReader) {
  return table("lineitem")
    .filter(
      col("l_shipdate")
        .ge(date("1994-01-01"))
        .and(col("l_shipdate").lt(date("1995-01-01"))),
    )
    .filter(col("l_discount").between(Decimal.parse("0.05"), Decimal.parse("0.07")).and(col("l_quantity").lt(24)))
    .agg(F.sum(col("l_extendedprice").multiply(col("l_discount"))).alias("revenue"));
}

/** Shipping modes and order priority: a join of two large tables, conditional counts. */
function q12(table: TableReader) {
  const urgent = col("o_orderpriority").isin("1-URGENT", "2-HIGH");
  return table("orders")
    .join(table("lineitem"), col("o_orderkey").eq(col("l_orderkey")))
    .filter(col("l_shipmode").isin("MAIL", "SHIP"))
    .filter(
      col("l_commitdate")
        .lt(col("l_receiptdate"))
        .and(col("l_shipdate").lt(col("l_commitdate"))),
    )
    .filter(
      col("l_receiptdate")
        .ge(date("1994-01-01"))
        .and(col("l_receiptdate").lt(date("1995-01-01"))),
    )
    .groupBy("l_shipmode")
    .agg(F.sum(F.when(urgent, 1).otherwise(0)).alias("high_line_count"), F.sum(F.when(urgent, 0).otherwise(1)).alias("low_line_count"))
    .orderBy("l_shipmode");
}

/** Large orders: a group for each order, a semi join, a join of three. */
function q18(table: TableReader) {
  const large = table("lineitem")
    .groupBy("l_orderkey")
    .agg(F.sum("l_quantity").alias("quantity"))
    .filter(col("quantity").gt(300))
    .select(col("l_orderkey").alias("large_orderkey"));
  return table("customer")
    .join(table("orders").join(large, col("o_orderkey").eq(col("large_orderkey")), "left_semi"), col("c_custkey").eq(col("o_custkey")))
    .join(table("lineitem"), col("o_orderkey").eq(col("l_orderkey")))
    .groupBy("c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice")
    .agg(F.sum("l_quantity").alias("sum_qty"))
    .orderBy(col("o_totalprice").desc(), "o_orderdate")
    .limit(100);
}
