import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { CachedLocalRelationSchema, LocalRelationSchema } from "../../../lib/connect/protocol/spark/connect/relations_pb.js";
import { cachedLocalRelationOf, localRelationOf } from "../../../lib/connect/relation/local-relation.ts";
import type { Translation } from "../../../lib/connect/translation.ts";
import { rowsToArrow } from "../../../lib/engine/types/convert.ts";
import { parseSchema } from "../../../lib/engine/types/ddl.ts";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

describe.skipIf(pythonUnavailable())("rows of a PySpark program", async () => {
  const { url } = await startServer();

  test("come back as they went, in each type", async () => {
    const out = await runPython(
      url,
      `
      import datetime as dt, decimal
      rows = [(True, 1, 2, 3, 2**40, 1.5, 2.5, "s", b"b", decimal.Decimal("1.20"), dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3, 4, 5, 6),
               dt.datetime(2024, 1, 2), dt.timedelta(days=1, microseconds=1), dt.time(1, 2, 3, 4), [1, None], {"k": None}, (1, "x")),
              (None,) * 18]
      df = spark.createDataFrame(rows, """z boolean, t tinyint, s smallint, i int, l bigint, f float, d double, x string, y binary,
        e decimal(10,2), a date, ts timestamp, n timestamp_ntz, iv interval day to second, ti time(6), c array<int>, m map<string,int>, r struct<p:int,q:string>""")
      got = df.collect()
      print([tuple(row) for row in got] == rows, got[1].asDict() == dict.fromkeys(df.columns))
      print(spark.createDataFrame([{"a": 1, "b": {"x": 1}}]).collect(), spark.createDataFrame([], "a int").collect(), spark.createDataFrame([1, 2], "int").collect())
      print(spark.createDataFrame([(1,)], T.StructType([T.StructField("a", T.LongType(), False, {"k": 1})])).schema[0])
      print(spark.createDataFrame([(1, 2)], ["a", "a"]).columns)
      `,
    );
    expect(out).toBe(
      "True True\n[Row(a=1, b={'x': 1})] [] [Row(value=1), Row(value=2)]\nStructField('a', LongType(), False)\n['a', 'a']\n",
    );
  });

  test("may be pandas', NumPy's and Arrow's", async () => {
    const out = await runPython(
      url,
      `
      import pandas as pd, numpy as np, pyarrow as pa
      pdf = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"]), "t": pd.to_timedelta([1, 2], unit="s"),
                          "z": pd.to_datetime(["2020-01-01", "2020-01-02"]).tz_localize("Asia/Tokyo"), "l": [[1, 2], [3]]})
      print(spark.createDataFrame(pdf).schema.simpleString())
      print(spark.createDataFrame(pdf[["a", "b"]], "x int, y string").collect())
      print(spark.createDataFrame(np.array([[1, 2], [3, 4]])).collect())
      print(spark.createDataFrame(pa.table({"x": [1, None], "y": [[1], None]})).collect())
      `,
    );
    expect(out).toBe(
      "struct<a:bigint,b:string,c:string,t:interval day to second,z:timestamp,l:array<bigint>>\n" +
        "[Row(x=1, y='x'), Row(x=2, y=None)]\n" +
        "[Row(_1=1, _2=2), Row(_1=3, _2=4)]\n" +
        "[Row(x=1, y=[1]), Row(x=None, y=None)]\n",
    );
  });

  test("that are too many for a plan keep their order", async () => {
    const out = await runPython(
      url,
      `
      import pandas as pd, numpy as np
      n = 300_000
      pdf = pd.DataFrame({"i": np.arange(n), "f": np.random.rand(n), "s": [f"name{i % 1000}" for i in range(n)]})
      df = spark.createDataFrame(pdf)
      print(df.toPandas().equals(pdf), df.agg(F.sum("i"), F.countDistinct("s")).first()[0:2])
      print(spark.createDataFrame(pdf, "a int, b double, c string").where("a = 299999").select("a", "c").collect())
      `,
    );
    expect(out).toBe("True (44999850000, 1000)\n[Row(a=299999, c='name999')]\n");
  });
});

describe("a local relation's message", () => {
  const t: Translation = {
    spark: undefined as never,
    references: new Map(),
    cachedArtifact: () => new Uint8Array([1, 2, 3]),
    remoteRelation: () => {
      throw new Error("none");
    },
  };
  const planned = (schema: string, rows: readonly object[], wanted?: string) =>
    localRelationOf(
      create(LocalRelationSchema, { data: rowsToArrow(rows, parseSchema(schema)), ...(wanted ? { schema: wanted } : {}) }),
      t,
    );

  test("is rows in the plan, cast by place where another schema is wanted", async () => {
    expect(await planned("a int", [{ a: 1 }])).toMatchObject({ kind: "localRelation", rows: 1, schema: parseSchema("a int") });
    expect(await planned("a int", [{ a: 1 }], "b int not null")).toMatchObject({
      kind: "localRelation",
      schema: parseSchema("b int not null"),
    });
    expect(await planned("a int", [{ a: 1 }], "b string")).toMatchObject({ kind: "project", child: { kind: "localRelation" } });
    expect(await localRelationOf(create(LocalRelationSchema, { schema: "a int" }), t)).toMatchObject({ rows: 0, arrow: "" });
  });

  test("is refused where it holds what it must not", async () => {
    await expect(planned("a int", [{ a: null }], "a int not null")).rejects.toMatchObject({ condition: "NULLABLE_COLUMN_OR_FIELD" });
    await expect(planned("a int", [{ a: 1 }], "a int, b int")).rejects.toMatchObject({ condition: "FIRECREST_INVALID_PLAN" });
    await expect(planned("a array<int>", [{ a: [1] }], "a int")).rejects.toMatchObject({ condition: "INVALID_COLUMN_OR_FIELD_DATA_TYPE" });
    for (const message of [{}, { data: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]) }, { data: new Uint8Array(0) }])
      await expect(localRelationOf(create(LocalRelationSchema, message), t)).rejects.toThrow();
    await expect(cachedLocalRelationOf(create(CachedLocalRelationSchema, { hash: "x" }), t)).rejects.toThrow();
  });
});
