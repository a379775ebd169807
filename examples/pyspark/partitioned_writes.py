"""Weather as Parquet by year and month: partitions are pruned, and one of them is replaced.

usage: partitioned_writes.py WEATHER_CSV OUTPUT_FOLDER
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

source, output = sys.argv[1:]
spark = SparkSession.builder.appName("partitioned writes").getOrCreate()
spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")

days = spark.read.csv(source, header=True, inferSchema=True).withColumns({"year": F.year("date"), "month": F.month("date")})
days.repartition("year").write.partitionBy("year", "month").mode("overwrite").parquet(output)

written = spark.read.parquet(output)
print(f"{written.count()} days in {written.select('year', 'month').distinct().count()} partitions")
print(f"{len(spark.read.parquet(f'{output}/year=2015').inputFiles())} files hold 2015")

# July 2013 again, in Fahrenheit: nothing else changes.
july = days.where("year = 2013 and month = 7").withColumn("temp_max", F.round(F.col("temp_max") * 9 / 5 + 32, 1))
july.write.partitionBy("year", "month").mode("overwrite").parquet(output)

after = spark.read.parquet(output)
after.where("year = 2013").groupBy("month").agg(F.round(F.avg("temp_max"), 1).alias("mean"), F.count("*").alias("days")).orderBy("month").show()
try:
    after.write.mode("error").parquet(output)
except Exception as error:
    print(type(error).__name__, error.getCondition())

spark.stop()
