"""SQL over views: parameters, CTEs, pivots, and what the catalog lists.

usage: sql.py WEATHER_CSV
"""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("sql").getOrCreate()

spark.read.csv(sys.argv[1], header=True, inferSchema=True).createOrReplaceTempView("weather")
spark.sql("DESCRIBE weather").show()

spark.sql(
    """
    WITH months AS (
      SELECT year(date) AS year, month(date) AS month, sum(precipitation) AS rain, max(temp_max) AS hottest
      FROM weather GROUP BY ALL
    )
    SELECT year, count_if(rain > :wet) AS wet_months, round(sum(rain), 1) AS rain, max(hottest) AS hottest,
           max_by(month, rain) AS wettest
    FROM months GROUP BY year ORDER BY year
    """,
    args={"wet": 100.0},
).show()

spark.sql(
    """
    SELECT * FROM (SELECT year(date) AS year, weather FROM weather)
    PIVOT (count(*) FOR weather IN ('sun', 'rain', 'fog', 'snow'))
    ORDER BY year
    """
).show()

hot = spark.sql("SELECT date, temp_max FROM {days} WHERE temp_max > {limit} ORDER BY temp_max DESC, date", days=spark.table("weather"), limit=34)
for row in hot.collect():
    print(row.date, row["temp_max"])
print([(table.name, table.isTemporary) for table in spark.catalog.listTables()])

spark.stop()
