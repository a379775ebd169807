import { describe, expect, it } from "vitest";
import { analyze } from "../../../lib/engine/analyzer/analyze.ts";
import { attribute, fn, lambda, lambdaVariable, sortOrder } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import type { CteDefinition } from "../../../lib/engine/logical/cte.ts";
import { outputOf } from "../../../lib/engine/logical/output.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { arrayType, integerType, longType, stringType } from "../../../lib/engine/types/data-type.ts";
import { aggregate, filter, join, project, session, sort, table } from "../../support/plans.ts";

const outer = table("t1", { a: integerType, b: stringType, list: arrayType(integerType) }, 100).plan;
const inner = table("t2", { a: integerType, c: longType }, 200).plan;
const own = filter(inner, fn("=", attribute("c"), attribute("b")));
const max = (plan: LogicalPlan): Expression => ({ kind: "scalarSubquery", plan: aggregate(plan, [], fn("max", attribute("c"))) });
const within = (plan: LogicalPlan, ...values: Expression[]): Expression => ({ kind: "inSubquery", values, plan });
const names = (plan: LogicalPlan): string[] => outputOf(analyze(plan, session)).map((a) => `${a.name}: ${a.type.kind}`);
const condition = (plan: LogicalPlan): string => {
  try {
    analyze(plan, session);
    return "none";
  } catch (error) {
    return (error as { condition: string }).condition;
  }
};
const UNSUPPORTED = "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY";

describe("the analysis of subqueries", () => {
  it("gives a name to the query's own column before one around it", () => {
    const plan = analyze(filter(outer, { kind: "exists", plan: filter(inner, fn("isnull", attribute("a"))) }), session);
    expect(plan).toMatchObject({ condition: { kind: "exists", outer: [] } });
  });

  it("names a column by what the query reads around it", () => {
    expect(names(project(outer, max(inner), max(own), within(project(inner, attribute("c")), attribute("a"))))).toEqual([
      "scalarsubquery(): long",
      "scalarsubquery(b): long",
      "(a IN (listquery())): boolean",
    ]);
  });

  it("brings both sides of IN to one type, and says where there is none", () => {
    const found = analyze(filter(outer, within(project(inner, attribute("c")), attribute("a"))), session);
    expect(found).toMatchObject({ condition: { values: [{ kind: "cast", type: longType }] } });
    expect(condition(filter(outer, within(inner, attribute("a"))))).toBe("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH");
    expect(condition(filter(outer, within(project(inner, attribute("c")), attribute("list"))))).toBe(
      "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH",
    );
  });

  it("takes one column for a value", () => {
    expect(condition(project(outer, { kind: "scalarSubquery", plan: inner }))).toBe(
      "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
    );
  });

  it("resolves names one query out, and no further", () => {
    const deep = filter(inner, { kind: "exists", plan: filter(table("t3", { e: integerType }, 300).plan, fn("isnull", attribute("b"))) });
    expect(condition(filter(outer, { kind: "exists", plan: deep }))).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  });

  it("refuses subqueries where Spark does", () => {
    expect(condition(sort(outer, sortOrder(max(own))))).toBe(`${UNSUPPORTED}.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY`);
    expect(condition(sort(outer, sortOrder({ kind: "exists", plan: inner })))).toBe(`${UNSUPPORTED}.UNSUPPORTED_IN_EXISTS_SUBQUERY`);
    const x = lambdaVariable("x");
    expect(condition(project(outer, fn("transform", attribute("list"), lambda([x], max(inner)))))).toBe(
      `${UNSUPPORTED}.HIGHER_ORDER_FUNCTION`,
    );
    const padded = join(inner, own, "left");
    expect(condition(filter(outer, { kind: "exists", plan: padded }))).toBe(`${UNSUPPORTED}.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED`);
  });
});

describe("the analysis of WITH RECURSIVE", () => {
  const ref: LogicalPlan = { kind: "cteRef", id: 1, name: "r" };
  const recursive = (step: LogicalPlan, more: Partial<CteDefinition> = {}): LogicalPlan => ({
    kind: "with",
    definitions: [
      { id: 1, name: "r", plan: { kind: "union", children: [project(outer, attribute("a")), step] }, recursive: true, ...more },
    ],
    child: ref,
  });

  it("gives the anchor's types to the loop, under the names of the definition", () => {
    expect(names(recursive(project(ref, attribute("n")), { columns: ["n"] }))).toEqual(["n: integer"]);
    expect(condition(recursive(project(inner, attribute("c"), attribute("a"))))).toBe("NUM_COLUMNS_MISMATCH");
    expect(condition(recursive(project(join(ref, inner, "cross"), attribute("c"))))).toBe("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE");
  });

  it("refuses loops that are none, and references where rows would be counted or padded", () => {
    expect(condition(recursive(aggregate(ref, [], fn("max", attribute("a")))))).toBe("INVALID_RECURSIVE_REFERENCE.PLACE");
    expect(condition(recursive(ref, { plan: project(ref, attribute("a")) }))).toBe("INVALID_RECURSIVE_CTE");
  });
});
