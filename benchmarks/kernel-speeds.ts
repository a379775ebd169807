import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { quoteText } from "../lib/engine/functions/function.ts";
import { Kernel } from "../lib/engine/kernel/connection.ts";
import { benchFolder } from "./install.ts";

/**
 * How much of each kind of work one thread of the kernel does in a CPU second, on TPC-H at scale factor 1: the constants of
 * lib/engine/cost/kernel-speeds.ts. `node benchmarks/kernel-speeds.ts`, after `npm run bench` has made the tables. Prints the best of three.
 */
const table = (name: string) => `read_parquet(${quoteText(join(benchFolder, "tpch-sf1", `${name}.parquet`))})`;
const folder = join(benchFolder, "kernel-speeds");
mkdirSync(folder, { recursive: true });
const kernel = await Kernel.open({ threads: 1, memory: 3e9, spillFolder: join(folder, "spill") });

const columns = "l_orderkey, l_suppkey, l_quantity, l_extendedprice, l_discount, l_shipdate, l_returnflag, l_shipmode";
await kernel.run(`CREATE TEMP TABLE lines AS SELECT ${columns} FROM ${table("lineitem")}`);
await kernel.run(`CREATE TEMP TABLE orders AS SELECT o_orderkey, o_custkey, o_orderdate FROM ${table("orders")}`);
const lines = 6_001_215;
const orders = 1_500_000;

async function cpuSeconds(sql: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    await kernel.query(sql);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  return Math.min(...times);
}

const chunkBytes = await kernel.query(
  `SELECT sum(total_compressed_size) AS bytes FROM parquet_metadata(${quoteText(join(benchFolder, "tpch-sf1", "lineitem.parquet"))})
   WHERE path_in_schema IN (${columns.split(", ").map(quoteText).join(", ")})`,
);
const all = columns
  .split(", ")
  .map((column) => `max(${column})`)
  .join(", ");
const copyTo = (select: string, options: string) =>
  `COPY (${select}) TO ${quoteText(join(folder, `out${options.length}`))} (FORMAT parquet, COMPRESSION snappy${options})`;

/** SQL, and the amount of work in it. */
const kinds: Readonly<Record<string, readonly [string, number]>> = {
  "scan, bytes": [`SELECT ${all} FROM ${table("lineitem")}`, Number(chunkBytes[0]!.bytes)],
  "filter, rows": ["SELECT count(*) FROM lines WHERE l_shipdate >= DATE '1994-01-01' AND l_discount > 0.05 AND l_quantity < 24", lines],
  "project, rows": ["SELECT max(l_extendedprice * (1 - l_discount)) FROM lines", lines],
  "aggregate into few, rows": ["SELECT l_returnflag, l_shipmode, sum(l_quantity), avg(l_discount) FROM lines GROUP BY ALL", lines],
  "aggregate into many, rows": [`SELECT count(*) FROM (SELECT l_orderkey, sum(l_quantity) FROM lines GROUP BY ALL)`, lines],
  "join, rows of both sides": [
    "SELECT count(*) FROM lines JOIN orders ON l_orderkey = o_orderkey WHERE o_custkey > l_suppkey",
    lines + orders,
  ],
  "sort, rows": ["SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY l_extendedprice, l_orderkey) AS n FROM lines)", lines],
  "write, rows": [copyTo("SELECT * FROM lines", ""), lines],
  "write to 32 partitions, rows": [
    copyTo("SELECT *, hash(l_orderkey) % 32 AS p FROM lines", ", PARTITION_BY (p), OVERWRITE_OR_IGNORE"),
    lines,
  ],
};
for (const [name, [sql, amount]] of Object.entries(kinds)) {
  const seconds = await cpuSeconds(sql);
  console.log(`${name}: ${(amount / seconds / 1e6).toFixed(1)} million a CPU second (${seconds.toFixed(2)} s)`);
}
kernel.close();
