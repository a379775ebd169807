import { describe, expect, it, test } from "vitest";
import { fn, integerLiteral, literal, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import { functionNamed } from "../../../lib/engine/functions/registry.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { LocalTime } from "../../../lib/engine/types/values.ts";
import { call, show } from "../../support/call.ts";
import { evaluate, evaluateTyped, utc } from "../../support/evaluate.ts";

const bytes = literal(Uint8Array.of(0), t.binaryType);

describe("functions of packages that Spark does not load either", () => {
  test.each([
    [fn("from_avro", bytes, stringLiteral("int")), "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", { functionName: "FROM_AVRO" }],
    [fn("schema_of_avro", stringLiteral("int")), "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", { functionName: "SCHEMA_OF_AVRO" }],
    [fn("to_protobuf", bytes, stringLiteral("m")), "PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", { functionName: "TO_PROTOBUF" }],
    [fn("st_srid", bytes), "UNSUPPORTED_FEATURE.GEOSPATIAL_DISABLED", {}],
    [fn("reflect", stringLiteral("java.util.UUID")), "FIRECREST_UNSUPPORTED", { feature: "The function reflect" }],
  ] as const)("are refused by name (%#)", async (expression, condition, messageParameters) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition, messageParameters });
  });
  it("check their arguments first", async () => {
    await expect(evaluate(fn("to_avro", bytes, integerLiteral(42)))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
      messageParameters: { msg: expect.stringMatching(/^The second argument of the TO_AVRO SQL function must be a constant string/) },
    });
  });
});

describe("types' names as functions", () => {
  it("cast", async () => {
    expect(await evaluateTyped(call("int", "3"))).toEqual({ value: 3, type: t.integerType });
    expect(show(await evaluate(call("decimal", "3.7")))).toBe("4");
    expect(await evaluate(call("time", "12:34:56"))).toEqual(new LocalTime(45_296_000_000n));
    await expect(evaluate(call("int", true, 1))).rejects.toMatchObject({ condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION" });
    await expect(evaluate(call("int", [1]))).rejects.toMatchObject({ condition: "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION" });
  });
});

describe("repeated keys of a map", () => {
  const last = { ...utc, lastMapKeyWins: true };
  it("are errors, or the last one wins", async () => {
    await expect(evaluate(call("map", 1, "a", 2, "b", 1, "c"))).rejects.toMatchObject({ condition: "DUPLICATED_MAP_KEY" });
    expect(show(await evaluate(call("map", 1, "a", 2, "b", 1, "c"), last))).toBe("{1:c,2:b}");
    expect(show(await evaluate(call("map_from_arrays", [1, 2, 1], [null, "y", "z"]), last))).toBe("{1:z,2:y}");
  });
});

it("lists the keywords of SQL, and which are reserved in a session", () => {
  const entry = functionNamed("sql_keywords");
  if (entry?.kind !== "generator") throw new Error("sql_keywords is no generator");
  const rows = (reservedKeywords: boolean) =>
    entry.rows([], { kind: "generator", name: "sql_keywords", args: [], fields: [], outer: false }, { ...utc, reservedKeywords });
  expect(rows(false).match(/c0:/g)).toHaveLength(395);
  expect(rows(false)).not.toContain("true");
  expect(rows(true).match(/c1: true/g)).toHaveLength(77);
});
