import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable } from "../../connect/support/python.ts";
import { startServer } from "../../connect/support/server.ts";
import { temporaryFolder } from "../../support/sessions.ts";
import { data, examples, root, runProgram } from "./programs.ts";

/** `answers` holds what Spark 4.3.0 prints. */
const answer = (name: string): string => readFileSync(join(import.meta.dirname, "answers", `${name}.txt`), "utf8");

/** The arguments of each program; `OUT` stands for a folder that it may write. */
const programs: Readonly<Record<string, readonly string[]>> = {
  etl: [data("movies.json"), "OUT"],
  joins: [data("flights-2k.json"), data("airports.csv")],
  pandas_api: [data("cars.json"), data("seattle-weather.csv")],
  pandas_udf: [data("cars.json")],
  partitioned_writes: [data("seattle-weather.csv"), "OUT"],
  sql: [data("seattle-weather.csv")],
  windows: [data("stocks.csv")],
  word_count: [join(root, "LICENSE")],
};

const unavailable = pythonUnavailable();

describe.skipIf(unavailable)(`PySpark's programs${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await startServer({ "spark.firecrest.python": pythonExecutable }, { python: { executable: pythonExecutable, paths: [] } }));
  });

  test("the folder holds no other program", () => {
    const names = readdirSync(examples).flatMap((name) => (name.endsWith(".py") ? [name.slice(0, -3)] : []));
    expect(names.toSorted()).toEqual(Object.keys(programs));
  });

  test.each(Object.entries(programs))(
    "%s prints what it prints on Spark",
    async (name, args) => {
      const out = join(await temporaryFolder(), "out");
      expect(
        await runProgram(
          url,
          name,
          args.map((arg) => (arg === "OUT" ? out : arg)),
        ),
      ).toBe(answer(name));
    },
    120_000,
  );
});
