"""Prices of shares: changes, moving averages and ranks over windows.

usage: windows.py STOCKS_CSV
"""

import sys

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("windows").getOrCreate()

stocks = (
    spark.read.csv(sys.argv[1], header=True, schema="symbol string, date string, price double")
    .withColumn("date", F.to_date("date", "MMM d yyyy"))
)

by_date = Window.partitionBy("symbol").orderBy("date")
year_so_far = by_date.rowsBetween(-11, Window.currentRow)
whole = Window.partitionBy("symbol")

trends = stocks.select(
    "symbol",
    "date",
    "price",
    F.round(F.col("price") / F.lag("price").over(by_date) - 1, 4).alias("change"),
    F.round(F.avg("price").over(year_so_far), 2).alias("mean of 12"),
    F.dense_rank().over(Window.partitionBy("symbol").orderBy(F.desc("price"))).alias("rank"),
    F.round(F.col("price") / F.first("price").over(whole.orderBy("date")), 2).alias("since start"),
    F.max("price").over(whole).alias("peak"),
)
trends.where("rank <= 2").orderBy("symbol", "rank", "date").show()
trends.groupBy("symbol").agg(F.max("change").alias("best month"), F.min("change").alias("worst month")).orderBy("symbol").show()

spark.stop()
