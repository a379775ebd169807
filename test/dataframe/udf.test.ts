import { expect, test } from "vitest";
import * as F from "../../lib/dataframe/functions.ts";
import { bare, RecordingEngine, sessionOn } from "./support/recording-engine.ts";

test("a function travels as its source, with what it uses", () => {
  const shout = F.udf((s: string) => `${s}!`, "string", { name: "shout", using: { mark: "!" } });
  expect(bare(shout("name").expression)).toMatchObject({
    kind: "userFunction",
    function: {
      name: "shout",
      source: expect.stringContaining("=> `${s}!`"),
      using: { mark: "!" },
      evaluation: "scalar",
      deterministic: true,
    },
    args: [{ nameParts: ["name"] }],
    type: { kind: "string" },
  });
  expect(shout.asNondeterministic()("name").expression).toMatchObject({ function: { deterministic: false } });
});

test("a vectorised function says so", () => {
  expect(F.arrow_udf((x: number[]) => x, "int")("a").expression).toMatchObject({ function: { evaluation: "vectorised" } });
});

test("functions whose source makes nothing elsewhere are refused with the reason", () => {
  const object = {
    double(x: number) {
      return 2 * x;
    },
  };
  class Doubler {}
  expect(() => F.udf(Math.abs, "double")).toThrow(/abs as a user-defined function: a native function has no source/);
  expect(() => F.udf(((x: number) => x).bind(null), "double")).toThrow(/a bound function has no source/);
  expect(() => F.udf(object.double, "double")).toThrow(/a method's source is not an expression/);
  expect(() => F.udf(Doubler as never, "double")).toThrow(/a class is not a function of a row/);
  expect(() => F.udf(async () => 1, "double")).toThrow(/async and generator functions/);
});

test("captured values must be JSON under names of variables", () => {
  const f = (x: number) => x;
  expect(() => F.udf(f, "int", { using: { d: new Date(0) } })).toThrow(/d in `using`/);
  expect(() => F.udf(f, "int", { using: { "a b": 1 } })).toThrow(/not a variable's name/);
  expect(() => F.udf(f, "int", { using: { n: Number.NaN } })).toThrow(/n in `using`/);
});

test("a registered function is called by name, in any case", async () => {
  const engine = new RecordingEngine();
  const spark = sessionOn(engine);
  spark.udf.register("Plus1", (x: number) => x + 1, "int");
  await spark.range(1).select(F.call_function("plus1", "id")).collect();
  expect(engine.plans[0]).toMatchObject({
    expressions: [{ kind: "userFunction", function: { name: "Plus1" }, type: { kind: "integer" } }],
  });
});
