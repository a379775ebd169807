"""Times a PySpark client: `collect` of a few rows, and `toPandas` of many against pyarrow that reads the same bytes from a bare socket.

    connect.py REMOTE ROWS RUNS SOCKET_PORT   prints one JSON line
"""

import json
import socket
import sys
import time

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as sf

remote, rows, runs, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])


def timed(run):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2]


def over_socket():
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as stream:
        return pa.ipc.open_stream(stream).read_all().to_pandas()


begin = time.perf_counter()
spark = SparkSession.builder.remote(remote).getOrCreate()
spark.range(10).collect()
first = time.perf_counter() - begin
spark.range(10).collect()
small = timed(lambda: spark.range(10).collect())
wide = spark.range(rows).select(*[(sf.col("id") * (i + 1)).alias(f"c{i}") for i in range(10)])
wide.write.mode("overwrite").parquet("connect-benchmark.parquet")
table = spark.read.parquet("connect-benchmark.parquet")
same = table.toArrow()
with pa.ipc.new_stream("same.arrows", same.schema) as writer:
    writer.write_table(same, max_chunksize=65_536)
assert len(table.toPandas()) == rows and len(over_socket()) == rows
answer = dict(first=first, small=small, pandas=timed(table.toPandas), arrow=timed(table.toArrow), socket=timed(over_socket))
print(json.dumps(answer), flush=True)
