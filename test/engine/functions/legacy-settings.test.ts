import { describe, expect, it } from "vitest";
import type { Literal } from "../../../lib/engine/expressions/expression.ts";
import type { SessionSettings } from "../../../lib/engine/functions/function.ts";
import { binaryType } from "../../../lib/engine/types/data-type.ts";
import { type Argument, call } from "../../support/call.ts";
import { evaluate, utc } from "../../support/evaluate.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");
const bytes = (text: string): Literal => ({ kind: "literal", value: latin1(text), type: binaryType });
type Case = readonly [name: string, args: readonly Argument[], settings: Partial<SessionSettings>, expected: unknown];

/** Source: Spark's documentation of the settings, and the answers of 4.1.1. */
const cases: readonly Case[] = [
  ["array_insert", [[1, 3, 4], -2, 2], {}, [1, 3, 2, 4]],
  ["array_insert", [[1, 3, 4], -2, 2], { insertsBeforeNegative: true }, [1, 2, 3, 4]],
  ["array_insert", [[2, 3], -4, 1], { insertsBeforeNegative: true }, [1, null, null, 2, 3]],
  ["encode", ["é€", "US-ASCII"], { replacesCharacters: true }, latin1("??")],
  ["encode", ["€", "WINDOWS-1252"], { javaCharsets: true }, latin1("\x80")],
  ["decode", [bytes("\x80"), "WINDOWS-1252"], { javaCharsets: true }, "€"],
  ["decode", [bytes("a\xe5"), "US-ASCII"], { replacesCharacters: true }, "a\ufffd"],
  ["lpad", [bytes("a"), 3], {}, latin1("\0\0a")],
  ["lpad", [bytes("a"), 3], { padsTexts: true }, "  a"],
  ["concat", [bytes("a"), bytes("b")], {}, latin1("ab")],
  ["concat", [bytes("a"), bytes("b")], { concatsTexts: true }, "ab"],
  ["elt", [2, bytes("a"), bytes("b")], { choosesTexts: true }, "b"],
  ["to_csv", [call("named_struct", "a", bytes("A"))], { binaryStyle: "HEX" }, "41"],
];

describe("settings for what older versions of Spark did", () => {
  it.each(cases)("%s(%j) under %j", async (name, args, settings, expected) => {
    const value = await evaluate(call(name, ...args), { ...utc, ...settings });
    expect(value instanceof Uint8Array ? Buffer.from(value) : value).toEqual(expected);
  });

  it("a character set that is none of Spark's, or says too little, is an error by default", async () => {
    await expect(evaluate(call("encode", "a", "WINDOWS-1252"))).rejects.toMatchObject({ condition: "INVALID_PARAMETER_VALUE.CHARSET" });
    await expect(evaluate(call("encode", "é", "US-ASCII"))).rejects.toMatchObject({ condition: "MALFORMED_CHARACTER_CODING" });
  });
});
