import { describe, expect, test } from "vitest";
import { nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Argument, type Case, call, cases, date, days, instant, months, show } from "../../support/call.ts";
import { evaluate, losAngeles, nonAnsi } from "../../support/evaluate.ts";

const nothing = nullLiteral(t.arrayType(t.integerType));

const answers: readonly Case[] = [
  ["array", [1, 2, 3], "[1,2,3]"],
  ["array", [1, null], "[1,NULL]"],
  ["array", [], "[]"],
  ["size", [["b", "d", "c", "a"]], "4"],
  ["size", [new Map<Argument, Argument>([["a", 1]])], "1"],
  ["size", [nothing], "NULL"],
  ["cardinality", [[]], "0"],
  ["array_size", [["b", "d"]], "2"],
  ["element_at", [[1, 2, 3], 2], "2"],
  ["element_at", [[1, 2, 3], -1], "3"],
  [
    "element_at",
    [
      new Map<Argument, Argument>([
        [1, "a"],
        [2, "b"],
      ]),
      2,
    ],
    "b",
  ],
  ["element_at", [new Map<Argument, Argument>([[1, "a"]]), 7], "NULL"],
  ["try_element_at", [[1, 2, 3], 9], "NULL"],
  ["get", [[1, 2, 3], 0], "1"],
  ["get", [[1, 2, 3], 3], "NULL"],
  ["get", [[1, 2, 3], -1], "NULL"],
  ["get_array_item", [[1, 2, 3], 1], "2"],
  ["get_array_item", [nothing, 1], "NULL"],
  ["array_contains", [[1, 2, 3], 2], "true"],
  ["array_contains", [[1, 2, 3], 4], "false"],
  ["array_contains", [[1, null], 4], "NULL"],
  ["array_contains", [[1, null], 1], "true"],
  ["array_contains", [[1, 2], 2n], "true"],
  ["array_contains", [[[1, null]], [1, null]], "true"],
  ["array_distinct", [[1, 2, 3, null, 3, null, 1]], "[1,2,3,NULL]"],
  [
    "array_except",
    [
      [1, 2, 3, 2],
      [1, 3, 5],
    ],
    "[2]",
  ],
  ["array_except", [[1, null, null], [1]], "[NULL]"],
  ["array_except", [[1, null], [null]], "[1]"],
  [
    "array_intersect",
    [
      [1, 2, 3, 1],
      [1, 3, 5],
    ],
    "[1,3]",
  ],
  [
    "array_intersect",
    [
      [1, null],
      [null, 2],
    ],
    "[NULL]",
  ],
  ["array_intersect", [[1], nothing], "NULL"],
  [
    "array_union",
    [
      [1, 2, 3],
      [1, 3, 5],
    ],
    "[1,2,3,5]",
  ],
  ["array_union", [[1, null], [null]], "[1,NULL]"],
  ["array_union", [nothing, [1]], "NULL"],
  ["array_join", [["hello", "world"], " "], "hello world"],
  ["array_join", [["hello", null, "world"], " "], "hello world"],
  ["array_join", [["hello", null, "world"], " ", ","], "hello , world"],
  ["array_join", [[null], " "], ""],
  ["array_join", [[], ","], ""],
  ["array_join", [["a"], null], "NULL"],
  ["array_max", [[1, 20, null, 3]], "20"],
  ["array_max", [[1.5, Number.NaN]], "NaN"],
  ["array_max", [[]], "NULL"],
  ["array_min", [[1, 20, null, 3]], "1"],
  ["array_position", [[312, 773, 708, 708], 708], "3"],
  ["array_position", [[312, 773], 414], "0"],
  ["array_position", [[1, 2], null], "NULL"],
  ["array_remove", [[1, 2, 3, null, 3], 3], "[1,2,NULL]"],
  ["array_remove", [[1, 2], null], "NULL"],
  ["array_repeat", ["123", 2], "[123,123]"],
  ["array_repeat", ["a", -1], "[]"],
  ["array_repeat", [null, 2], "[NULL,NULL]"],
  ["array_repeat", ["a", null], "NULL"],
  ["array_append", [["b", "d"], "d"], "[b,d,d]"],
  ["array_append", [[1, null], null], "[1,NULL,NULL]"],
  ["array_append", [nothing, 1], "NULL"],
  ["array_prepend", [["b", "d"], "d"], "[d,b,d]"],
  ["array_prepend", [nothing, 1], "NULL"],
  ["array_insert", [[1, 2, 3, 4], 5, 5], "[1,2,3,4,5]"],
  ["array_insert", [[5, 4, 3, 2], -1, 1], "[5,4,3,2,1]"],
  ["array_insert", [[5, 3, 2, 1], -4, 4], "[5,4,3,2,1]"],
  ["array_insert", [[1, 2], 1, 0], "[0,1,2]"],
  ["array_insert", [[1, 2], 5, 9], "[1,2,NULL,NULL,9]"],
  ["array_insert", [[1, 2], -5, 9], "[9,NULL,NULL,1,2]"],
  ["array_insert", [[1, 2], -3, 9], "[9,1,2]"],
  ["array_compact", [[1, 2, 3, null]], "[1,2,3]"],
  [
    "arrays_overlap",
    [
      [1, 2, 3],
      [3, 4, 5],
    ],
    "true",
  ],
  [
    "arrays_overlap",
    [
      [1, 2],
      [3, null],
    ],
    "NULL",
  ],
  ["arrays_overlap", [[1, null], [1]], "true"],
  ["arrays_overlap", [[], [null]], "false"],
  [
    "arrays_zip",
    [
      [1, 2, 3],
      [2, 3, 4],
    ],
    "[{1,2},{2,3},{3,4}]",
  ],
  ["arrays_zip", [[1, 2], [2]], "[{1,2},{2,NULL}]"],
  ["arrays_zip", [[1], nothing], "NULL"],
  ["sort_array", [["b", "d", null, "c", "a"], true], "[NULL,a,b,c,d]"],
  ["sort_array", [["b", null, "c"], false], "[c,b,NULL]"],
  ["sort_array", [[2, 1]], "[1,2]"],
  ["array_sort", [["bc", "ab", null, "dc"]], "[ab,bc,dc,NULL]"],
  ["slice", [[1, 2, 3, 4], 2, 2], "[2,3]"],
  ["slice", [[1, 2, 3, 4], -2, 2], "[3,4]"],
  ["slice", [[1, 2, 3], 5, 1], "[]"],
  ["slice", [[1, 2, 3], -5, 2], "[]"],
  ["slice", [[1, 2, 3], 2, 0], "[]"],
  ["slice", [[1, 2, 3], 2, 9], "[2,3]"],
  [
    "flatten",
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    "[1,2,3,4]",
  ],
  ["flatten", [[[1, 2], null]], "NULL"],
  ["sequence", [1, 5], "[1,2,3,4,5]"],
  ["sequence", [5, 1], "[5,4,3,2,1]"],
  ["sequence", [1, 10, 4], "[1,5,9]"],
  ["sequence", [3, 3, 0], "[3]"],
  ["sequence", [1n, 3n], "[1,2,3]"],
  ["sequence", [date("2018-01-01"), date("2018-03-01"), months(1)], "[2018-01-01,2018-02-01,2018-03-01]"],
  ["sequence", [date("2020-01-31"), date("2020-05-01"), months(1)], "[2020-01-31,2020-02-29,2020-03-31,2020-04-30]"],
  ["sequence", [date("2018-03-01"), date("2018-01-01"), months(-1)], "[2018-03-01,2018-02-01,2018-01-01]"],
  ["sequence", [date("2018-01-01"), date("2018-01-03")], "[2018-01-01,2018-01-02,2018-01-03]"],
  ["sequence", [instant("2018-01-01 00:00:00"), instant("2018-01-03 00:00:00"), days(2)], "[2018-01-01 00:00:00,2018-01-03 00:00:00]"],
];

describe("functions of arrays", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("shuffle keeps the elements, and gives one order for one seed", async () => {
    const shuffled = call("sort_array", call("shuffle", [1, 20, null, 3]));
    expect(show(await evaluate(shuffled))).toBe("[NULL,1,3,20]");
    const seeded = () => evaluate(call("shuffle", [1, 2, 3, 4, 5, 6, 7, 8], 7n));
    expect(show(await seeded())).toBe(show(await seeded()));
  });

  test("a field of an array of structs is an array of the fields", async () => {
    const structs = [call("named_struct", "a", 1, "b", "x"), call("named_struct", "a", 2, "b", "y")];
    expect(show(await evaluate(call("get_array_struct_fields", structs, "b")))).toBe("[x,y]");
  });

  test("a sequence of days keeps the local time over a change to daylight saving time", async () => {
    const sequence = call("sequence", instant("2020-03-07 20:00:00"), instant("2020-03-09 19:00:00"), days(1));
    expect(show(await evaluate(sequence, losAngeles), "America/Los_Angeles")).toBe(
      "[2020-03-07 12:00:00,2020-03-08 12:00:00,2020-03-09 12:00:00]",
    );
  });

  test("an index outside the array is NULL, and the size of NULL -1, where ANSI mode is off", async () => {
    expect(await evaluate(call("element_at", [1, 2, 3], 5), nonAnsi)).toBeNull();
    expect(await evaluate(call("get_array_item", [1, 2, 3], -1), nonAnsi)).toBeNull();
    expect(await evaluate(call("size", nothing), nonAnsi)).toBe(-1);
  });
});

describe("arguments that arrays reject", () => {
  const errors: readonly Case[] = [
    ["element_at", [[1, 2, 3], 5], "INVALID_ARRAY_INDEX_IN_ELEMENT_AT"],
    ["element_at", [[1, 2, 3], 0], "INVALID_INDEX_OF_ZERO"],
    ["get_array_item", [[1, 2, 3], 3], "INVALID_ARRAY_INDEX"],
    ["get_array_item", [[1, 2, 3], -1], "INVALID_ARRAY_INDEX"],
    ["array_insert", [[1, 2, 3], 0, 1], "INVALID_INDEX_OF_ZERO"],
    ["array_insert", [[1, 2, 3], 3, "4"], "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES"],
    ["array_contains", [[1, 2], "a"], "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES"],
    ["array_union", [[1], ["a"]], "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES"],
    ["array_size", [new Map<Argument, Argument>([["a", 1]])], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["slice", [[1, 2], 0, 1], "INVALID_PARAMETER_VALUE.START"],
    ["slice", [[1, 2], 1, -1], "INVALID_PARAMETER_VALUE.LENGTH"],
    ["sequence", [1, 5, -1], "FIRECREST_ILLEGAL_SEQUENCE"],
    ["sequence", [1, 5, 0], "FIRECREST_ILLEGAL_SEQUENCE"],
    ["sequence", [0n, 9_000_000_000n], "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER"],
    ["array_max", [[new Map<Argument, Argument>([["a", 1]])]], "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});
