"""Films from JSON to clean Parquet: types, missing values, duplicates, outliers, a report.

usage: etl.py JSON_FILE OUTPUT_FOLDER
"""

import sys

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, IntegerType, LongType, StringType, StructField, StructType

source, output = sys.argv[1:]
spark = SparkSession.builder.appName("films").config("spark.sql.session.timeZone", "UTC").getOrCreate()

schema = StructType(
    [
        StructField("Title", StringType()),
        StructField("US Gross", LongType()),
        StructField("Worldwide Gross", LongType()),
        StructField("Production Budget", LongType()),
        StructField("Release Date", StringType()),
        StructField("MPAA Rating", StringType()),
        StructField("Running Time min", IntegerType()),
        StructField("Major Genre", StringType()),
        StructField("Director", StringType()),
        StructField("IMDB Rating", DoubleType()),
        StructField("IMDB Votes", LongType()),
    ]
)
raw = spark.read.schema(schema).option("multiLine", True).json(source)
films = raw.toDF(*[name.lower().replace(" ", "_") for name in raw.columns])

print(f"{films.count()} films as they came")
films.select([F.count(F.when(F.col(name).isNull(), name)).alias(name) for name in films.columns]).show(vertical=True)

dated = films.withColumn("released", F.try_to_timestamp("release_date", F.lit("MMM dd yyyy")).cast("date")).drop("release_date")

# Of films with one title and year, the one with most votes.
most_votes_first = Window.partitionBy("title", F.year("released")).orderBy(
    F.desc_nulls_last("imdb_votes"), F.desc_nulls_last("us_gross"), F.desc_nulls_last("director")
)
clean = (
    dated.dropna(subset=["title", "released"])
    .dropDuplicates()
    .withColumn("place", F.row_number().over(most_votes_first))
    .where("place = 1")
    .drop("place")
    .fillna({"mpaa_rating": "Not Rated", "major_genre": "Unknown"})
    .replace({"PG-13": "PG13", "NC-17": "NC17"}, subset="mpaa_rating")
    .withColumn("year", F.year("released"))
    .where(F.col("year").between(1990, 2010))
    .withColumn(
        "profit",
        F.when(F.col("production_budget") > 0, F.col("worldwide_gross") - F.col("production_budget")),
    )
    .withColumn("decade", (F.floor(F.col("year") / 10) * 10).cast("int"))
)

clean.write.mode("overwrite").partitionBy("decade").parquet(output)

kept = spark.read.parquet(output)
kept.printSchema()
print(f"{kept.count()} films kept")
(
    kept.groupBy("decade", "major_genre")
    .agg(
        F.count("*").alias("films"),
        F.round(F.avg("imdb_rating"), 2).alias("rating"),
        F.sum("profit").alias("profit"),
        F.max_by("title", F.struct("profit", "title")).alias("most profitable"),
    )
    .where("films >= 40")
    .orderBy("decade", F.desc("profit"))
    .show(truncate=40)
)
kept.select("running_time_min", "imdb_rating", "us_gross").summary("count", "min", "25%", "50%", "75%", "max").show()
kept.crosstab("mpaa_rating", "decade").orderBy("mpaa_rating_decade").show()

spark.stop()
