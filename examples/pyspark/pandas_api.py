"""pandas' own API, computed by the engine.

usage: pandas_api.py CARS_JSON WEATHER_CSV
"""

import sys

import pyspark.pandas as ps
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("pandas api").getOrCreate()

weather = ps.read_csv(sys.argv[2])
print(weather.shape)
print(weather.dtypes)
weather["range"] = weather["temp_max"] - weather["temp_min"]
print(weather.groupby("weather")["range"].mean().round(2).sort_index())
print(weather[weather["precipitation"] > 50][["date", "precipitation"]].sort_values("date").to_string(index=False))
print(weather[["precipitation", "temp_max", "wind"]].describe().round(2))

cars = spark.read.option("multiLine", True).json(sys.argv[1]).pandas_api()
countries = ps.DataFrame({"Origin": ["USA", "Europe", "Japan"], "side": ["left", "both", "right"]})
print(cars.merge(countries, on="Origin").groupby("side").agg({"Horsepower": ["count", "max"]}).sort_index())
print(cars["Miles_per_Gallon"].isna().sum(), cars["Cylinders"].value_counts().sort_index().to_dict())

spark.stop()
