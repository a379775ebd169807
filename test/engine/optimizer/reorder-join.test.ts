import { describe, expect, test } from "vitest";
import type { JoinType, LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { treeString } from "../../../lib/engine/logical/tree-string.ts";
import { reorderJoin } from "../../../lib/engine/optimizer/reorder-join.ts";
import { defaultOptimizerSettings } from "../../../lib/engine/optimizer/settings.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { applied, context } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

/** A table of so many rows whose first column has so many distinct values, as its file's footer tells. */
function sized(name: string, rows: number, columns: Readonly<Record<string, number>>, firstId: number): q.Table {
  const chunks = Object.fromEntries(
    Object.entries(columns).map(([column, distinct]) => [column, { start: 0, end: 8, nulls: 0, min: "1", max: String(distinct) }]),
  );
  const types = Object.fromEntries(Object.keys(columns).map((column) => [column, t.longType]));
  const rowGroups = [{ firstRow: 0, rows, start: 0, end: 8, columns: chunks }];
  return q.table(name, types, firstId, { files: [{ key: `${name}.parquet`, size: 1_000_000, partitionValues: {}, rows, rowGroups }] });
}

const sales = sized("sales", 10_000_000, { s_day: 2_000, s_item: 100_000, s_shop: 500 }, 1);
const days = sized("days", 2_000, { day: 2_000, month: 66 }, 11);
const items = sized("items", 100_000, { item: 100_000, maker: 1_000 }, 21);
const shops = sized("shops", 500, { shop: 500, city: 50 }, 31);
const onDay = q.eq(sales.at("s_day"), days.at("day"));
const onItem = q.eq(sales.at("s_item"), items.at("item"));
const onShop = q.eq(sales.at("s_shop"), shops.at("shop"));
const one = q.filter(items.plan, q.eq(items.at("maker"), q.long(7)));
const inner = (left: LogicalPlan, right: LogicalPlan, on?: typeof onDay, type: JoinType = "inner") => q.join(left, right, type, on);
const written = inner(inner(inner(sales.plan, days.plan, onDay), shops.plan, onShop), one, onItem);
const given = (change: Partial<typeof defaultOptimizerSettings.joinReorder>) => ({
  ...context,
  settings: { ...defaultOptimizerSettings, joinReorder: { ...defaultOptimizerSettings.joinReorder, ...change } },
});
/** The relations of a tree of joins, in parentheses as they are joined. */
function order(plan: LogicalPlan): string {
  if (plan.kind === "join") return `(${order(plan.left)} ${order(plan.right)})`;
  if (plan.kind === "scan") return plan.rootPaths[0]!.replace("/data/", "");
  return "child" in plan ? order(plan.child) : plan.kind;
}
const reordered = (plan: LogicalPlan) => order(reorderJoin.apply(plan, context));

describe("CostBasedJoinReorder", () => {
  test("joins first what leaves the fewest rows", () => {
    expect(order(written)).toBe("(((sales days) shops) items)");
    expect(reordered(written)).toMatch(/\(sales items\)/);
  });
  test("looks through the projections that pruning of columns has put between joins", () => {
    const pruned = inner(
      q.project(inner(sales.plan, days.plan, onDay), sales.at("s_item"), sales.at("s_shop"), days.at("month")),
      one,
      onItem,
    );
    expect(reordered(pruned)).toBe("((sales items) days)");
  });
  test("puts small relations together where that spares a move of the large one", () => {
    const large = sized("more", 9_000_000, { m_item: 100_000, m_day: 2_000 }, 41);
    const plan = inner(
      inner(sales.plan, large.plan, q.eq(sales.at("s_item"), large.at("m_item"))),
      one,
      q.eq(large.at("m_item"), items.at("item")),
    );
    expect(reordered(plan)).toBe("((more items) sales)");
  });
  test("leaves joins with hints, outer joins, and what no condition connects as they are", () => {
    const hinted: LogicalPlan = { ...written, rightHint: "broadcast" };
    expect(order(reorderJoin.apply(hinted, context))).toBe(order(hinted));
    const outer = inner(inner(sales.plan, days.plan, onDay, "left"), one, onItem);
    expect(reordered(outer)).toBe("((sales days) items)");
    const product = inner(inner(days.plan, shops.plan, undefined, "cross"), items.plan, undefined, "cross");
    expect(reordered(product)).toBe(order(product));
  });
  test("keeps the columns and their order", () => {
    const next = reorderJoin.apply(written, context);
    expect(treeString(next).split("\n")[0]).toBe(
      "Project [s_day#1L, s_item#2L, s_shop#3L, day#11L, month#12L, shop#31L, city#32L, item#21L, maker#22L]",
    );
  });
  test("is off where a session says so, and for more relations than it says", () => {
    expect(applied(reorderJoin, written, given({ enabled: false }))).toBe(treeString(written));
    expect(applied(reorderJoin, written, given({ mostRelations: 3 }))).toBe(treeString(written));
  });
  test("orders twelve relations around one", () => {
    const facts = sized("facts", 1_000_000, Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, 1_000 + i])), 100);
    const star = Array.from({ length: 11 }, (_, i) => sized(`d${i}`, 1_000 + i, { [`k${i}`]: 1_000 + i, [`v${i}`]: 10 }, 200 + 10 * i));
    const plan = star.reduce<LogicalPlan>((left, d, i) => {
      const side = i === 10 ? q.filter(d.plan, q.eq(d.at(`v${i}`), q.long(3))) : d.plan;
      return inner(left, side, q.eq(facts.at(`f${i}`), d.at(`k${i}`)));
    }, facts.plan);
    expect(reordered(plan)).toMatch(/\(facts d10\)/);
  });
});
