import { AnalysisError, type FirecrestError } from "../errors.ts";
import type { Attribute } from "../expressions/expression.ts";
import { quoteName, quoteText } from "../functions/function.ts";
import { arrowToParquet } from "../kernel/arrow-in.ts";
import { columnName } from "../kernel/names.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import type { PhysicalPlan, RangeExec } from "../planner/plan.ts";
import type { Opened, Source, TaskIo } from "../ports/source.ts";
import { type Fetched, fetchBlocks } from "../shuffle/read.ts";
import { fromTransport } from "../shuffle/transport.ts";
import type { TaskMessage } from "./message.ts";

/** The leaves of a fragment within the kernel's reach. */
export interface OpenLeaves {
  /** A SELECT for each leaf. */
  readonly sql: ReadonlyMap<PhysicalPlan, string>;
  readonly setup: readonly string[];
  readonly teardown: readonly string[];
  /** Rows of scans (where their files tell), shuffles and broadcasts. */
  readonly rowsIn: number;
  readonly bytesRead: number;
  readonly bytesShuffleRead: number;
  readonly requests: number;
  /** Whether a failure of the fragment says only that files are not as clean as their reader expects. */
  readonly needsExact: (thrown: unknown) => boolean;
  /** What a failure of the fragment means where a source file is at fault. */
  readonly fileError: (thrown: unknown) => FirecrestError | undefined;
}

export interface LeafIo extends TaskIo {
  readonly sourceOf: (format: string) => Source;
}

/** Opens leaves for one task: its splits of each scan, its partition of each shuffle, all of each broadcast. */
export async function openLeaves(leaves: readonly PhysicalPlan[], message: TaskMessage, io: LeafIo): Promise<OpenLeaves> {
  const sql = new Map<PhysicalPlan, string>();
  const setup: string[] = [];
  const teardown: string[] = [];
  const fileErrors: NonNullable<Opened["fileError"]>[] = [];
  const doubts: NonNullable<Opened["needsExact"]>[] = [];
  /** A stage that several leaves read is fetched once. */
  const stages = new Map<number, Fetched>();
  const totals = { rowsIn: 0, bytesRead: 0, bytesShuffleRead: 0, requests: 0 };
  for (const leaf of leaves) {
    if (leaf.kind === "scan") {
      const splits = message.splits[leaf.leaf] ?? [];
      if (splits.length === 0) {
        sql.set(leaf, emptySql(leaf.scan.output));
        continue;
      }
      const opened = await io.sourceOf(leaf.scan.format).open(leaf.scan, splits, io);
      sql.set(leaf, opened.sql);
      setup.push(...(opened.setup ?? []));
      teardown.push(...(opened.teardown ?? []));
      if (opened.fileError) fileErrors.push(opened.fileError);
      if (opened.needsExact) doubts.push(opened.needsExact);
      totals.rowsIn += opened.rows ?? 0;
      totals.bytesRead += opened.bytesRead;
      totals.requests += opened.requests;
    } else if (leaf.kind === "shuffleRead" || leaf.kind === "broadcastRead") {
      const blocks = message.blocks[leaf.stage] ?? [];
      const known = stages.get(leaf.stage);
      const fetched = known ?? (await fetchBlocks(blocks, `stage${leaf.stage}`, io.store, io.scratch));
      const paths = fetched.files.map((name) => io.scratch.path(name));
      sql.set(leaf, parquetSql(paths, leaf.output));
      totals.rowsIn += blocks.reduce((sum, block) => sum + block.rows, 0);
      if (known) continue;
      stages.set(leaf.stage, fetched);
      totals.bytesShuffleRead += fetched.bytes;
      totals.requests += fetched.requests;
    } else if (leaf.kind === "localRows") {
      sql.set(
        leaf,
        message.partition === 0 && leaf.arrow !== ""
          ? await localSql(leaf.arrow, leaf.output, `local${sql.size}.parquet`, io)
          : emptySql(leaf.output),
      );
    } else if (leaf.kind === "range") {
      sql.set(leaf, rangeSql(leaf, message.partition));
    }
  }
  const needsExact = (thrown: unknown) => io.exact !== true && doubts.some((doubt) => doubt(thrown));
  const fileError = (thrown: unknown) => fileErrors.reduce<FirecrestError | undefined>((found, of) => found ?? of(thrown), undefined);
  return { sql, setup, teardown, ...totals, needsExact, fileError };
}

export const emptySql = (output: readonly Attribute[]): string =>
  output.length === 0
    ? `SELECT 1 AS ${quoteName("no columns")} WHERE false`
    : `SELECT ${output.map((a) => `CAST(NULL AS ${sqlTypeOf(a.type)}) AS ${columnName(a)}`).join(", ")} WHERE false`;

/** Rows of Parquet files whose columns have the attributes' names already (shuffle files). */
const parquetSql = (paths: readonly string[], output: readonly Attribute[]): string =>
  paths.length === 0 ? emptySql(output) : fromTransport(`read_parquet([${paths.map(quoteText).join(", ")}])`, output);

async function localSql(arrow: string, output: readonly Attribute[], name: string, io: LeafIo): Promise<string> {
  const parquet = await arrowToParquet(Buffer.from(arrow, "base64"));
  await io.scratch.write(name, 0, parquet);
  if (output.length === 0) return `SELECT 1 AS ${quoteName("no columns")} FROM read_parquet(${quoteText(io.scratch.path(name))})`;
  const columns = output.map((a, i) => `CAST(${quoteName(`c${i}`)} AS ${sqlTypeOf(a.type)}) AS ${columnName(a)}`);
  return `SELECT ${columns.join(", ")} FROM read_parquet(${quoteText(io.scratch.path(name))})`;
}

/** Partition p of n has the p-th n-th of the numbers, as Spark cuts them. */
function rangeSql({ start, end, step, partitions, output }: RangeExec, partition: number): string {
  if (step === 0n) throw new AnalysisError("INVALID_PARAMETER_VALUE.ZERO_STEP", {});
  const span = end - start;
  const count = span === 0n || span > 0n !== step > 0n ? 0n : (span + step - (step > 0n ? 1n : -1n)) / step;
  const at = (p: number) => (BigInt(p) * count) / BigInt(partitions);
  const [from, to] = partition < partitions ? [at(partition), at(partition + 1)] : [0n, 0n];
  const column = output[0]!;
  return `SELECT CAST(${start} + range * ${step} AS BIGINT) AS ${columnName(column)} FROM range(${from}, ${to})`;
}
