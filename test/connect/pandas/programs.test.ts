import { describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const IMPORTS = `
      import warnings; warnings.filterwarnings("ignore")
      os.environ["PYSPARK_PANDAS_USAGE_LOGGER"] = ""
      import pandas as pd, numpy as np
      import pyspark.pandas as ps
`;

/** What a program prints, without the blanks that end pandas' lines. */
async function printed(url: string, program: string): Promise<string> {
  return (await runPython(url, `${IMPORTS}${program}`)).replace(/ +$/gm, "").trim();
}

describe.skipIf(pythonUnavailable())("programs of the pandas API on Spark", async () => {
  const { url } = await startServer(
    { "spark.firecrest.python": pythonExecutable },
    { python: { executable: pythonExecutable, paths: [] } },
  );

  test("clean, join and sum up orders", { timeout: 120_000 }, async () => {
    const out = await printed(
      url,
      `
      orders = ps.DataFrame({"order": range(1, 13), "customer": [3, 1, 2, 1, 3, 4, 2, 2, 1, 5, 3, 1], "item": ["tea", "tea", "jam", "rye", "jam", "tea", "rye", "tea", "jam", "tea", None, "rye"],
          "price": [4.5, 4.0, 3.2, 2.9, 3.3, 4.5, np.nan, 4.1, 3.2, 4.5, 1.0, 2.8], "count": [1, 2, 5, 1, 2, 3, 4, 1, 2, 1, 1, 6], "day": pd.date_range("2024-01-29", periods=12, freq="D")})
      customers = ps.DataFrame({"customer": [1, 2, 3, 4], "city": ["Ulm", "Bonn", "Ulm", "Kiel"]}).set_index("customer")
      orders["price"] = orders.price.fillna(orders.price.median())
      orders["item"] = orders["item"].fillna("other").str.title()
      orders["total"] = (orders.price * orders["count"]).round(2)
      orders["month"] = orders.day.dt.month
      orders["weekend"] = orders.day.dt.dayofweek >= 5
      joined = orders.join(customers, on="customer")
      print(joined.sort_values("order").head(4))
      by = joined.groupby("city", dropna=False).agg(spent=("total", "sum"), orders=("order", "count"), best=("price", "max")).sort_values("spent", ascending=False)
      print(by)
      print(joined.pivot_table(values="total", index=["item"], columns="month", aggfunc="sum", fill_value=0).sort_index())
      print(joined.groupby("customer").total.cumsum().sort_index().round(2).tolist())
      print(joined.set_index("day").total.rolling(3).mean().round(3).sort_index().tail(3))
      print(joined["item"].value_counts().sort_index())
      print(pd.cut(joined.total.to_pandas(), [0, 5, 10, 50], labels=["low", "mid", "high"]).value_counts().sort_index().to_dict())
      print(joined.loc[joined.weekend & (joined.total > 5), ["order", "city", "total"]].sort_values("order"))
      print(joined.sort_values(["city", "total"], na_position="first").drop_duplicates("city")[["city", "total"]].sort_index())
    `,
    );
    expect(out).toBe(
      `
customer  order item  price  count        day  total  month  weekend  city
0         3      1  Tea    4.5      1 2024-01-29    4.5      1    False   Ulm
1         1      2  Tea    4.0      2 2024-01-30    8.0      1    False   Ulm
2         2      3  Jam    3.2      5 2024-01-31   16.0      1    False  Bonn
3         1      4  Rye    2.9      1 2024-02-01    2.9      2    False   Ulm
      spent  orders  best
city
Ulm    46.2       7   4.5
Bonn   33.3       3   4.1
Kiel   13.5       1   4.5
None    4.5       1   4.5
month     1     2
item
Jam    16.0  13.0
Other   0.0   1.0
Rye     0.0  32.9
Tea    12.5  22.1
[4.5, 8.0, 16.0, 10.9, 11.1, 13.5, 29.2, 33.3, 17.3, 4.5, 12.1, 34.1]
day
2024-02-07    5.000
2024-02-08    3.967
2024-02-09    7.433
Name: total, dtype: float64
item
Jam      3
Other    1
Rye      3
Tea      5
Name: count, dtype: int64
{'low': 5, 'mid': 3, 'high': 4}
   order  city  total
5      6  Kiel   13.5
6      7  Bonn   13.2
    city  total
5   Kiel   13.5
7   Bonn    4.1
9   None    4.5
10   Ulm    1.0
`.trim(),
    );
  });

  test("pivot, melt, and call functions of groups", { timeout: 120_000 }, async () => {
    const out = await printed(
      url,
      `
      df = ps.DataFrame({"id": [1, 1, 2, 2, 3], "k": ["a", "b", "a", "b", "a"], "v": [10.0, 20.0, 30.0, np.nan, 50.0]})
      wide = df.pivot(index="id", columns="k", values="v").sort_index()
      print(wide)
      print(wide.reset_index().melt(id_vars="id").sort_values(["id", "k"]).reset_index(drop=True))
      print(df.groupby("id").apply(lambda g: g.v.max() - g.v.min()).sort_index())
      print(df.groupby("k").transform(lambda s: s.fillna(s.mean()))[["v"]].sort_index())
      def top(pdf) -> ps.DataFrame["id": int, "v": float]:
          return pdf.nlargest(1, "v")[["id", "v"]]
      print(df.groupby("k").apply(top).sort_values("v").reset_index(drop=True))
      df["v2"] = df.v.where(df.v > 15, -1).mask(df.k == "b")
      df.loc[df.id == 3, "k"] = "z"
      print(df.to_string(index=False))
      print(df.rename(columns={"v": "value"}).eval("twice = value * 2").query("twice > 30")[["id", "twice"]].sort_values("id").values.tolist())
    `,
    );
    expect(out).toBe(
      `
k      a     b
id
1   10.0  20.0
2   30.0   NaN
3   50.0   NaN
   id  k  value
0   1  a   10.0
1   1  b   20.0
2   2  a   30.0
3   2  b    NaN
4   3  a   50.0
5   3  b    NaN
id
1    10.0
2     0.0
3     0.0
dtype: float64
      v
0  10.0
1  20.0
2  30.0
3  20.0
4  50.0
   id     v
0   1  20.0
1   3  50.0
 id k    v   v2
  1 a 10.0 -1.0
  1 b 20.0  NaN
  2 a 30.0 30.0
  2 b  NaN  NaN
  3 z 50.0 50.0
[[1.0, 40.0], [2.0, 60.0], [3.0, 100.0]]
`.trim(),
    );
  });
});
