import { describe, expect, it } from "vitest";
import { analyze } from "../../../../lib/engine/analyzer/analyze.ts";
import { attribute, fn, integerLiteral } from "../../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../../lib/engine/expressions/expression.ts";
import { hasSubquery } from "../../../../lib/engine/expressions/properties.ts";
import { isCorrelated } from "../../../../lib/engine/logical/outer-references.ts";
import { outputOf } from "../../../../lib/engine/logical/output.ts";
import type { LogicalPlan } from "../../../../lib/engine/logical/plan.ts";
import { planFromJson, planToJson } from "../../../../lib/engine/logical/plan-json.ts";
import { childrenOf, expressionsOf } from "../../../../lib/engine/logical/traverse.ts";
import { treeString } from "../../../../lib/engine/logical/tree-string.ts";
import { rewriteSubqueries } from "../../../../lib/engine/optimizer/subquery/rewrite-subqueries.ts";
import { integerType } from "../../../../lib/engine/types/data-type.ts";
import { context } from "../../../support/optimizer.ts";
import { aggregate, filter, limit, project, session, table } from "../../../support/plans.ts";

const outer = table("t1", { a: integerType, b: integerType }, 100).plan;
const inner = table("t2", { c: integerType, d: integerType }, 200).plan;
const a = attribute("a");
const own = (operator = "=") => filter(inner, fn(operator, attribute("c"), a));
const exists = (plan: LogicalPlan): Expression => ({ kind: "exists", plan });
const scalar = (plan: LogicalPlan): Expression => ({ kind: "scalarSubquery", plan });

const rewritten = (plan: LogicalPlan): LogicalPlan => rewriteSubqueries.apply(analyze(plan, session), context);
const joins = (plan: LogicalPlan): string[] => treeString(plan).match(/Join \w+/g) ?? [];
const isPlain = (plan: LogicalPlan): boolean => !expressionsOf(plan).some(hasSubquery) && childrenOf(plan).every(isPlain);

describe("RewritePredicateSubquery", () => {
  it("makes semi and anti joins of EXISTS in a WHERE, by any condition", () => {
    expect(joins(rewritten(filter(outer, exists(own()))))).toEqual(["Join LeftSemi"]);
    expect(joins(rewritten(filter(outer, fn("not", exists(own("<"))))))).toEqual(["Join LeftAnti"]);
  });

  it("makes an existence join where EXISTS is a part of a condition", () => {
    const plan = rewritten(filter(outer, fn("or", exists(own()), fn("isnull", attribute("b")))));
    expect(joins(plan)).toEqual(["Join ExistenceJoin"]);
    expect(outputOf(plan).map((c) => c.name)).toEqual(["a", "b"]);
  });

  it("joins an aggregate by its equalities without asking for the outer values", () => {
    const plan = rewritten(project(outer, scalar(aggregate(own(), [], fn("max", attribute("d"))))));
    expect(joins(plan)).toEqual(["Join LeftOuter"]);
  });

  it("joins an aggregate to the distinct outer values where equalities do not say which rows are whose", () => {
    const plan = rewritten(project(outer, scalar(aggregate(own("<"), [], fn("max", attribute("d"))))));
    expect(joins(plan)).toEqual(["Join LeftOuter", "Join Cross"]);
  });

  it("joins a query of its own as one row", () => {
    const plan = rewritten(filter(outer, fn("<", a, scalar(aggregate(inner, [], fn("max", attribute("d")))))));
    expect(joins(plan)).toEqual(["Join Cross"]);
  });

  it("leaves no subquery and no outer reference, however they are nested", () => {
    const nested = filter(own(), exists(filter(table("t3", { e: integerType }, 300).plan, fn(">", attribute("e"), attribute("d")))));
    const one: Expression = scalar(project(limit(own(), 1), attribute("d")));
    const plan = rewritten(project(filter(outer, exists(nested)), one, fn("+", one, integerLiteral(1))));
    expect(isPlain(plan)).toBe(true);
    expect(isCorrelated(plan)).toBe(false);
  });

  it("finds analyzed subqueries again in a plan that went through JSON", () => {
    const analyzed = analyze(filter(outer, exists(own())), session);
    expect(planFromJson(planToJson(analyzed))).toEqual(analyzed);
  });
});
