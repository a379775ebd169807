import { fileURLToPath } from "node:url";
import { type PythonEnvironment, type PythonPackage, pythonOf } from "./install.ts";

/** The engines that are compared. */
export type EngineName = "firecrest" | "firecrest-forced" | "duckdb-node" | "duckdb" | "sail" | "spark";

export interface BenchEngine {
  readonly title: string;
  /** The worker's command. */
  readonly command: readonly string[];
  readonly needs: readonly PythonPackage[];
  readonly environment?: PythonEnvironment;
  readonly conf?: Readonly<Record<string, string>>;
}

const worker = (name: string): string => fileURLToPath(new URL(`workers/${name}`, import.meta.url));

export const engines: Readonly<Record<EngineName, BenchEngine>> = {
  firecrest: { title: "Firecrest", command: [process.execPath, worker("firecrest.ts")], needs: [] },
  /** All that a cluster would do, on one machine: several workers, many small partitions, every join through a shuffle. */
  "firecrest-forced": {
    title: "Firecrest, forced to shuffle",
    command: [process.execPath, worker("firecrest.ts")],
    needs: [],
    conf: {
      "spark.executor.instances": "2",
      "spark.sql.shuffle.partitions": "16",
      "spark.sql.files.maxPartitionBytes": "8m",
      "spark.sql.autoBroadcastJoinThreshold": "-1",
    },
  },
  "duckdb-node": { title: "DuckDB, Firecrest's kernel alone", command: [process.execPath, worker("duckdb.ts")], needs: [] },
  duckdb: { title: "DuckDB 2.0.0", command: [pythonOf("main"), worker("worker.py"), "duckdb"], needs: ["duckdb"] },
  sail: {
    title: "Sail 0.7.2",
    command: [pythonOf("sail"), worker("worker.py"), "sail"],
    needs: ["pysail", "pyspark-client"],
    environment: "sail",
  },
  spark: { title: "Spark 4.3.0", command: [pythonOf("main"), worker("worker.py"), "spark"], needs: ["pyspark"] },
};
