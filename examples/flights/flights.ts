/**
 * Three million flights: which airports, hours and routes are late? Cleans the data, writes it as Parquet by month,
 * and draws what it finds in out/report.html. Arguments: the folder with the data, and the folder for the Parquet files;
 * on AWS both are in the object store, such as s3://bucket/data/flights and s3://bucket/data/out.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { col, functions as F, SparkSession, Window } from "firecrest";
import { page } from "./page.ts";

const out = new URL("out", import.meta.url).pathname;
const [data = new URL("../../node_modules/vega-datasets/data", import.meta.url).pathname, written = out] = process.argv.slice(2);

const LATE_MINUTES = 15;
const DAY_MINUTES = 24 * 60;

const spark = await SparkSession.builder.appName("flights").config("spark.sql.session.timeZone", "UTC").getOrCreate();

// Clean: no gaps, no row twice, delays that can be, whole days.
const recorded = spark.read.parquet(`${data}/flights-3m.parquet`);
const clean = recorded
  .dropna()
  .dropDuplicates()
  .filter(
    col("delay")
      .between(-120, DAY_MINUTES)
      .and(col("distance").gt(0))
      .and(col("date").lt(F.to_timestamp_ntz(F.lit("2001-07-01")))),
  )
  .withColumn("late", col("delay").gt(LATE_MINUTES))
  .withColumn("month", F.date_format("date", "yyyy-MM"));
await clean.write.mode("overwrite").partitionBy("month").parquet(`${written}/flights`);

const flights = spark.read.parquet(`${written}/flights`);
const airports = spark.read
  .option("header", "true")
  .schema("iata string, name string, city string, state string, country string, latitude double, longitude double")
  .csv(`${data}/airports.csv`);

const delays = [
  F.count(F.lit(1)).alias("flights"),
  F.avg("delay").alias("meanDelay"),
  F.avg(col("late").cast("double")).alias("lateShare"),
] as const;

const byAirport = flights
  .groupBy("origin")
  .agg(...delays)
  .join(F.broadcast(airports), col("origin").eq(col("iata")))
  .select("iata", "city", "state", "latitude", "longitude", "flights", "meanDelay", "lateShare")
  .orderBy(col("flights").desc());

const byHour = flights
  .groupBy(F.weekday("date").plus(1).alias("weekday"), F.hour("date").alias("hour"))
  .agg(...delays)
  .orderBy("weekday", "hour");

const byDay = flights
  .groupBy(F.to_date("date").cast("string").alias("day"))
  .agg(...delays)
  .orderBy("day");

// The three worst routes of each of the ten busiest airports.
const busiest = flights.groupBy("origin").count().orderBy(col("count").desc(), "origin").limit(10).select("origin");
const slowestFirst = Window.partitionBy("origin").orderBy(col("meanDelay").desc(), "destination");
const worstRoutes = flights
  .join(busiest, "origin", "left_semi")
  .groupBy("origin", "destination")
  .agg(...delays)
  .filter(col("flights").ge(100))
  .withColumn("rank", F.row_number().over(slowestFirst))
  .filter(col("rank").le(3))
  .orderBy("origin", "rank");

const read = await recorded.count();
const kept = await flights.count();
const report = {
  read,
  kept,
  airports: (await byAirport.collect()).map((row) => ({
    iata: String(row.iata),
    city: String(row.city),
    state: String(row.state),
    latitude: Number(row.latitude),
    longitude: Number(row.longitude),
    flights: Number(row.flights),
    meanDelay: Number(row.meanDelay),
    lateShare: Number(row.lateShare),
  })),
  hours: (await byHour.collect()).map((row) => ({
    weekday: Number(row.weekday),
    hour: Number(row.hour),
    flights: Number(row.flights),
    meanDelay: Number(row.meanDelay),
  })),
  days: (await byDay.collect()).map((row) => ({ day: String(row.day), flights: Number(row.flights), lateShare: Number(row.lateShare) })),
  routes: (await worstRoutes.collect()).map((row) => ({
    origin: String(row.origin),
    destination: String(row.destination),
    flights: Number(row.flights),
    meanDelay: Number(row.meanDelay),
    rank: Number(row.rank),
  })),
};
await mkdir(out, { recursive: true });
await writeFile(`${out}/report.html`, page(report));

const top = report.routes.toSorted((a, b) => b.meanDelay - a.meanDelay)[0]!;
console.log(`${kept.toLocaleString("en-US")} of ${read.toLocaleString("en-US")} flights kept.`);
await byAirport
  .select(
    "iata",
    "city",
    "flights",
    F.round("meanDelay", 1).alias("mean delay, min"),
    F.round(col("lateShare").multiply(100), 1).alias("late, %"),
  )
  .show(5);
console.log(`Worst route of a busy airport: ${top.origin} to ${top.destination}, ${top.meanDelay.toFixed(1)} minutes on average.`);
const shown = written === out ? relative(process.cwd(), out) : written;
console.log(`Clean flights: ${shown}/flights   Page to open: ${relative(process.cwd(), `${out}/report.html`)}`);

await spark.stop();
