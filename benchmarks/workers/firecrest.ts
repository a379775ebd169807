import { join } from "node:path";
import { col, SparkSession } from "firecrest";
import { tpchTables } from "../tpch-sql.ts";
import { serve } from "./node-worker.ts";

await serve(async ({ data, scratch, threads, memory, conf }) => {
  const spark = await SparkSession.builder
    .master(`local[${threads}]`)
    .config({ ...(memory === undefined ? {} : { "spark.firecrest.memory": memory }), ...conf })
    .getOrCreate();
  const table = (name: string) => spark.read.parquet(join(data, `${name}.parquet`));
  for (const name of tpchTables) table(name).createOrReplaceTempView(name);
  return {
    run: async (task, sql) => {
      if (task === "repartition") {
        await table("lineitem").repartition(32, col("l_orderkey")).write.mode("overwrite").parquet(join(scratch, "firecrest"));
        return [];
      }
      return (await (await spark.sql(sql!)).collect()).map((row) => Object.values(row).map(String));
    },
    close: () => spark.stop(),
  };
});
