/** A program that runs as a detached driver: two jobs, the second with what the first found. */
import { col, functions as F, SparkSession } from "firecrest";

const [data] = process.argv.slice(2);
const spark = await SparkSession.builder.appName("orders by priority").getOrCreate();
const orders = spark.read.parquet(`${data}/orders.parquet`);
const priorities = (await orders.select("o_orderpriority").distinct().collect()).map((row) => String(row.o_orderpriority));
const [counted] = await orders
  .filter(col("o_orderpriority").isin(...priorities))
  .agg(F.count("*").alias("n"))
  .collect();
console.log(`${priorities.length} order priorities, ${counted!.n} orders`);
await spark.stop();
