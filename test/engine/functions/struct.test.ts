import { describe, expect, test } from "vitest";
import { nullLiteral } from "../../../lib/engine/expressions/build.ts";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate, evaluateTyped } from "../../support/evaluate.ts";

const point = call("named_struct", "x", 1, "y", 2);
const nothing = nullLiteral(t.structType([t.structField("x", t.integerType)]));

const answers: readonly Case[] = [
  ["struct", [1, "a"], "{1,a}"],
  ["named_struct", ["a", 1, "b", null], "{1,NULL}"],
  ["get_struct_field", [point, "y"], "2"],
  ["get_struct_field", [nothing, "x"], "NULL"],
  ["with_field", [point, "z", 3], "{1,2,3}"],
  ["with_field", [point, "x", "new"], "{new,2}"],
  ["with_field", [nothing, "z", 3], "NULL"],
  ["drop_fields", [point, "x"], "{2}"],
  ["drop_fields", [point, "unknown"], "{1,2}"],
];

describe("functions of structs", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("fields without a name are named by their place", async () => {
    expect(typeName((await evaluateTyped(call("struct", 1, "a"))).type)).toBe("struct<col1:int,col2:string>");
  });

  test("a field's name may hold quotes and spaces", async () => {
    const odd = call("named_struct", `it's "odd"`, 1);
    expect(await evaluate(call("get_struct_field", odd, `it's "odd"`))).toBe(1);
  });

  const errors: readonly Case[] = [
    ["named_struct", ["a", 1, "b"], "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"],
    ["named_struct", [1, 1], "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING"],
    ["named_struct", ["a", 1, "A", 2], "FIRECREST_UNSUPPORTED"],
    ["drop_fields", [point, "x", "y"], "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS"],
    ["get_struct_field", [point, "z"], "FIELD_NOT_FOUND"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});
