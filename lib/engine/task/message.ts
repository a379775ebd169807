import type { SerializedError } from "../errors.ts";
import type { UploadedFile } from "../ports/object-store.ts";
import type { Split } from "../ports/source.ts";

/** One attempt at one task. All a worker needs besides the object store. JSON, at most 1 MiB. */
export interface TaskMessage {
  readonly job: string;
  /** `stage.partition.attempt`, unique in the job. */
  readonly id: string;
  readonly stage: number;
  readonly partition: number;
  readonly attempt: number;
  /** Key of the stage's program (stages/program.ts), the same for all of its tasks. */
  readonly program: string;
  /** Prefix for this job's objects; the attempt's own begin with `prefix/tasks/stage/partition/attempt`. */
  readonly prefix: string;
  readonly splits: Readonly<Record<number, readonly Split[]>>;
  /** What to read of each input stage, by stage id. */
  readonly blocks: Readonly<Record<number, readonly BlockRef[]>>;
  /** The memory tier, in bytes. */
  readonly memory: number;
}

/** A byte range of a shuffle object. */
export interface BlockRef {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  /** CRC-32 of the range. */
  readonly checksum: number;
  /** The attempt that wrote it (`stage.partition.attempt`), to be run again where the block is lost. */
  readonly producer: string;
}

/** What an attempt tells its coordinator. JSON, at most 1 MiB. */
export type TaskReport = {
  readonly job: string;
  readonly id: string;
  readonly stage: number;
  readonly partition: number;
  readonly attempt: number;
} & (
  | { readonly outcome: "started"; readonly worker: string }
  | { readonly outcome: "succeeded"; readonly output: TaskOutput; readonly metrics: TaskMetrics }
  | {
      readonly outcome: "failed";
      readonly error: SerializedError;
      /** The input block that could not be read. */
      readonly lostBlock?: BlockRef;
      /** What the attempt took all the same; absent where its worker could not say. */
      readonly metrics?: TaskMetrics;
    }
);

export type TaskOutput =
  /** Partition p is bytes [offsets[p], offsets[p + 1]) of the object. */
  | {
      readonly kind: "shuffle";
      readonly key: string;
      readonly offsets: readonly number[];
      readonly rows: readonly number[];
      readonly checksums: readonly number[];
    }
  | { readonly kind: "broadcast"; readonly key: string; readonly bytes: number; readonly rows: number; readonly checksum: number }
  | ResultOutput
  | { readonly kind: "files"; readonly files: readonly PendingFile[] };

/** One Arrow IPC stream (result/pages.ts): inline as base64 where small, else an object. */
export interface ResultOutput {
  readonly kind: "result";
  readonly inline?: string;
  readonly key?: string;
  /** Of all, the schema's message and the end mark included. */
  readonly bytes: number;
  readonly rows: number;
  /** Bytes of the schema's message. */
  readonly head: number;
  /** The record batches behind it. */
  readonly pages: readonly { readonly bytes: number; readonly rows: number }[];
}

/** An output file that waits for the commit. */
export interface PendingFile {
  readonly key: string;
  readonly upload: string;
  readonly file: UploadedFile;
  readonly rows: number;
}

export interface TaskMetrics {
  /** Milliseconds on the worker's clock. */
  readonly wallMs: number;
  /** Milliseconds that the platform bills for the attempt: its own, and what the worker does before and after it. */
  readonly billedMs: number;
  readonly cpuMs: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly bytesRead: number;
  readonly bytesShuffleRead: number;
  readonly bytesWritten: number;
  /** Calls of the store for the inputs. */
  readonly requests: number;
  /** Requests as the store bills them (cost/usage.ts), of everything that the attempt did. */
  readonly storeReads: number;
  readonly storeWrites: number;
  readonly peakMemory: number;
  readonly spilledBytes: number;
}
