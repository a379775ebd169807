import type { PendingUpload } from "../ports/object-store.ts";
import type { BlockRef, PendingFile } from "../task/message.ts";

/**
 * What the coordinator is to do. Each may be carried out again, also by another coordinator, without harm.
 * A commit step and the clean-up are answered by an event with the same `ordinal`.
 */
export type Command =
  | { readonly kind: "launch"; readonly attempts: readonly Launch[] }
  /** Best effort. */
  | { readonly kind: "cancel"; readonly attempts: readonly string[] }
  /** List the output folder. */
  | { readonly kind: "survey"; readonly ordinal: number; readonly folder: string; readonly overwrite: boolean; readonly atMost: number }
  /** Delete the old `_SUCCESS`, which has this tag, so that a folder in between does not look complete. */
  | { readonly kind: "unmark"; readonly ordinal: number; readonly folder: string; readonly marker: string }
  /** Make the winners' files visible. */
  | { readonly kind: "complete"; readonly ordinal: number; readonly files: readonly PendingFile[] }
  /** Delete what was there before. */
  | { readonly kind: "replace"; readonly ordinal: number; readonly keys: readonly string[] }
  /** Write `_SUCCESS`. */
  | { readonly kind: "mark"; readonly ordinal: number; readonly folder: string }
  /** Take back a commit that cannot go on. */
  | { readonly kind: "undo"; readonly ordinal: number; readonly files: readonly PendingFile[] }
  /** Delete the job's objects, and abort uploads that nobody completes. */
  | {
      readonly kind: "clean";
      readonly ordinal: number;
      readonly job: string;
      readonly prefix: string;
      /** Keys below the prefix that stay: the result's objects. */
      readonly keep: readonly string[];
      readonly uploads: readonly PendingUpload[];
      /** Where uploads of dead attempts may have stayed: those whose file name holds the job's id. */
      readonly folder?: string;
    }
  /** The job is over. */
  | { readonly kind: "finish" };
export type CommandKind = Command["kind"];
export type CommandOf<K extends CommandKind> = Extract<Command, { readonly kind: K }>;

/**
 * The steps of a commit, and what follows where one cannot be carried out:
 *
 *     survey --> unmark --> complete, batch by batch --> replace --> mark
 *       |          |            |                           |         |
 *       +----------+            +--> undo                   +---------+--> the new files stay, without `_SUCCESS`
 *       nothing to take back
 */
export type CommitStep = "survey" | "unmark" | "complete" | "replace" | "mark" | "undo";

export interface Launch {
  /** `stage.partition.attempt`. */
  readonly id: string;
  readonly stage: number;
  readonly partition: number;
  readonly attempt: number;
  /** Bytes. */
  readonly memory: number;
  /** What to read of each input stage, by stage id. */
  readonly blocks: Readonly<Record<number, readonly BlockRef[]>>;
}
