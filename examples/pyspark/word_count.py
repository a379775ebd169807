"""The words of a text, by how often they occur.

usage: word_count.py TEXT_FILE
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("word count").getOrCreate()

lines = spark.read.text(sys.argv[1])
words = (
    lines.select(F.explode(F.split(F.lower("value"), r"[^\p{L}]+")).alias("word"))
    .where(F.length("word") > 3)
    .groupBy("word")
    .count()
)

words.orderBy(F.desc("count"), "word").show(10)
print(f"{words.count()} different words, {lines.count()} lines")

spark.stop()
