import { expect, test } from "vitest";
import { longLiteral } from "../../../lib/engine/expressions/build.ts";
import { expressionRule } from "../../../lib/engine/optimizer/expression-rule.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { context } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const { plan: scan, at } = q.table("t", { a: t.longType }, 1);
const plan = q.filter(q.filter(scan, q.gt(at("a"), q.long(1))), q.gt(at("a"), q.long(2)));

test("a rule of expressions looks once an optimization at what it leaves alone", () => {
  const seen: string[] = [];
  const rule = expressionRule("Nothing", (e) => {
    seen.push(e.kind);
    return e;
  });
  expect(rule.apply(rule.apply(plan, context), context)).toBe(plan);
  expect(seen.length).toBe(6);
  rule.apply(q.filter(plan, q.gt(at("a"), q.long(3))), context);
  expect(seen.length).toBe(9);
  rule.apply(plan, { ...context });
  expect(seen.length).toBe(15);
});

test("a rule of expressions goes on with what it has changed", () => {
  const rule = expressionRule("CountDown", (e) => (e.kind === "literal" && e.value === 2n ? longLiteral(1n) : e));
  const once = rule.apply(plan, context);
  expect(once).toEqual(q.filter(q.filter(scan, q.gt(at("a"), q.long(1))), q.gt(at("a"), q.long(1))));
  expect(rule.apply(once, context)).toBe(once);
});
