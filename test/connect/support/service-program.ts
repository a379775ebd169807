/**
 * A program that needs of a service what the embedded engine has by itself: places for rows, a catalog, errors with all that belongs to
 * them. `TABLES` in its environment is a name of a schema; what it prints is `answers`.
 */
export const program = `
import json, threading
from pyspark.sql import Observation
out = {}
def rows(df): return [list(row) for row in df.collect()]
def failure(run):
    try: run()
    except errors.PySparkException as e: return [type(e).__name__, e.getCondition(), e.getSqlState(), e.getMessageParameters()]

import pandas as pd
many = spark.createDataFrame(pd.DataFrame({"a": range(200_000), "b": [i / 7 for i in range(200_000)], "c": ["x%07d" % i for i in range(200_000)]}))
out["many"] = rows(many.agg(F.count("*"), F.sum("a"), F.max("c")))
chance = spark.range(4).select("id", F.uuid().alias("u")).cache()
out["cached"] = rows(chance.orderBy("id")) == rows(chance.orderBy("id"))
kept = chance.checkpoint()
out["checkpoint"] = kept.join(chance, ["id", "u"]).count()
chance.unpersist()
seen = Observation("seen")
out["observed"] = [spark.range(50).observe(seen, F.count("*").alias("n")).filter("id > 45").count(), seen.get]
schema = os.environ["TABLES"]
spark.sql(f"CREATE SCHEMA {schema}")
spark.range(30).withColumn("k", F.col("id") % 3).write.partitionBy("k").saveAsTable(f"{schema}.numbers")
spark.sql(f"INSERT INTO {schema}.numbers VALUES (100, 9)")
out["table"] = rows(spark.table(f"{schema}.numbers").groupBy("k").count().orderBy("k"))
out["listed"] = [t.name for t in spark.catalog.listTables(schema) if not t.isTemporary]
spark.sql(f"DROP SCHEMA {schema} CASCADE")
spark.range(3).createOrReplaceTempView("mine")
other = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create()
out["isolated"] = failure(lambda: other.table("mine").count())[1]
other.stop()
out["row error"] = failure(lambda: spark.range(3).select(F.expr("1 / (id - 1)")).collect())
out["python"] = failure(lambda: spark.range(1).select(F.udf(lambda x: x, "bigint")("id")).collect())[1]
spark.addTag("slow")
threading.Timer(3, lambda: spark.interruptTag("slow")).start()
out["interrupted"] = failure(lambda: spark.range(0, 10**12, 1, 2).select(F.sum(F.hash("id"))).collect())[1]
spark.stop()
print(json.dumps(out))
`;

export const answers = {
  many: [[200_000, 19_999_900_000, "x0199999"]],
  cached: true,
  checkpoint: 4,
  observed: [4, { n: 50 }],
  table: [
    [0, 10],
    [1, 10],
    [2, 10],
    [9, 1],
  ],
  listed: ["numbers"],
  isolated: "TABLE_OR_VIEW_NOT_FOUND",
  "row error": ["ArithmeticException", "DIVIDE_BY_ZERO", "22012", { config: '"spark.sql.ansi.enabled"' }],
  python: "FIRECREST_PYTHON",
  interrupted: "OPERATION_CANCELED",
};
