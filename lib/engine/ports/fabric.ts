import type { TaskMessage, TaskReport } from "../task/message.ts";

/** What a coordinator and its workers share besides the object store. Each backend implements these and nothing more. */

export interface Clock {
  /** Milliseconds since 1970. Used for delays and reports, never for safety. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Carries task attempts to workers: at least once, in any order. */
export interface TaskQueue {
  /** Sends attempts; throws RetryableError (THROTTLED) where none of them was taken. */
  send(messages: readonly TaskMessage[]): Promise<void>;
  /** Best effort: an attempt may still report. */
  cancel(job: string, attempts: readonly string[]): Promise<void>;
}

/** One job's replies: at least once, in any order. */
export interface Inbox {
  /** Waits up to `waitMs` for a message, or until `signal`; at most `max` at once. */
  receive(max: number, waitMs: number, signal?: AbortSignal): Promise<readonly Received[]>;
  delete(receipts: readonly string[]): Promise<void>;
}
export interface Received {
  readonly receipt: string;
  readonly message: InboxMessage;
}
export type InboxMessage = { readonly kind: "task"; readonly report: TaskReport } | { readonly kind: "cancel"; readonly reason: string };

/** A task's own disk space; gone when the attempt ends. */
export interface Scratch {
  /** An absolute path that the kernel can write; names are the task's own, [a-z0-9.-]+. */
  path(name: string): string;
  /** Makes or opens a file and writes bytes at an offset, part after part; holes read as zeros. */
  write(name: string, offset: number, ...parts: readonly Uint8Array[]): Promise<void>;
  read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array>;
  /** Names and sizes in bytes of the files below a folder of the scratch space, recursively, sorted. */
  list(folder: string): Promise<readonly { readonly name: string; readonly size: number }[]>;
  makeFolder(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}
