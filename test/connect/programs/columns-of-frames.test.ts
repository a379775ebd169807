import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const PROGRAM = `
import json
df = spark.createDataFrame([(1, 2, "a"), (2, 3, "b"), (3, 1, "c")], "id int, p int, s string")
out = {}
def rows(frame):
    try: return [list(row) for row in frame().collect()]
    except errors.PySparkException as e: return [e.getCondition(), dict(e.getMessageParameters())]

high, low = df.filter("p > 1"), df.filter("p < 3")
other = spark.range(3)
joined = high.join(low, high.id == low.id)
out["below"] = rows(lambda: df.join(high, df.id == high.id).select(high.id))
out["both sides"] = rows(lambda: df.join(df, df.id == df.p))
out["deeper"] = rows(lambda: high.join(low, df.id == low.id))
out["after a join"] = rows(lambda: df.join(high, df.id == high.id).select(df.id))
out["by derived frames"] = rows(lambda: joined.select(high.id, low.p))
out["dropped"] = joined.drop(low.id).columns
out["a third time"] = rows(lambda: joined.join(df, df.id == high.id).select(low.s))
semi = df.join(high, df.id == high.id, "left_semi")
out["semi"] = rows(lambda: semi.select(df.id))
out["using"] = rows(lambda: df.join(high, "id").select(df.id, high.id, high.s))
out["hinted"] = rows(lambda: (lambda b: df.join(b, df.id == b.p).select(b.id).orderBy("id"))(high.hint("broadcast")))
out["union"] = rows(lambda: df.union(df).select(df.id))
union = df.union(df)
out["of the union"] = rows(lambda: union.select(union.id).distinct().orderBy("id"))
out["intersect"] = rows(lambda: df.intersect(df).select(df.id).orderBy("id"))
out["stranger"] = [rows(lambda: df.select(other.id)), rows(lambda: df.drop(other.id)), rows(lambda: df.select(other["*"]))]
out["all twice"] = rows(lambda: df.join(high, df.id == high.id).select(df["*"]))
out["all once"] = rows(lambda: df.join(high, df.id == high.id).select(high["*"]))
out["pattern"] = df.join(high, df.id == high.id).select(df.colRegex("\`p|s\`")).columns
out["replaced"] = [rows(lambda: df.withColumn("id", df.id + 1).select(df.id))[0], rows(lambda: df.withColumn("id", df.id + 1).orderBy(df.id).limit(1))]
out["in a subquery"] = rows(lambda: df.where(df.id.isin(df.select("p").where(df.p > 1))).select("id"))
unchanged = df.drop("nope")
out["unchanged"] = rows(lambda: unchanged.join(high, unchanged.id == high.id).select(unchanged.s))

def same(a, b): return a.sameSemantics(b) and a.semanticHash() == b.semanticHash()
c = F.col
out["same"] = [
    same(df.select(c("id").alias("a")), df.select(c("ID").alias("b"))), same(df.filter("id > 1 and p > 2"), df.filter("2 < p and id > 1")),
    same(df.filter("not id > 1"), df.filter("id <= 1")), same(df.filter("id in (1, 2)"), df.filter("id in (2, 1)")),
    same(df.select(c("id") + 1 + c("p")), df.select(F.lit(1) + c("p") + c("id"))), same(df.alias("a").select("a.id"), df.select("id")),
    same(df.groupBy("id").count(), df.groupBy("id").agg(F.count("*").alias("n"))), same(df.select(F.expr("transform(array(id), x -> x + 1)")), df.select(F.expr("transform(array(id), y -> y + 1)"))),
    same(df.toDF("x", "y", "z"), df), same(df.select("*"), df),
]
out["other"] = [
    same(df.select("id", "p"), df.select("p", "id")), same(df.orderBy("id"), df.orderBy("p")), same(df.limit(2), df.limit(3)),
    same(df.filter("id > 1").filter("p > 1"), df.filter("id > 1 and p > 1")), same(union, df.union(high)), same(df.select(c("id") - c("p")), df.select(c("p") - c("id"))),
]
out["no plan"] = rows(lambda: df.select("nope").semanticHash())[0]
print(json.dumps(out))
`;

describe.skipIf(pythonUnavailable())("columns that programs name by their DataFrames", async () => {
  const { url } = await startServer();
  const out = JSON.parse(await runPython(url, PROGRAM)) as Record<string, unknown>;
  const ambiguous = (name: string) => ["AMBIGUOUS_COLUMN_REFERENCE", { name: `"${name}"` }];
  const strange = (name: string) => ["CANNOT_RESOLVE_DATAFRAME_COLUMN", { name: `"${name}"` }];

  test("mean the side that is that DataFrame, or was made of it alone", () => {
    expect(out.below).toEqual([[1], [2]]);
    expect(out["by derived frames"]).toEqual([[1, 2]]);
    expect(out.dropped).toEqual(["id", "p", "s", "p", "s"]);
    expect(out["a third time"]).toEqual([["a"]]);
    expect(out.hinted).toEqual([[1], [2]]);
    expect(out.unchanged).toEqual([["a"], ["b"]]);
  });

  test("are ambiguous where the DataFrame stands on both sides", () => {
    for (const which of ["both sides", "deeper", "after a join"]) expect(out[which]).toEqual(ambiguous("id"));
    expect(out["all twice"]).toEqual(ambiguous("unresolveddataframestar()"));
  });

  test("are not ambiguous where only one side's rows reach", () => {
    expect(out.semi).toEqual([[1], [2]]);
    expect(out.intersect).toEqual([[1], [2], [3]]);
    expect(out["all once"]).toEqual([
      [1, 2, "a"],
      [2, 3, "b"],
    ]);
  });

  test("reach through a join by names, which hides one side's key", () => {
    expect(out.using).toEqual([
      [1, 1, "a"],
      [2, 2, "b"],
    ]);
  });

  test("of a DataFrame that is no part of it, or only below a union, are errors", () => {
    expect(out.union).toEqual(strange("id"));
    expect(out["of the union"]).toEqual([[1], [2], [3]]);
    expect(out.stranger).toEqual([strange("id"), strange("id"), strange("unresolveddataframestar()")]);
  });

  test("can be sorted by after they were replaced, and not selected", () => {
    expect(out.replaced).toEqual(["UNRESOLVED_COLUMN.WITH_SUGGESTION", [[2, 2, "a"]]]);
    expect(out["in a subquery"]).toEqual([[2], [3]]);
  });

  test("are all of a pattern's, whatever DataFrame it was asked of", () => {
    expect(out.pattern).toEqual(["p", "s", "p", "s"]);
  });

  test("have the same semantics whatever they are called and in whatever order commutative operands stand", () => {
    expect(out.same).toEqual(Array(10).fill(true));
    expect(out.other).toEqual(Array(6).fill(false));
    expect(out["no plan"]).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  });
});
