/**
 * How attempts reach functions while the fleet grows. A queue's trigger begins with few invocations at once and adds some each
 * minute; direct invocations may be a thousand at once. So the first go directly, and fewer the further the trigger has grown.
 */

/** Invocations at once that an idle queue's trigger begins with, and that it adds in a second of backlog.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html (5, then 300 a minute). */
const TRIGGER_START = 5;
const TRIGGER_GROWTH = 300 / 60;
/** A trigger that had nothing to do for so long has to begin anew. The docs give no number; later than this costs some latency. */
const TRIGGER_IDLE_MS = 60_000;
/** How long the direct lane stays closed after a refusal: Lambda's capacity grows in steps of ten seconds. */
const CLOSED_MS = 10_000;
/** A direct attempt that has not started in this time waits for capacity that other jobs have: a cold start takes a few seconds. */
const OVERDUE_MS = 10_000;

export interface Ramp {
  /** When the queue got its first message since it was last idle, and its latest; ms. */
  readonly queueSince?: number;
  readonly queueLast?: number;
  /** Nothing goes directly before; ms. */
  readonly closedUntil: number;
}

export const newRamp: Ramp = { closedUntil: 0 };

/** The attempts that went directly, of which no end was heard yet. */
export interface DirectLoad {
  readonly count: number;
  /** When the earliest of those without a start was sent; ms. */
  readonly waitingSince?: number | undefined;
}

/** How many of `count` attempts go directly to a function of which `most` run at once. */
export function directShare(ramp: Ramp, at: number, count: number, load: DirectLoad, most: number): number {
  const overdue = load.waitingSince !== undefined && at - load.waitingSince > OVERDUE_MS;
  if (at < ramp.closedUntil || overdue) return 0;
  return Math.max(0, Math.min(count, most - triggered(ramp, at) - load.count));
}

/** Invocations at once that the queue's trigger may have reached. */
function triggered({ queueSince, queueLast }: Ramp, at: number): number {
  if (queueSince === undefined || at - (queueLast ?? queueSince) > TRIGGER_IDLE_MS) return 0;
  return TRIGGER_START + Math.floor(((at - queueSince) / 1_000) * TRIGGER_GROWTH);
}

/** Some attempts went through the queue. */
export function afterQueueing(ramp: Ramp, at: number): Ramp {
  const idle = ramp.queueLast === undefined || at - ramp.queueLast > TRIGGER_IDLE_MS;
  return { ...ramp, queueSince: idle ? at : (ramp.queueSince ?? at), queueLast: at };
}

/** A direct invocation was refused. */
export const afterRefusal = (ramp: Ramp, at: number): Ramp => ({ ...ramp, closedUntil: at + CLOSED_MS });
