import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

describe.skipIf(pythonUnavailable())("a PySpark program", { timeout: 60_000 }, async () => {
  const { url } = await startServer();

  test("collects a range, and reads a schema and a setting", async () => {
    const out = await runPython(
      url,
      `
      print([row.id for row in spark.range(3).collect()])
      print(spark.range(3).schema.simpleString())
      print(spark.conf.get("spark.sql.ansi.enabled"))
      `,
    );
    expect(out).toBe("[0, 1, 2]\nstruct<id:bigint>\ntrue\n");
  });

  test("gets Spark's exception for a mistake", async () => {
    const out = await runPython(
      url,
      `
      try:
          spark.range(3).select("nope").collect()
      except errors.AnalysisException as e:
          print(e.getCondition(), e.getSqlState(), sorted(e.getMessageParameters().items()))
      `,
    );
    expect(out).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION 42703 [('objectName', '`nope`'), ('proposal', '`id`')]\n");
  });
});
