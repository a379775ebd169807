import { describe, expect, test } from "vitest";
import { nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Argument, type Case, call, cases, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const map = (...entries: readonly (readonly [Argument, Argument])[]) => new Map<Argument, Argument>(entries);
const nothing = nullLiteral(t.mapType(t.integerType, t.stringType));

const answers: readonly Case[] = [
  ["map", [1, "a", 2, "b"], "{1:a,2:b}"],
  ["map", [], "{}"],
  ["map", [1, null], "{1:NULL}"],
  [
    "map_from_arrays",
    [
      [1, 3],
      ["2", "4"],
    ],
    "{1:2,3:4}",
  ],
  ["map_from_arrays", [nullLiteral(t.arrayType(t.integerType)), [1]], "NULL"],
  ["map_from_entries", [[call("struct", 1, "a"), call("struct", 2, "b")]], "{1:a,2:b}"],
  ["map_from_entries", [[call("struct", 1, "a"), null]], "NULL"],
  ["map_keys", [map([1, "a"], [2, "b"])], "[1,2]"],
  ["map_values", [map([1, "a"], [2, "b"])], "[a,b]"],
  ["map_entries", [map([1, "a"], [2, "b"])], "[{1,a},{2,b}]"],
  ["map_entries", [nothing], "NULL"],
  ["map_concat", [map([1, "a"], [2, "b"]), map([3, "c"])], "{1:a,2:b,3:c}"],
  ["map_concat", [map([1, "a"]), nothing], "NULL"],
  ["map_contains_key", [map([1, "a"], [2, "b"]), 1], "true"],
  ["map_contains_key", [map([1, "a"]), 3], "false"],
  ["get_map_value", [map([1, "a"]), 1], "a"],
  ["get_map_value", [map([1, "a"]), 9], "NULL"],
  ["get_map_value", [map([1, "a"]), 1n], "a"],
  ["str_to_map", ["a:1,b:2,c:3", ",", ":"], "{a:1,b:2,c:3}"],
  ["str_to_map", ["a"], "{a:NULL}"],
  ["str_to_map", ["a:1:2,b:"], "{a:1:2,b:}"],
  ["str_to_map", ["a=1&b=2", "&", "="], "{a:1,b:2}"],
];

describe("functions of maps", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });
});

describe("keys that maps reject", () => {
  const errors: readonly Case[] = [
    ["map", [1, "a", 1, "b"], "DUPLICATED_MAP_KEY"],
    ["map", [null, "a"], "NULL_MAP_KEY"],
    ["map", [1], "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"],
    [
      "map_from_arrays",
      [
        [1, 1],
        [2, 3],
      ],
      "DUPLICATED_MAP_KEY",
    ],
    [
      "map_from_arrays",
      [
        [1, null],
        [2, 3],
      ],
      "NULL_MAP_KEY",
    ],
    ["map_from_arrays", [[1], [2, 3]], "FIRECREST_MAP_SIZES_DIFFER"],
    ["map_concat", [map([1, "a"]), map([1, "b"])], "DUPLICATED_MAP_KEY"],
    ["str_to_map", ["a:1,a:2"], "DUPLICATED_MAP_KEY"],
    ["map_contains_key", [map(["1", "a"]), 1], "DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("the error of a repeated key names the key", async () => {
    await expect(evaluate(call("map", "k", 1, "k", 2))).rejects.toMatchObject({ messageParameters: { key: "k" } });
  });
});
