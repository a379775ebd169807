import { describe, expect, test } from "vitest";
import { pushLeftSemiThroughJoin } from "../../../lib/engine/optimizer/push-left-semi-join.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { applied, context } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const orders = q.table("orders", { o: t.longType, customer: t.longType }, 1);
const lines = q.table("lines", { l: t.longType, amount: t.longType }, 11);
const others = q.table("others", { k: t.longType, n: t.longType }, 21);
const [o, l, k] = [orders.at("o"), lines.at("l"), others.at("k")];
const both = q.join(orders.plan, lines.plan, "inner", q.eq(o, l));
const sum = q.as(q.sum(others.at("n")), 30, "total");
const groups = q.aggregate(others.plan, [k], k, sum);
const total = { ...others.at("n"), id: 30, name: "total" };
const chosen = q.filter(groups, q.gt(total, q.long(300)));

describe("a semi join above other joins", () => {
  test("is done on the relation that has its keys, where groups are chosen from", () => {
    expect(
      applied(pushLeftSemiThroughJoin, q.join(both, chosen, "leftSemi", q.eq(o, k)))
        .split("\n")
        .slice(0, 3),
    ).toEqual(["Join Inner, (o#1L = l#11L)", ":- Join LeftSemi, (o#1L = k#21L)", ":  :- Relation [o#1L,customer#2L] parquet"]);
  });
  test("stays where nothing says that it leaves few rows, and where it compares more than keys", () => {
    const all = q.join(both, groups, "leftSemi", q.eq(o, k));
    expect(pushLeftSemiThroughJoin.apply(all, context)).toBe(all);
    const more = q.join(both, chosen, "leftSemi", q.and(q.eq(o, k), q.lt(l, k)));
    expect(pushLeftSemiThroughJoin.apply(more, context)).toBe(more);
    const outer = q.join(q.join(orders.plan, lines.plan, "left", q.eq(o, l)), chosen, "leftSemi", q.eq(o, k));
    expect(pushLeftSemiThroughJoin.apply(outer, context)).toBe(outer);
  });
});
