"""Flights and airports: a broadcast join, and the joins that find what has no partner.

usage: joins.py FLIGHTS_JSON AIRPORTS_CSV
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("joins").getOrCreate()

flights = spark.read.option("multiLine", True).json(sys.argv[1])
airports = spark.read.csv(sys.argv[2], header=True, inferSchema=True)

start = airports.alias("start")
end = airports.alias("end")
routes = (
    flights.join(F.broadcast(start), F.col("origin") == F.col("start.iata"))
    .join(F.broadcast(end), F.col("destination") == F.col("end.iata"))
    .groupBy(F.col("start.city").alias("from"), F.col("end.city").alias("to"))
    .agg(F.count("*").alias("flights"), F.round(F.avg("delay"), 1).alias("mean delay"))
)
routes.orderBy(F.desc("flights"), "from", "to").show(8)

served = airports.join(flights, airports["iata"] == flights["origin"], "left_semi")
unserved = airports.join(flights, airports.iata == flights.origin, "left_anti")
print(f"{served.count()} airports with departures, {unserved.count()} without")

by_state = (
    airports.join(flights, airports.iata == flights.destination, "left_outer")
    .groupBy("state")
    .agg(F.countDistinct("iata").alias("airports"), F.count("delay").alias("arrivals"))
)
by_state.orderBy(F.desc("arrivals"), "state").show(5)

unknown = spark.createDataFrame([("XXX", "Nowhere"), ("ORD", "Chicago")], ["iata", "label"])
unknown.join(airports.select("iata", "city"), on="iata", how="full_outer").where("label is not null").orderBy("iata").show()

spark.stop()
