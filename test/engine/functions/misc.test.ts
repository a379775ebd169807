import { describe, expect, test } from "vitest";
import { literal, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate, nonAnsi } from "../../support/evaluate.ts";

const answers: readonly Case[] = [
  ["typeof", [1], "int"],
  ["typeof", [[1]], "array<int>"],
  ["typeof", [call("named_struct", "a", 1, "b", "spark")], "struct<a:int,b:string>"],
  ["assert_true", [true], "NULL"],
  ["current_catalog", [], "spark_catalog"],
  ["current_database", [], "default"],
  ["current_schema", [], "default"],
  ["spark_partition_id", [], "0"],
  ["monotonically_increasing_id", [], "0"],
  ["int", ["12"], "12"],
  ["double", [1], "1"],
  ["string", [1.5], "1.5"],
  ["date", ["2016-07-30"], "2016-07-30"],
  ["boolean", ["yes"], "true"],
  ["to_binary", ["abc", "utf-8"], "616263"],
  ["to_binary", ["123"], "0123"],
  ["to_binary", [" ab c=", "base64"], "69b7"],
  ["try_to_binary", ["a!", "base64"], "NULL"],
  ["try_to_binary", ["abc", "invalidFormat"], "NULL"],
  ["collation", ["a"], "SYSTEM.BUILTIN.UTF8_BINARY"],
  ["collate", ["a", "utf8_binary"], "a"],
  ["base64", [call("aes_encrypt", "Spark SQL", "1234567890abcdef", "ECB", "PKCS")], "3lmwu+Mw0H3fi5NDvcu9lg=="],
  ["string", [call("aes_decrypt", call("unbase64", "3lmwu+Mw0H3fi5NDvcu9lg=="), "1234567890abcdef", "ECB", "PKCS")], "Spark SQL"],
  ["string", [call("aes_decrypt", call("aes_encrypt", "Spark", "0000111122223333"), "0000111122223333")], "Spark"],
  ["string", [call("aes_decrypt", call("aes_encrypt", "Spark", "0000111122223333", "CBC"), "0000111122223333", "CBC")], "Spark"],
  ["try_aes_decrypt", [call("unhex", "00".repeat(32)), "0000111122223333"], "NULL"],
  ["bitmap_bucket_number", [123], "1"],
  ["bitmap_bucket_number", [0], "0"],
  ["bitmap_bit_position", [1], "0"],
  ["bitmap_bit_position", [123], "122"],
  ["bitmap_count", [call("unhex", "1010")], "2"],
  ["if", [false, call("raise_error", "x"), "ok"], "ok"],
];

describe("conversions and other functions", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  const errors: readonly Case[] = [
    ["assert_true", [false], "USER_RAISED_EXCEPTION"],
    ["assert_true", [nullLiteral(t.booleanType)], "USER_RAISED_EXCEPTION"],
    ["raise_error", ["custom"], "USER_RAISED_EXCEPTION"],
    ["if", [true, call("raise_error", "x"), "ok"], "USER_RAISED_EXCEPTION"],
    ["to_binary", [" ab cdef= = ", "base64"], "CONVERSION_INVALID_INPUT"],
    ["to_binary", ["abc", "invalidFormat"], "DATATYPE_MISMATCH.INVALID_ARG_VALUE"],
    ["to_binary", ["GG"], "CONVERSION_INVALID_INPUT"],
    ["int", ["x"], "CAST_INVALID_INPUT"],
    ["aes_encrypt", ["Spark", "short"], "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH"],
    ["aes_encrypt", ["Spark", "0000111122223333", "XYZ"], "UNSUPPORTED_FEATURE.AES_MODE"],
    ["aes_decrypt", [call("unhex", "00".repeat(32)), "0000111122223333"], "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR"],
    ["current_user", [], "FIRECREST_UNSUPPORTED"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("a raised error carries the user's message", async () => {
    await expect(evaluate(call("raise_error", 'it\'s "bad"'))).rejects.toMatchObject({
      messageParameters: { errorMessage: 'it\'s "bad"' },
    });
    await expect(evaluate(call("assert_true", literal(false, t.booleanType)))).rejects.toMatchObject({
      messageParameters: { errorMessage: "'false' is not true!" },
    });
  });

  test("a UUID has its form", async () => {
    expect(await evaluate(call("uuid"))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("outside ANSI a conversion of bad text is NULL", async () => {
    expect(await evaluate(call("int", "x"), nonAnsi)).toBeNull();
  });
});
