"""The worker's side of protocol.ts for engines of Python: worker.py duckdb | spark."""

import json
import pathlib
import sys
import time

TABLES = ("customer", "lineitem", "orders")


def tell(**event):
    print("@@" + json.dumps(event), flush=True)


class DuckDB:
    def __init__(self, order):
        import duckdb

        config = {"threads": order["threads"]}
        if "memory" in order:
            config |= {"memory_limit": order["memory"].rstrip("bB") + "B", "temp_directory": order["scratch"] + "/duckdb-spill"}
        self.connection = duckdb.connect(config=config)
        self.target = str(pathlib.Path(order["scratch"]) / "duckdb").replace("'", "''")
        for table in TABLES:
            path = str(pathlib.Path(order["data"]) / f"{table}.parquet").replace("'", "''")
            self.connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{path}')")

    def query(self, sql):
        return self.connection.execute(sql).fetchall()

    def repartition(self):
        self.connection.execute(
            "COPY (SELECT *, hash(l_orderkey) % 32 AS part FROM lineitem) "
            f"TO '{self.target}' (FORMAT parquet, PARTITION_BY (part), OVERWRITE)"
        )


class Spark:
    def __init__(self, order):
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(f"local[{order['threads']}]").config("spark.ui.enabled", "false")
        self.session = builder.config("spark.driver.memory", order.get("memory", "8g")).getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self.target = str(pathlib.Path(order["scratch"]) / "spark")
        for table in TABLES:
            self.session.read.parquet(str(pathlib.Path(order["data"]) / f"{table}.parquet")).createOrReplaceTempView(table)

    def query(self, sql):
        return self.session.sql(sql).collect()

    def repartition(self):
        self.session.table("lineitem").repartition(32, "l_orderkey").write.mode("overwrite").parquet(self.target)


def main():
    order = json.loads(sys.stdin.readline())
    engine = {"duckdb": DuckDB, "spark": Spark}[sys.argv[1]](order)
    for task in order["tasks"]:
        for run in range(order["runs"]):
            tell(event="begin", task=task["task"], run=run)
            started = time.perf_counter()
            rows = [] if task["task"] == "repartition" else engine.query(task["sql"])
            if task["task"] == "repartition":
                engine.repartition()
            seconds = time.perf_counter() - started
            answer = {"rows": [[str(value) for value in row] for row in rows]} if run == 0 else {}
            tell(event="end", task=task["task"], run=run, seconds=seconds, **answer)


main()
