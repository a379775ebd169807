"""Functions in Python over columns and groups, with pandas.

usage: pandas_udf.py CARS_JSON
"""

import sys
from typing import Iterator

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf, udf

spark = SparkSession.builder.appName("pandas udf").getOrCreate()

cars = spark.read.option("multiLine", True).json(sys.argv[1]).dropna(subset=["Miles_per_Gallon", "Horsepower"])


@pandas_udf("double")
def litres_per_100_km(miles_per_gallon: pd.Series) -> pd.Series:
    return (235.215 / miles_per_gallon).round(2)


@pandas_udf("double")
def spread(values: pd.Series) -> float:
    return float(values.max() - values.min())


@udf("string")
def maker(name):
    return name.split()[0].capitalize()


def standardized(group: pd.DataFrame) -> pd.DataFrame:
    power = group["Horsepower"]
    return group.assign(score=((power - power.mean()) / power.std()).round(3))[["Origin", "Name", "score"]]


def heavy(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for batch in batches:
        yield batch[batch["Weight_in_lbs"] > 5000][["Name", "Weight_in_lbs"]]


(
    cars.withColumn("maker", maker("Name"))
    .withColumn("l_per_100_km", litres_per_100_km("Miles_per_Gallon"))
    .groupBy("maker")
    .agg(F.count("*").alias("cars"), F.round(F.avg("l_per_100_km"), 2).alias("mean"))
    .orderBy(F.desc("cars"), "maker")
    .show(5)
)
cars.groupBy("Origin").agg(spread("Horsepower").alias("spread")).orderBy("Origin").show()
cars.groupBy("Origin").applyInPandas(standardized, "Origin string, Name string, score double").orderBy(F.desc("score"), "Name").show(4, truncate=False)
cars.mapInPandas(heavy, "Name string, Weight_in_lbs long").orderBy("Weight_in_lbs", "Name").show(truncate=False)

spark.udf.register("maker", maker)
cars.createOrReplaceTempView("cars")
spark.sql("SELECT maker(Name) AS maker, max(Horsepower) AS power FROM cars GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3").show()

spark.stop()
