import type { FirecrestError } from "../errors.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Read, Scan, Write } from "../logical/plan.ts";
import type { Scratch } from "./fabric.ts";
import type { ObjectStore } from "./object-store.ts";

/** A format that can be read: lib/sources has a folder for each. */
export interface Source {
  /** Spark's short name, lower case. */
  readonly format: string;
  /** Lists the files, finds the schema (given or inferred) and the statistics. Throws AnalysisError with Spark's condition. */
  resolve(read: Read, io: SourceIo): Promise<Scan>;
  /** Cuts a scan into splits of about `targetBytes`, leaving out files and row groups that `scan.filters` exclude. Pure. */
  split(scan: Scan, targetBytes: number, session: SessionSettings): readonly Split[];
  /** Task side: brings what the splits need within the kernel's reach, and nothing else. */
  open(scan: Scan, splits: readonly Split[], io: TaskIo): Promise<Opened>;
}

/** A format that can be written. */
export interface Sink {
  readonly format: string;
  /** Checks options and types before anything runs. Throws AnalysisError. */
  check(write: Omit<Write, "child">, columns: readonly SinkColumn[]): void;
  /**
   * Runs COPY statements (`run` gives their result as JSON values) that write the rows of `select` below the scratch folder `out/`, partition folders included.
   * Gives the files in order. `stem` is unique for the task attempt and begins each file name.
   */
  write(
    select: string,
    write: Omit<Write, "child">,
    columns: readonly SinkColumn[],
    stem: string,
    io: TaskIo & {
      readonly run: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
      /** The most values that the partition columns have together, where that is known. */
      readonly partitions?: number;
    },
  ): Promise<readonly WrittenFile[]>;
}
export interface SinkColumn {
  readonly name: string;
  readonly type: import("../types/data-type.ts").DataType;
}
export interface WrittenFile {
  /** Path in the scratch space. */
  readonly scratch: string;
  /** Path below the output folder, `shop=north/part-00000-....parquet`. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

export interface SourceIo {
  readonly store: ObjectStore;
  readonly session: SessionSettings;
  /** Runs one query in the driver's kernel (schema inference of text formats); rows as plain JSON values. */
  readonly query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Absent: nothing is kept. */
  readonly remember?: Remember;
}
/** Keeps what is costly to read and follows from the key alone (which names an object's size and time), within bounds. */
export type Remember = <T>(key: string, make: () => Promise<T>) => Promise<T>;

export interface TaskIo {
  readonly store: ObjectStore;
  readonly scratch: Scratch;
  readonly session: SessionSettings;
  /** Absent: nothing is kept. */
  readonly remember?: Remember;
  /** Nothing may be taken for granted of the files: a reader that expects clean ones has failed, or might not be read to its end. */
  readonly exact?: boolean;
}

/** A part of a scan's files that one task reads. JSON. */
export interface Split {
  /** Index into scan.files. */
  readonly file: number;
  /** Formats with row groups: which rows, [firstRow, firstRow + rows). Absent: all. */
  readonly firstRow?: number;
  readonly rows?: number;
  /** Text formats: lines that begin in [start, end). Absent: all. */
  readonly start?: number;
  readonly end?: number;
  /** Bytes to be read, for balancing. */
  readonly bytes: number;
}

export interface Opened {
  /** A SELECT whose columns are scan.output, in order, named by kernel/names.ts. */
  readonly sql: string;
  /** Run before and after the fragment, for what the SELECT leans on. */
  readonly setup?: readonly string[];
  readonly teardown?: readonly string[];
  readonly bytesRead: number;
  /** Rows in what is read, before filters; absent where only reading tells. */
  readonly rows?: number;
  readonly requests: number;
  /** Whether a failure of the fragment says only that the files are not as clean as this SELECT expects: with `exact` they can be read. */
  readonly needsExact?: (thrown: unknown) => boolean;
  /** What a failure of the fragment means where a file is at fault; undefined where none is. */
  readonly fileError?: (thrown: unknown) => FirecrestError | undefined;
}
