import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { makeData, RecordBatch, RecordBatchStreamWriter, type Schema, Struct } from "apache-arrow";
import { Command } from "commander";
import { arrowSchemaOf } from "../lib/engine/types/arrow.ts";
import { longType, structField, structType } from "../lib/engine/types/data-type.ts";
import { startServer } from "../test/connect/conformance/server.ts";

const { rows, runs } = new Command("node benchmarks/connect.ts")
  .description("Times a PySpark client of Firecrest: the first answer, small ones, and toPandas against the same bytes over a bare socket.")
  .option("--rows <n>", "rows of 10 bigint columns", Number, 1_000_000)
  .option("--runs <n>", "runs of each; the median counts", Number, 7)
  .parse()
  .opts<{ rows: number; runs: number }>();

const COLUMNS = 10;
const BATCH_ROWS = 65_536;

const root = join(import.meta.dirname, "..");
const python = process.env.PYSPARK_PYTHON ?? join(root, ".firecrest/pyspark/venv/bin/python");
const sources = join(root, ".firecrest/pyspark/4.3.0");

const stream = sameRows();
const socket = createServer((connection) => connection.end(stream)).listen(0, "127.0.0.1");
const server = await startServer();
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

/** What the query's rows are as one Arrow IPC stream, in batches of the engine's size. */
function sameRows(): Uint8Array {
  const columns = Array.from({ length: COLUMNS }, (_, i) => structField(`c${i}`, longType));
  const schema: Schema = arrowSchemaOf(structType(columns), "UTC");
  const batches: RecordBatch[] = [];
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, rows - from);
    const children = schema.fields.map((field, column) => {
      const values = BigInt64Array.from({ length }, (_, i) => BigInt((from + i) * (column + 1)));
      return makeData({ type: field.type, length, nullCount: 0, data: values } as never);
    });
    batches.push(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })));
  }
  return RecordBatchStreamWriter.writeAll(batches).toUint8Array(true);
}
