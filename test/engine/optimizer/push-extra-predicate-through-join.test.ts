import { expect, test } from "vitest";
import type { JoinType } from "../../../lib/engine/logical/plan.ts";
import { pushExtraPredicateThroughJoin } from "../../../lib/engine/optimizer/push-extra-predicate-through-join.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { applied, context } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const one = q.table("t", { a: t.longType }, 1);
const other = q.table("u", { c: t.longType }, 11);
const [a, c] = [one.at("a"), other.at("c")];
const both = (x: number, y: number) => q.and(q.eq(a, q.long(x)), q.eq(c, q.long(y)));
const joined = (type: JoinType, condition = q.or(both(1, 2), both(3, 4))) => q.join(one.plan, other.plan, type, condition);

test("what an OR asks of one side alone is tested on that side, too", () => {
  expect(applied(pushExtraPredicateThroughJoin, joined("inner"))).toMatchInlineSnapshot(`
    "Join Inner, (((a#1L = 1) AND (c#11L = 2)) OR ((a#1L = 3) AND (c#11L = 4)))
    :- Filter ((a#1L = 1) OR (a#1L = 3))
    :  +- Relation [a#1L] parquet
    +- Filter ((c#11L = 2) OR (c#11L = 4))
       +- Relation [c#11L] parquet"
  `);
});
test("is not tested on a side whose rows an outer or anti join keeps", () => {
  expect(applied(pushExtraPredicateThroughJoin, joined("left"))).not.toContain("(a#1L = 1) OR (a#1L = 3))\n");
  expect(applied(pushExtraPredicateThroughJoin, joined("leftAnti")).match(/Filter/g)).toHaveLength(1);
  expect(applied(pushExtraPredicateThroughJoin, joined("full"))).not.toContain("Filter");
});
test("is tested once, and only where each branch asks for something", () => {
  const once = pushExtraPredicateThroughJoin.apply(joined("inner"), context);
  expect(pushExtraPredicateThroughJoin.apply(once, context)).toEqual(once);
  expect(applied(pushExtraPredicateThroughJoin, joined("inner", q.or(both(1, 2), q.eq(c, q.long(4)))))).not.toContain("a#1L = 1) OR (a#1L");
});
