import { join } from "node:path";
import { col, SparkSession } from "firecrest";
import { type TableReader, tpchQueries } from "../tpch.ts";
import { serve } from "./node-worker.ts";

await serve(async ({ data, scratch, threads, memory, conf }) => {
  const spark = await SparkSession.builder
    .master(`local[${threads}]`)
    .config({ ...(memory === undefined ? {} : { "spark.firecrest.memory": memory }), ...conf })
    .getOrCreate();
  const table: TableReader = (name) => spark.read.parquet(join(data, `${name}.parquet`));
  return {
    run: async (task) => {
      if (task === "repartition") {
        await table("lineitem").repartition(32, col("l_orderkey")).write.mode("overwrite").parquet(join(scratch, "firecrest"));
        return [];
      }
      return (await tpchQueries[task](table).collect()).map((row) => Object.values(row).map(String));
    },
    close: () => spark.stop(),
  };
});
