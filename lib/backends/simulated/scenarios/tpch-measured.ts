import { type DataType, dateType, decimalType, integerType, longType, stringType } from "../../../engine/types/data-type.ts";
import type { SyntheticColumn, SyntheticTable } from "./synthetic-tables.ts";

/**
 * TPC-H as measured at scale factor 1 with `node benchmarks/stage-rates.ts`: 21 November 2026, one thread of an x64 virtual machine at
 * 2.5 GHz, DuckDB 1.5.6. A vCPU of a function is taken to be as fast.
 */
export interface MeasuredStage {
  /** How the stage's label begins or what it holds. */
  readonly label: RegExp;
  /** CPU of a task besides its rows, ms; and of a row, ns. */
  readonly fixedCpuMs: number;
  readonly cpuNsPerRow: number;
  /** Rows given for a row read; or rows that a task gives, however many it reads. */
  readonly rowsOut: { readonly perRow: number } | { readonly perTask: number };
  readonly bytesPerRow: number;
}

/** Of the first that matches. */
export const measuredStages: readonly MeasuredStage[] = [
  // 6,001,215 rows: 146 ms in 2 tasks, 201 ms in 5.
  { label: /scan lineitem.*aggregate/, fixedCpuMs: 18, cpuNsPerRow: 18.3, rowsOut: { perTask: 1 }, bytesPerRow: 24 },
  // 1,500,000 rows to 16 partitions of 6,946,498 bytes: 262 ms.
  { label: /scan orders/, fixedCpuMs: 18, cpuNsPerRow: 163, rowsOut: { perRow: 1 }, bytesPerRow: 4.63 },
  // 6,001,215 rows, of which 30,988 stay, in 3 tasks: 201 ms.
  { label: /scan lineitem/, fixedCpuMs: 18, cpuNsPerRow: 24.5, rowsOut: { perRow: 30_988 / 6_001_215 }, bytesPerRow: 5.77 },
  // 1,530,988 rows in 16 tasks: 235 ms.
  { label: /join/, fixedCpuMs: 9, cpuNsPerRow: 59, rowsOut: { perTask: 2 }, bytesPerRow: 40 },
  { label: /combine/, fixedCpuMs: 9, cpuNsPerRow: 163, rowsOut: { perRow: 1 }, bytesPerRow: 4.63 },
  // Of two groups: 145 ms in 16 tasks.
  { label: /aggregate|sort/, fixedCpuMs: 9, cpuNsPerRow: 0, rowsOut: { perTask: 2 }, bytesPerRow: 40 },
];

/** Reading the description of one column chunk in a footer, ms of CPU: 7 ms a file for 53 row groups of 16 columns, mean of 150 files. */
export const FOOTER_MS_PER_CHUNK = 0.0083;

const money = decimalType(15, 2);
const column = (name: string, type: DataType, bytesPerRow: number, min: string, max: string): SyntheticColumn => ({
  name,
  type,
  bytesPerRow,
  min,
  max,
});

/** Files of scale factor 1 each, as many as the scale factor; row groups of a million rows, as writers of large tables make them. */
const ROWS_PER_GROUP = 1_000_000;

export const tpchTables = (scale: number): readonly SyntheticTable[] => [
  {
    name: "lineitem",
    files: scale,
    rowsPerFile: 6_001_215,
    rowsPerGroup: ROWS_PER_GROUP,
    columns: [
      column("l_orderkey", longType, 2.671, "1", String(scale * 6_000_000)),
      column("l_partkey", longType, 5.646, "1", String(scale * 200_000)),
      column("l_suppkey", longType, 2.108, "1", String(scale * 10_000)),
      column("l_linenumber", integerType, 0.264, "1", "7"),
      column("l_quantity", money, 0.756, "1.00", "50.00"),
      column("l_extendedprice", money, 6.878, "900.00", "105000.00"),
      column("l_discount", money, 0.504, "0.00", "0.10"),
      column("l_tax", money, 0.504, "0.00", "0.08"),
      column("l_returnflag", stringType, 0.246, "A", "R"),
      column("l_linestatus", stringType, 0.157, "F", "O"),
      column("l_shipdate", dateType, 1.593, "1992-01-02", "1998-12-01"),
      column("l_commitdate", dateType, 1.591, "1992-01-31", "1998-10-31"),
      column("l_receiptdate", dateType, 1.593, "1992-01-03", "1998-12-31"),
      column("l_shipinstruct", stringType, 0.254, "COLLECT COD", "TAKE BACK RETURN"),
      column("l_shipmode", stringType, 0.379, "AIR", "TRUCK"),
      column("l_comment", stringType, 13.411, " Tiresias", "zzle"),
    ],
  },
  {
    name: "orders",
    files: scale,
    rowsPerFile: 1_500_000,
    rowsPerGroup: ROWS_PER_GROUP,
    columns: [
      column("o_orderkey", longType, 6.008, "1", String(scale * 6_000_000)),
      column("o_custkey", longType, 4.9, "1", String(scale * 150_000)),
      column("o_orderstatus", stringType, 0.254, "F", "P"),
      column("o_totalprice", money, 7.613, "811.00", "600000.00"),
      column("o_orderdate", dateType, 1.607, "1992-01-01", "1998-08-02"),
      column("o_orderpriority", stringType, 0.379, "1-URGENT", "5-LOW"),
      column("o_clerk", stringType, 1.307, "Clerk#000000001", "Clerk#001000000"),
      column("o_shippriority", integerType, 0.002, "0", "0"),
      column("o_comment", stringType, 20.223, " about the", "zzle"),
    ],
  },
];
