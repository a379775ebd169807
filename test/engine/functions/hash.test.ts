import { describe, expect, test } from "vitest";
import { cast, literal, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import { hashBytes } from "../../../lib/engine/functions/xxhash64.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, date, instant, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const answers: readonly Case[] = [
  ["hash", ["Spark", [123], 2], "-1321691492"],
  ["xxhash64", ["Spark", [123], 2], "5602566077635097486"],
  ["hash", [null], "42"],
  ["hash", [1], "-559580957"],
  ["hash", [1n], "-1712319331"],
  ["md5", ["Spark"], "8cde774d6f7333752ed72cacddb05126"],
  ["sha", ["Spark"], "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"],
  ["sha1", ["Spark"], "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"],
  ["sha2", ["Spark", 256], "529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b"],
  ["sha2", ["Spark", 0], "529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b"],
  ["sha2", ["Spark", 1], "NULL"],
  ["crc32", ["Spark"], "1557323817"],
  ["md5", [nullLiteral(t.stringType)], "NULL"],
];

describe("hashes", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("a date hashes as its days, an instant as its microseconds, a short decimal as its digits", async () => {
    expect(await evaluate(call("hash", date("1970-01-02")))).toBe(await evaluate(call("hash", 1)));
    expect(await evaluate(call("hash", instant("1970-01-01 00:00:00.000001")))).toBe(await evaluate(call("hash", 1n)));
    expect(await evaluate(call("xxhash64", literal(Decimal.parse("0.01"), t.decimalType(3, 2))))).toBe(
      await evaluate(call("xxhash64", 1n)),
    );
  });

  test("both zeros are alike, and NULL is passed over", async () => {
    expect(await evaluate(call("hash", literal(-0, t.doubleType)))).toBe(await evaluate(call("hash", literal(0, t.doubleType))));
    expect(await evaluate(call("hash", null, 1, null))).toBe(await evaluate(call("hash", 1)));
  });

  test("the parts of a value follow one another", async () => {
    expect(await evaluate(call("hash", [1, 2], call("struct", 3, "x")))).toBe(await evaluate(call("hash", 1, 2, 3, "x")));
  });

  test.each([
    ["", 0n, "ef46db3751d8e999"],
    ["xxhash", 0n, "32dd38952c4bc720"],
    ["xxhash", 20141025n, "b559b98d844e0635"],
    ["Nobody inspects the spammish repetition", 0n, "fbcea83c8a378bf1"],
  ])("the bytes of '%s' with seed %d have the xxHash of its specification", (text, seed, expected) => {
    expect(BigInt.asUintN(64, hashBytes(Buffer.from(text), seed)).toString(16)).toBe(expected);
  });

  test("maps are refused", async () => {
    await expect(evaluate(call("hash", call("map", 1, 2)))).rejects.toMatchObject({ condition: "DATATYPE_MISMATCH.HASH_MAP_TYPE" });
    await expect(evaluate(call("hash", cast(literal("x", t.stringType), t.integerType)))).rejects.toMatchObject({
      condition: "CAST_INVALID_INPUT",
    });
  });
});
