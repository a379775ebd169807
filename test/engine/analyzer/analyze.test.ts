import { describe, expect, it } from "vitest";
import { analyze } from "../../../lib/engine/analyzer/analyze.ts";
import type { FirecrestError } from "../../../lib/engine/errors.ts";
import { alias, attribute as col, fn, integerLiteral, sortOrder, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import { outputOf } from "../../../lib/engine/logical/output.ts";
import type { JoinType, LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { arrayType, integerType, longType, mapType, stringType, structField, structType } from "../../../lib/engine/types/data-type.ts";
import { session, table } from "../../support/plans.ts";

const people = table("people", { id: integerType, name: stringType, boss: integerType }, 1).plan;
const place = structType([structField("city", stringType), structField("zip", integerType)]);
const homes = table("homes", { id: longType, home: place, past: arrayType(place), notes: mapType(stringType, integerType) }, 11).plan;

const star: Expression = { kind: "unresolvedStar" };
const project = (child: LogicalPlan, ...expressions: Expression[]): LogicalPlan => ({ kind: "project", expressions, child });
const named = (child: LogicalPlan, name: string): LogicalPlan => ({ kind: "subqueryAlias", alias: name, child });
const join = (left: LogicalPlan, right: LogicalPlan, type: JoinType, more: object): LogicalPlan => ({
  kind: "join",
  type,
  left,
  right,
  ...more,
});

/** The columns of a plan: `name: type`, with `?` where NULL is possible. */
const columns = (plan: LogicalPlan): string[] =>
  outputOf(analyze(plan, session)).map((a) => `${a.name}: ${typeName(a.type)}${a.nullable ? "?" : ""}`);

function failure(plan: LogicalPlan): FirecrestError {
  try {
    analyze(plan, session);
  } catch (error) {
    return error as FirecrestError;
  }
  throw new Error("it was resolved");
}

describe("names", () => {
  it("are found whatever their case, are called as they are written, and may be qualified", () => {
    expect(columns(project(named(people, "p"), col("ID"), col("p.Name")))).toEqual(["ID: int?", "Name: string?"]);
  });

  it("reach into structs, arrays of structs and maps", () => {
    const reads = [col("home.city"), col("past.zip"), { kind: "unresolvedExtract", child: col("notes"), key: stringLiteral("k") } as const];
    expect(columns(project(homes, ...reads))).toEqual(["city: string?", "zip: array<int>?", "notes[k]: int?"]);
  });

  it("of no column are an error with the nearest names and the place", () => {
    const error = failure(project(people, { ...col("nmae"), origin: "job.ts:3:7" }));
    expect(error.condition).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
    expect(error.messageParameters).toMatchObject({ objectName: "`nmae`", proposal: "`id`, `name`, `boss`" });
    expect(error.origin).toBe("job.ts:3:7");
  });

  it("of several columns are an error that lists them", () => {
    const error = failure(project(join(named(people, "a"), named(people, "b"), "cross", {}), col("id")));
    expect(error.condition).toBe("AMBIGUOUS_REFERENCE");
    expect(error.messageParameters.referenceNames).toBe("[`a`.`id`, `b`.`id`]");
  });

  it("of a struct's field that is not there, or of a column that has no fields, are errors", () => {
    expect(failure(project(homes, col("home.street"))).condition).toBe("FIELD_NOT_FOUND");
    expect(failure(project(people, col("name.first"))).condition).toBe("INVALID_EXTRACT_BASE_FIELD_TYPE");
  });

  it("asked of a data frame mean that one's column, the nearest where it stands on both sides", () => {
    const left: LogicalPlan = { ...people, planId: 7 };
    const right: LogicalPlan = { kind: "filter", condition: fn(">", col("id"), integerLiteral(1)), child: left, planId: 8 };
    const joined = join(left, right, "inner", { condition: fn("=", col("boss", 7), col("id", 8)) });
    const resolved = analyze(joined, session);
    const [l, r] = [outputOf(resolved).slice(0, 3), outputOf(resolved).slice(3)];
    expect(resolved).toMatchObject({ condition: { args: [{ id: l[2]!.id }, { id: r[0]!.id }] } });
  });
});

describe("projections", () => {
  it("expand stars, name what has no name, and replace columns in place", () => {
    expect(columns(project(people, star, fn("+", col("id"), integerLiteral(1))))).toEqual([
      "id: int?",
      "name: string?",
      "boss: int?",
      "(id + 1): int?",
    ]);
    const replaced: LogicalPlan = {
      kind: "withColumns",
      columns: [
        { name: "NAME", expression: col("id") },
        { name: "extra", expression: col("boss") },
      ],
      child: people,
    };
    expect(columns(replaced)).toEqual(["id: int?", "NAME: int?", "boss: int?", "extra: int?"]);
  });

  it("of aggregates are one group; of windows get them from below; of a generator become rows", () => {
    expect(analyze(project(people, fn("max", col("id"))), session).kind).toBe("aggregate");
    const ranked = project(people, {
      kind: "window",
      function: fn("row_number"),
      partitionBy: [col("boss")],
      orderBy: [sortOrder(col("id"))],
    });
    expect(analyze(ranked, session)).toMatchObject({ kind: "project", child: { kind: "window" } });
    expect(columns(project(homes, col("id"), alias(fn("posexplode", col("past")), "at", "place")))).toEqual([
      "id: bigint?",
      "at: int",
      "place: struct<city:string,zip:int>?",
    ]);
  });

  it("have generators beside each other, and none inside an expression", () => {
    const explode = fn("explode", col("past.zip"));
    expect(columns(project(homes, explode, explode))).toEqual(["col: int?", "col: int?"]);
    expect(failure(project(homes, fn("isnotnull", explode))).condition).toBe("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS");
  });
});

describe("sorts and filters", () => {
  it("may use a column that the projection below dropped, which is dropped again above", () => {
    const sorted: LogicalPlan = { kind: "sort", global: true, order: [sortOrder(col("boss"))], child: project(people, col("name")) };
    expect(columns(sorted)).toEqual(["name: string?"]);
    expect(columns({ kind: "filter", condition: fn(">", col("boss"), integerLiteral(1)), child: project(people, col("name")) })).toEqual([
      "name: string?",
    ]);
  });

  it("refuse windows and aggregates in a condition", () => {
    expect(failure({ kind: "filter", condition: fn(">", fn("max", col("id")), integerLiteral(1)), child: people }).condition).toBe(
      "INVALID_WHERE_CONDITION",
    );
  });
});

describe("aggregates", () => {
  const grouped = (...aggregates: Expression[]): LogicalPlan => ({ kind: "aggregate", grouping: [col("boss")], aggregates, child: people });

  it("refuse a column that is neither grouped nor aggregated, and aggregates of aggregates", () => {
    expect(failure(grouped(col("name"))).condition).toBe("MISSING_AGGREGATION");
    expect(failure({ kind: "aggregate", grouping: [], aggregates: [col("name"), fn("max", col("id"))], child: people }).condition).toBe(
      "MISSING_GROUP_BY",
    );
    expect(failure(grouped(fn("sum", fn("max", col("id"))))).condition).toBe("NESTED_AGGREGATE_FUNCTION");
  });

  it("take windows over their results", () => {
    const total: Expression = { kind: "window", function: fn("sum", fn("count", star)), partitionBy: [], orderBy: [] };
    expect(columns(grouped(col("boss"), alias(total, "all")))).toEqual(["boss: int?", "all: bigint?"]);
  });

  it("with grouping sets make every key nullable and know which keys are left out", () => {
    const rollup = {
      ...grouped(col("boss"), fn("grouping", col("boss")), fn("grouping_id")),
      groupingSets: { kind: "rollup" },
    } as LogicalPlan;
    expect(columns(rollup)).toEqual(["boss: int?", "grouping(boss): tinyint", "grouping_id(): bigint"]);
  });
});

describe("joins", () => {
  it("by USING put the key out once, NULL-free for outer sides", () => {
    const right = table("pay", { id: integerType, pay: integerType }, 21).plan;
    const using = (type: JoinType) => columns(join(people, right, type, { using: ["ID"] }));
    expect(using("inner")).toEqual(["id: int?", "name: string?", "boss: int?", "pay: int?"]);
    expect(using("full")).toEqual(["ID: int?", "name: string?", "boss: int?", "pay: int?"]);
    expect(using("leftSemi")).toEqual(["id: int?", "name: string?", "boss: int?"]);
    expect(failure(join(people, right, "inner", { using: ["pay"] })).condition).toBe("UNRESOLVED_USING_COLUMN_FOR_JOIN");
  });

  it("need a condition that is one, of a row of each side", () => {
    const condition = (on: Expression) => failure(join(people, homes, "inner", { condition: on })).condition;
    expect(condition(col("name"))).toBe("JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE");
    expect(condition(fn("=", fn("max", col("boss")), integerLiteral(1)))).toBe("UNSUPPORTED_EXPR_FOR_OPERATOR");
    expect(condition(fn("<", fn("rand"), integerLiteral(1)))).toBe("INVALID_NON_DETERMINISTIC_EXPRESSIONS");
  });
});

describe("set operations", () => {
  const ids = project(people, col("id"));
  const longs = project(homes, alias(col("id"), "other"));

  it("widen columns by position and keep the first side's names", () => {
    expect(columns({ kind: "union", children: [ids, longs] })).toEqual(["id: bigint?"]);
    expect(columns({ kind: "setOperation", operation: "except", all: true, left: ids, right: longs })).toEqual(["id: bigint?"]);
  });

  it("refuse other numbers of columns and types that have nothing in common", () => {
    expect(failure({ kind: "union", children: [ids, people] }).condition).toBe("NUM_COLUMNS_MISMATCH");
    expect(failure({ kind: "union", children: [ids, project(homes, col("home"))] }).condition).toBe("INCOMPATIBLE_COLUMN_TYPE");
  });

  it("by name fill in what a side lacks where asked to", () => {
    const both = (more: object): LogicalPlan => ({
      kind: "union",
      byName: true,
      children: [project(people, col("name"), col("id")), project(people, col("id"))],
      ...more,
    });
    expect(columns(both({ allowMissingColumns: true }))).toEqual(["name: string?", "id: int?"]);
    expect(failure(both({})).condition).toBe("_LEGACY_ERROR_TEMP_1201");
  });
});
