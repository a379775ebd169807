"""The worker's side of protocol.ts for engines of Python: worker.py duckdb | sail | spark."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time

TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")


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

    def close(self):
        self.connection.close()


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

    def close(self):
        self.session.stop()


class Sail(Spark):
    """A Sail server of this process's own, driven by PySpark's client."""

    def __init__(self, order):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [str(pathlib.Path(sys.executable).parent / "sail"), "spark", "server", "--port", str(port)]
        environment = dict(os.environ, SAIL_MODE="local", TOKIO_WORKER_THREADS=str(order["threads"]))
        self.server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(port, self.server)
        from pyspark.sql import SparkSession

        self.session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        self.target = str(pathlib.Path(order["scratch"]) / "sail")
        for table in TABLES:
            self.session.read.parquet(str(pathlib.Path(order["data"]) / f"{table}.parquet")).createOrReplaceTempView(table)

    def close(self):
        # It waits for its clients when it is asked to end, and this process is one.
        self.server.kill()
        self.server.wait()
        # At its exit the client would try for minutes to reach the server again.
        sys.stdout.flush()
        os._exit(0)


def wait_for(port, server):
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the Sail server did not start")


def main():
    order = json.loads(sys.stdin.readline())
    engine = {"duckdb": DuckDB, "sail": Sail, "spark": Spark}[sys.argv[1]](order)
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
    engine.close()


main()
