import { tmpdir } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { resolveExpression } from "../../../lib/engine/analyzer/resolve-expression.ts";
import { nullLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression, GeneratorCall } from "../../../lib/engine/expressions/expression.ts";
import type { GeneratorFunction } from "../../../lib/engine/functions/function.ts";
import { entryOf } from "../../../lib/engine/functions/registry.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { type EmitContext, emit } from "../../../lib/engine/kernel/emit.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Argument, type Case, call, cases } from "../../support/call.ts";
import { utc } from "../../support/evaluate.ts";

const kernel = await Kernel.open({ threads: 1, memory: 500_000_000, spillFolder: tmpdir() });
afterAll(() => kernel.close());

const resolve = (expression: Expression) => resolveExpression(expression, { candidates: () => [], all: () => [] }, utc) as GeneratorCall;

/** The rows of a generator as `name=value` texts. */
async function rowsOf(expression: Expression): Promise<string> {
  const generator = resolve(expression);
  const context: EmitContext = { session: utc, functions: new Map() };
  const args = generator.args.map((arg) => emit(arg, context));
  const sql = (entryOf(generator.name) as GeneratorFunction).rows(args, generator, utc);
  await kernel.prepare(utc, context.functions.values());
  const rows = await kernel.query(`SELECT unnest(${sql}, recursive := false) AS r`);
  const names = generator.fields.map((field) => field.name);
  return rows
    .map(({ r }) =>
      Object.values(r as object)
        .map((value, i) => `${names[i]}=${value}`)
        .join(" "),
    )
    .join("; ");
}

const map = (...entries: readonly (readonly [Argument, Argument])[]) => new Map<Argument, Argument>(entries);

const answers: readonly Case[] = [
  ["explode", [[10, 20]], "col=10; col=20"],
  ["explode", [[10, null]], "col=10; col=null"],
  ["explode", [[]], ""],
  ["explode", [nullLiteral(t.arrayType(t.integerType))], ""],
  ["explode", [map([1, "a"], [2, "b"])], "key=1 value=a; key=2 value=b"],
  ["posexplode", [[10, 20]], "pos=0 col=10; pos=1 col=20"],
  ["posexplode", [map(["k", "v"])], "pos=0 key=k value=v"],
  ["inline", [[call("struct", 1, "a"), call("struct", 2, "b")]], "col1=1 col2=a; col1=2 col2=b"],
  ["inline", [[call("struct", 1, "a"), null]], "col1=1 col2=a; col1=null col2=null"],
  ["stack", [2, 1, 2, 3], "col0=1 col1=2; col0=3 col1=null"],
  ["stack", [1, "a", 1.5], "col0=a col1=1.5"],
  ["json_tuple", ['{"a":1, "b":2}', "a", "b", "c"], "c0=1 c1=2 c2=null"],
  ["json_tuple", ['{"a":{"x":[1.0]}}', "a"], 'c0={"x":[1.0]}'],
  ["json_tuple", ["no json", "a"], "c0=null"],
];

describe("generators", () => {
  test.each(cases(answers))("$text makes $expected", async ({ expression, expected }) => {
    expect(await rowsOf(expression)).toBe(expected);
  });

  test("only the outer form keeps a row of nothing", () => {
    expect(resolve(call("explode_outer", [1])).outer).toBe(true);
    expect(resolve(call("explode", [1])).outer).toBe(false);
  });

  const errors: readonly Case[] = [
    ["explode", [1], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["inline", [[1]], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["stack", [0, 1], "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"],
    ["stack", [call("size", [1]), 1], "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"],
    ["json_tuple", ['{"a":1}'], "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"],
  ];
  test.each(cases(errors))("$text raises $expected", ({ expression, expected }) => {
    expect(() => resolve(expression)).toThrow(`[${expected}]`);
  });
});
