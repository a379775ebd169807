import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

/** Compares what the pandas API on Spark says with what pandas says of the same rows. */
const COMPARE = `
      import warnings; warnings.filterwarnings("ignore")
      os.environ["PYSPARK_PANDAS_USAGE_LOGGER"] = ""
      import pandas as pd, numpy as np
      import pyspark.pandas as ps
      random = np.random.RandomState(1)
      n = 500
      pdf = pd.DataFrame({"k": random.randint(0, 5, n), "x": random.rand(n), "y": random.rand(n), "s": [f"v{v}" for v in random.randint(0, 50, n)]})
      psdf = ps.from_pandas(pdf)
      def same(*programs):
          for f in programs:
              got, wanted = f(psdf), f(pdf)
              got = got.to_pandas() if hasattr(got, "to_pandas") else got
              check = dict(check_dtype=False, check_names=False, rtol=1e-9, check_index_type=False)
              if isinstance(wanted, pd.DataFrame): pd.testing.assert_frame_equal(got, wanted, **check)
              elif isinstance(wanted, pd.Series): pd.testing.assert_series_equal(got, wanted, **check)
              else: assert np.allclose(got, wanted), (got, wanted)
          print("same")
`;

describe.skipIf(pythonUnavailable())("the pandas API on Spark", async () => {
  const { url } = await startServer();
  const run = (program: string) => runPython(url, `${COMPARE}${program}`);

  test("has pandas' statistics, of all rows and of groups", async () => {
    const out = await run(`
      same(*[lambda df, f=f: getattr(df[["x", "y"]], f)() for f in ["mean", "sum", "std", "var", "skew", "kurt", "min", "max", "count", "cov", "corr"]])
      same(*[lambda df, f=f: getattr(df.groupby("k")[["x", "y"]], f)().sort_index() for f in ["mean", "sum", "std", "var", "nunique", "first", "last", "prod"]])
      same(lambda df: df.describe().loc[["count", "mean", "std", "min", "max"]], lambda df: df.s.value_counts().sort_index(), lambda df: df.x.std(ddof=0))
    `);
    expect(out).toBe("same\n".repeat(3));
  });

  test("keeps the order of rows, and counts them", async () => {
    const out = await run(`
      same(lambda df: df, lambda df: df.head(3), lambda df: df.iloc[5:9], lambda df: df.sort_values(["s", "y"]).reset_index())
      same(*[lambda df, f=f: getattr(df.x, f)().sort_index() for f in ["cumsum", "cummax", "rank", "diff", "shift", "pct_change"]])
      same(*[lambda df, f=f: getattr(df.x.rolling(5), f)().sort_index() for f in ["sum", "mean", "std", "max"]])
      same(lambda df: df.x.ewm(alpha=0.3).mean(), lambda df: df.x.expanding(3).mean(), lambda df: df.groupby("k").x.rank().sort_index())
      print(len(psdf), psdf.shape, ps.range(3).to_pandas().id.tolist())
    `);
    expect(out).toBe(`${"same\n".repeat(4)}500 (500, 4) [0, 1, 2]\n`);
  });

  test("merges, pivots, melts, and reads what it writes", async () => {
    const out = await run(`
      import tempfile
      same(lambda df: df.merge(df[["k", "s"]].drop_duplicates(), on="k").sort_values(["k", "s_x", "s_y", "x"]).reset_index(drop=True))
      same(lambda df: df.pivot_table(values="y", index=["k"], columns="s", aggfunc="mean").sort_index()[["v1", "v2"]])
      same(lambda df: df.head(3).melt(id_vars=["k"], value_vars=["x", "y"]).sort_values(["variable", "value"]).reset_index(drop=True))
      same(lambda df: df[df.x > 0.5].assign(z=df.x * 2).drop(columns=["s"]), lambda df: df.s.str.upper(), lambda df: df.drop_duplicates("k").sort_index())
      folder = tempfile.mkdtemp()
      pdf.to_csv(folder + "/rows.csv", index=False)
      pd.testing.assert_frame_equal(ps.read_csv(folder + "/rows.csv").to_pandas(), pdf, check_dtype=False)
      quotes = pd.DataFrame({"k": [0, 1, 0, 2], "at": [1, 3, 4, 9], "bid": [1.0, 2.0, 3.0, 4.0]})
      trades = pd.DataFrame({"k": [0, 1, 0, 3], "at": [2, 3, 7, 9], "paid": [5, 6, 7, 8]})
      for direction in ["backward", "forward", "nearest"]:
          got = ps.merge_asof(ps.from_pandas(trades), ps.from_pandas(quotes), on="at", by="k", direction=direction).to_pandas()
          pd.testing.assert_frame_equal(got.sort_values("paid").reset_index(drop=True), pd.merge_asof(trades, quotes, on="at", by="k", direction=direction))
      print(ps.concat([psdf, psdf], ignore_index=True).shape, ps.sql("select count(*) as n from {d}", d=psdf).n.tolist())
    `);
    expect(out).toBe(`${"same\n".repeat(4)}(1000, 4) [500]\n`);
  });
});
