import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { startServer } from "../test/connect/conformance/server.ts";

const { rows, runs } = new Command("node benchmarks/connect.ts")
  .description("Times a PySpark client of Firecrest: the first answer, small ones, and toPandas against the same bytes over a bare socket.")
  .option("--rows <n>", "rows of 10 bigint columns", Number, 1_000_000)
  .option("--runs <n>", "runs of each; the median counts", Number, 7)
  .parse()
  .opts<{ rows: number; runs: number }>();

const COLUMNS = 10;

const root = join(import.meta.dirname, "..");
const python = process.env.PYSPARK_PYTHON ?? join(root, ".firecrest/pyspark/venv/bin/python");
const sources = join(root, ".firecrest/pyspark/4.3.0");

const server = await startServer();
// The client writes the file, of the same rows, before it connects.
const socket = createServer((connection) => connection.end(readFileSync(join(server.folder, "same.arrows")))).listen(0, "127.0.0.1");
await once(socket, "listening");
try {
  const { port } = socket.address() as { port: number };
  const program = join(import.meta.dirname, "connect.py");
  const { stdout } = await promisify(execFile)(python, ["-W", "ignore", program, server.remote, String(rows), String(runs), String(port)], {
    cwd: server.folder,
    env: {
      ...process.env,
      PYTHONPATH: [sources, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
      SPARK_HOME: join(sources, "pyspark"),
    },
  });
  const times: Record<"first" | "small" | "pandas" | "arrow" | "socket", number> = JSON.parse(stdout.trim().split("\n").at(-1)!);
  const ms = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
  console.log(`session and first range(10).collect() ${ms(times.first)}, later ones ${ms(times.small)}`);
  console.log(`${rows} rows x ${COLUMNS} columns: toPandas ${ms(times.pandas)}, toArrow ${ms(times.arrow)}`);
  console.log(
    `the same bytes over a bare socket into pandas ${ms(times.socket)}: ${(times.pandas / times.socket).toFixed(2)} times as long`,
  );
} finally {
  socket.close();
  await server.stop();
}
