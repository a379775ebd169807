import { expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const CLIENTS = 20;

test.skipIf(pythonUnavailable())("20 clients at once get each its own rows and settings", { timeout: 120_000 }, async () => {
  const { url } = await startServer();
  const out = await runPython(
    url,
    `
    from concurrent.futures import ThreadPoolExecutor
    def work(n):
        mine = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create()
        mine.conf.set("client.number", str(n))
        mine.range(n).createOrReplaceTempView("numbers")
        rows = mine.sql("SELECT count(*) AS c, coalesce(sum(id), 0) AS s FROM numbers").collect()
        frame = mine.range(1000).selectExpr(f"id + {n} AS x").toPandas()
        assert (rows[0].c, rows[0].s) == (n, n * (n - 1) // 2), rows
        assert list(frame.x) == list(range(n, n + 1000))
        return int(mine.conf.get("client.number"))
    with ThreadPoolExecutor(${CLIENTS}) as pool:
        print(list(pool.map(work, range(${CLIENTS}))) == list(range(${CLIENTS})))
    `,
  );
  expect(out).toBe("True\n");
});

test.skipIf(pythonUnavailable())("PySpark comes back for the rest of a stream that ended early", { timeout: 60_000 }, async () => {
  const { url } = await startServer({ "spark.connect.execute.reattachable.senderMaxStreamSize": "100k" });
  expect(await runPython(url, "x = spark.range(1000000).toPandas(); print(len(x), x.id.sum())")).toBe("1000000 499999500000\n");
});
