/** Waits between attempts: they double up to a bound, and chance spreads them so that clients do not come back together. */
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;

/** Answers that say "not now": throttling, a cold or crashed function, a gateway that waited in vain. */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);
export const isTransientStatus = (status: number): boolean => TRANSIENT_STATUS.has(status);

/** When attempt `attempt` (from 1) may follow a failed one, in ms; undefined once `patienceMs` would be used up. */
export function retryDelay(
  attempt: number,
  times: { readonly elapsedMs: number; readonly patienceMs: number; readonly retryAfterMs?: number },
  random: () => number,
): number | undefined {
  const step = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 20));
  const delay = Math.max(times.retryAfterMs ?? 0, step * (0.5 + random() / 2));
  return times.elapsedMs + delay > times.patienceMs ? undefined : delay;
}

/** `Retry-After` in ms; undefined where the header is absent or a date. */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
