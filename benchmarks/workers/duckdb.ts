import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { tpchTables } from "../tpch-sql.ts";
import { serve } from "./node-worker.ts";

/** The kernel alone: what Firecrest adds to it is the difference. */
await serve(async ({ data, scratch, threads, memory }) => {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    ...(memory === undefined ? {} : { memory_limit: memory.replace(/b?$/i, "b"), temp_directory: join(scratch, "duckdb-node-spill") }),
  });
  const connection = await instance.connect();
  const literal = (path: string) => `'${path.replaceAll("'", "''")}'`;
  for (const table of tpchTables)
    await connection.run(`CREATE VIEW ${table} AS FROM read_parquet(${literal(join(data, `${table}.parquet`))})`);
  const repartition = `COPY (SELECT *, hash(l_orderkey) % 32 AS part FROM lineitem)
    TO ${literal(join(scratch, "duckdb-node"))} (FORMAT parquet, PARTITION_BY (part), OVERWRITE)`;
  return {
    run: async (task, sql) => {
      if (task !== "repartition") return (await connection.runAndReadAll(sql!)).getRows().map((row) => row.map(String));
      await connection.run(repartition);
      return [];
    },
    close: async () => connection.closeSync(),
  };
});
