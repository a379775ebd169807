import { describe, expect, test } from "vitest";
import { cast, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Argument, arrow, type Case, call, cases, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const map = (...entries: readonly (readonly [Argument, Argument])[]) => new Map<Argument, Argument>(entries);
const nothing = nullLiteral(t.arrayType(t.integerType));
const plus = (x: Argument, y: Argument) => call("+", x, y);
const isEven = arrow((x) => call("=", call("%", x, 2), 0));
const above = (limit: number) => arrow((x) => call(">", x, limit));

const answers: readonly Case[] = [
  ["transform", [[1, 2, 3], arrow((x) => plus(x, 1))], "[2,3,4]"],
  ["transform", [[1, 2, 3], arrow((x, i) => plus(x, i))], "[1,3,5]"],
  ["transform", [[1, null], arrow((x) => plus(x, 1))], "[2,NULL]"],
  ["transform", [nothing, arrow((x) => x)], "NULL"],
  [
    "transform",
    [["x", "i#1", 'it\'s "i"'], arrow((x, i) => call("struct", x, i, "i \"i\" 'i'"))],
    '[{x,0,i "i" \'i\'},{i#1,1,i "i" \'i\'},{it\'s "i",2,i "i" \'i\'}]',
  ],
  ["filter", [[1, 2, 3], isEven], "[2]"],
  ["filter", [[0, 2, 3], arrow((x, i) => call(">", x, i))], "[2,3]"],
  ["filter", [[0, null, 2, 3, null], arrow((x) => call("isnotnull", x))], "[0,2,3]"],
  ["filter", [[1, null, 3], above(1)], "[3]"],
  ["exists", [[1, 2, 3], isEven], "true"],
  ["exists", [[1, 2, 3], above(9)], "false"],
  ["exists", [[1, null, 3], above(9)], "NULL"],
  ["exists", [[1, null, 3], above(2)], "true"],
  ["exists", [[], above(2)], "false"],
  ["exists", [nothing, above(2)], "NULL"],
  ["forall", [[1, 2, 3], isEven], "false"],
  ["forall", [[2, null, 8], isEven], "NULL"],
  ["forall", [[1, null, 8], isEven], "false"],
  ["forall", [[], isEven], "true"],
  ["aggregate", [[1, 2, 3], 0, arrow((x, y) => plus(x, y))], "6"],
  ["aggregate", [[1, 2, 3], 0, arrow((x, y) => plus(x, y)), arrow((x) => call("*", x, 10))], "60"],
  ["reduce", [[], 5, arrow((x, y) => plus(x, y))], "5"],
  ["aggregate", [[1, null], 0, arrow((x, y) => plus(x, y))], "NULL"],
  ["aggregate", [nothing, 0, arrow((x, y) => plus(x, y))], "NULL"],
  ["aggregate", [["a", "b"], cast(call("array"), t.arrayType(t.stringType)), arrow((x, y) => call("array_append", x, y))], "[a,b]"],
  ["zip_with", [[1, 2, 3], [4, 5, 6], arrow((x, y) => plus(x, y))], "[5,7,9]"],
  ["zip_with", [[1, 2], [3], arrow((x, y) => call("coalesce", plus(x, y), 0))], "[4,0]"],
  ["zip_with", [[1], nothing, arrow((x, y) => plus(x, y))], "NULL"],
  ["array_sort", [[5, 6, 1], arrow((x, y) => call("-", y, x))], "[6,5,1]"],
  ["array_sort", [[21, 11, 12, 22], arrow((x, y) => call("-", call("%", x, 10), call("%", y, 10)))], "[21,11,12,22]"],
  ["map_filter", [map([1, 0], [2, 2], [3, -1]), arrow((x, y) => call(">", x, y))], "{1:0,3:-1}"],
  ["transform_keys", [map([1, 1], [2, 2]), arrow((x) => plus(x, 1))], "{2:1,3:2}"],
  ["transform_keys", [map([1, 1], [2, 2]), arrow((x, y) => plus(x, y))], "{2:1,4:2}"],
  ["transform_values", [map([1, 1], [2, 2]), arrow((x, y) => plus(x, y))], "{1:2,2:4}"],
  [
    "map_zip_with",
    [map([1, "a"], [2, "b"]), map([1, "x"], [3, "z"]), arrow((x, y, z) => call("struct", x, y, z))],
    "{1:{1,a,x},2:{2,b,NULL},3:{3,NULL,z}}",
  ],
];

describe("functions that take functions", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("lambdas nest and see the parameters around them", async () => {
    const nested = call(
      "transform",
      [1, 2],
      arrow((outer) =>
        call(
          "transform",
          [10, 20],
          arrow((x, i) => plus(plus(x, i), outer)),
        ),
      ),
    );
    expect(show(await evaluate(nested))).toBe("[[11,22],[12,23]]");
  });

  test("folds nest inside the merge and the finish of a fold", async () => {
    const sum = (list: Argument) =>
      call(
        "aggregate",
        list,
        0,
        arrow((x, y) => plus(x, y)),
        arrow((x) => x),
      );
    const nested = call(
      "aggregate",
      [1, 2],
      0,
      arrow((acc, y) => plus(acc, sum([acc, y]))),
      arrow((acc) => plus(acc, sum([acc, acc]))),
    );
    // 0 + (0 + 1) = 1; 1 + (1 + 2) = 4; 4 + (4 + 4) = 12.
    expect(await evaluate(nested)).toBe(12);
  });

  const errors: readonly Case[] = [
    ["array_sort", [[2, 1], arrow((x, y) => call("if", call("=", x, y), 0, null))], "COMPARATOR_RETURNS_NULL"],
    ["transform_keys", [map([1, 1], [2, 2]), arrow((x) => call("*", x, 0))], "DUPLICATED_MAP_KEY"],
    ["filter", [[1], arrow((x) => x)], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["aggregate", [[1], 0, arrow((x) => call("struct", x))], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});
