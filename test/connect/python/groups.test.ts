import { describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const FRAME = `
df = spark.createDataFrame([(1, 1.0), (1, 2.0), (2, 3.0), (2, 5.0), (2, 10.0)], "id long, v double").repartition(3)
import pandas as pd, pyarrow as pa, pyarrow.compute as pc
`.trim();

describe.skipIf(pythonUnavailable())("functions in Python over partitions and groups", async () => {
  const { url } = await startServer(
    { "spark.firecrest.python": pythonExecutable, "spark.sql.shuffle.partitions": "3" },
    { python: { executable: pythonExecutable, paths: [] } },
  );
  const run = (program: string) => runPython(url, `${FRAME}\n${program.trim().replace(/^ {6}/gm, "")}\n`);

  test("map partitions in pandas and Arrow, and may stop before their end", async () => {
    const out = await run(`
      def some(batches):
          for pdf in batches:
              yield pdf[pdf.id == 1]
      print(sorted(tuple(r) for r in df.mapInPandas(some, df.schema).collect()))
      def first(batches):
          yield next(batches).slice(0, 1)
      print(spark.range(0, 100000, 1, 1).mapInArrow(first, "id long").count())
    `);
    expect(out).toBe("[(1, 1.0), (1, 2.0)]\n1\n");
  });

  test("map groups by columns and by expressions, with and without their key", async () => {
    const out = await run(`
      print(df.groupBy("id").applyInPandas(lambda p: p.assign(v=p.v - p.v.mean()), df.schema).orderBy("id", "v").toPandas().values.tolist())
      print(sorted(tuple(r) for r in df.groupBy(df.id % 2).applyInPandas(lambda k, p: pd.DataFrame([k + (p.v.sum(),)]), "k long, s double").collect()))
      print(df.groupBy().applyInPandas(lambda p: pd.DataFrame([(len(p),)]), "n long").head().n)
      print(sorted(tuple(r) for r in df.groupBy("id").applyInArrow(lambda t: pa.table({"id": t["id"].slice(0, 1), "m": [pc.mean(t["v"]).as_py()]}), "id long, m double").collect()))
    `);
    expect(out.split("\n")).toEqual([
      "[[1.0, -0.5], [1.0, 0.5], [2.0, -3.0], [2.0, -1.0], [2.0, 4.0]]",
      "[(0, 18.0), (1, 3.0)]",
      "5",
      "[(1, 1.5), (2, 6.0)]",
      "",
    ]);
  });

  test("aggregate groups, alone of their kind, and over windows of both kinds", async () => {
    const out = await run(`
      @F.pandas_udf("double")
      def mean(v: pd.Series) -> float:
          return v.mean()
      print(sorted(tuple(r) for r in df.groupBy("id").agg(mean("v"), (mean(df.v + 1) * 2).alias("x")).collect()))
      print(df.agg(mean("v")).head()[0], df.filter("id > 9").agg(mean("v")).collect(), df.groupBy("id").agg(mean(v="v")).columns)
      all = Window.partitionBy("id").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
      two = Window.partitionBy("id").orderBy("v").rowsBetween(-1, 0)
      print(sorted(tuple(r) for r in df.select("id", "v", mean("v").over(all), mean("v").over(two), F.sum("v").over(two)).collect()))
      try:
          df.groupBy("id").agg(mean("v"), F.sum("v")).collect()
      except errors.AnalysisException as e:
          print(e.getCondition())
    `);
    expect(out.split("\n")).toEqual([
      "[(1, 1.5, 5.0), (2, 6.0, 14.0)]",
      "4.2 [] ['id', 'mean(v => v)']",
      "[(1, 1.0, 1.5, 1.0, 1.0), (1, 2.0, 1.5, 1.5, 3.0), (2, 3.0, 6.0, 3.0, 3.0), (2, 5.0, 6.0, 4.0, 8.0), (2, 10.0, 6.0, 7.5, 15.0)]",
      "INVALID_PANDAS_UDF_PLACEMENT",
      "",
    ]);
  });

  test("cogroup two frames, groups of one side only among them", async () => {
    const out = await run(`
      other = spark.createDataFrame([(1, "x"), (3, "y")], "id long, s string")
      sides = df.groupBy("id").cogroup(other.groupBy("id"))
      print(sorted(tuple(r) for r in sides.applyInPandas(lambda k, l, r: pd.DataFrame([(k[0], len(l), len(r))]), "id long, l int, r int").collect()))
      print(sorted(tuple(r) for r in sides.applyInArrow(lambda l, r: pa.table({"l": [l.num_rows], "r": [r.num_rows]}), "l long, r long").collect()))
    `);
    expect(out).toBe("[(1, 2, 1), (2, 3, 0), (3, 0, 1)]\n[(0, 1), (2, 1), (3, 0)]\n");
  });
});
