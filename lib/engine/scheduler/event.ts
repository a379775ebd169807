import type { Usage } from "../cost/usage.ts";
import type { SerializedError } from "../errors.ts";
import type { TaskReport } from "../task/message.ts";
import type { JobSpec } from "./job-spec.ts";
import type { SchedulerOptions } from "./options.ts";

/** What happens to a job: the journal's content. `at` (ms since 1970) and `random` (in [0, 1)) are all that transition knows of time and chance. */
export type SchedulerEvent = { readonly at: number; readonly random: number } & Happening;

export type Happening =
  | { readonly kind: "submitted"; readonly spec: JobSpec; readonly options: SchedulerOptions }
  | { readonly kind: "report"; readonly report: TaskReport }
  | { readonly kind: "cancelled"; readonly reason: string }
  /** A deadline has passed. */
  | { readonly kind: "timer" }
  /** The queue took none of these attempts, or nobody knows whether it did. */
  | { readonly kind: "unsent"; readonly attempts: readonly string[]; readonly error: SerializedError }
  /** The folder was listed: what an overwrite replaces, and the tag of its `_SUCCESS`, if it carries one. */
  | { readonly kind: "surveyed"; readonly ordinal: number; readonly replaced: readonly string[]; readonly marker?: string }
  /** Any other commit step, or the clean-up, was carried out. */
  | { readonly kind: "stepped"; readonly ordinal: number }
  | { readonly kind: "stepFailed"; readonly ordinal: number; readonly error: SerializedError }
  /** What the coordinator itself has used since it last said so. */
  | { readonly kind: "used"; readonly usage: Usage }
  /** Another coordinator took the job over. */
  | { readonly kind: "recovered" };
export type EventKind = Happening["kind"];
export type EventOf<K extends EventKind> = Extract<SchedulerEvent, { readonly kind: K }>;
