import { alias, attribute, fn, integerLiteral, literal, sortOrder, stringLiteral } from "../../../engine/expressions/build.ts";
import type { Expression } from "../../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../../engine/logical/plan.ts";
import { dateType, decimalType } from "../../../engine/types/data-type.ts";
import { Decimal, LocalDate } from "../../../engine/types/values.ts";

/** Queries of TPC-H as DataFrame programs leave them (benchmarks/tpch.ts; a test compares the two), over Parquet below a folder. */
export const tpchPlans = { q06, q12 } as const satisfies Record<string, (folder: string) => LogicalPlan>;
export type PlannedQuery = keyof typeof tpchPlans;

const col = attribute;
const table = (folder: string, name: string): LogicalPlan => ({
  kind: "read",
  format: "parquet",
  paths: [`${folder}/${name}.parquet`],
  options: {},
});
const where = (child: LogicalPlan, condition: Expression): LogicalPlan => ({ kind: "filter", condition, child });
const and = (left: Expression, right: Expression): Expression => fn("and", left, right);
const inYear = (column: string): Expression =>
  and(
    fn(">=", col(column), literal(LocalDate.parse("1994-01-01"), dateType)),
    fn("<", col(column), literal(LocalDate.parse("1995-01-01"), dateType)),
  );
const share = (text: string) => literal(Decimal.parse(text), decimalType(2, 2));

/** Forecast of a change in revenue: a selective scan. */
function q06(folder: string): LogicalPlan {
  const discounted = and(fn(">=", col("l_discount"), share("0.05")), fn("<=", col("l_discount"), share("0.07")));
  const rows = where(
    where(table(folder, "lineitem"), inYear("l_shipdate")),
    and(discounted, fn("<", col("l_quantity"), integerLiteral(24))),
  );
  const revenue = fn("sum", fn("*", col("l_extendedprice"), col("l_discount")));
  return { kind: "aggregate", grouping: [], aggregates: [alias(revenue, "revenue")], child: rows };
}

/** Shipping modes and order priority: a join of two large tables, conditional counts. */
function q12(folder: string): LogicalPlan {
  const joined: LogicalPlan = {
    kind: "join",
    type: "inner",
    left: table(folder, "orders"),
    right: table(folder, "lineitem"),
    condition: fn("=", col("o_orderkey"), col("l_orderkey")),
  };
  const shipped = where(joined, fn("in", col("l_shipmode"), stringLiteral("MAIL"), stringLiteral("SHIP")));
  const late = where(shipped, and(fn("<", col("l_commitdate"), col("l_receiptdate")), fn("<", col("l_shipdate"), col("l_commitdate"))));
  const urgent = fn("in", col("o_orderpriority"), stringLiteral("1-URGENT"), stringLiteral("2-HIGH"));
  const count = (then: number, otherwise: number) => fn("sum", fn("when", urgent, integerLiteral(then), integerLiteral(otherwise)));
  const counted: LogicalPlan = {
    kind: "aggregate",
    grouping: [col("l_shipmode")],
    aggregates: [col("l_shipmode"), alias(count(1, 0), "high_line_count"), alias(count(0, 1), "low_line_count")],
    child: where(late, inYear("l_receiptdate")),
  };
  return { kind: "sort", order: [sortOrder(col("l_shipmode"))], global: true, child: counted };
}
