/** A deadline. Whether it still matters is asked of what it names when it is due, so nothing is ever searched for in the heap. */
export interface Timer {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: "attempt" | "backoff" | "phase" | "speculation" | "timeout";
  /** Index of the task, for `attempt` and `backoff`. */
  readonly task?: number;
  readonly attempt?: number;
}

/** Adds to a binary heap whose root is the earliest timer. */
export function addTimer(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.at <= timer.at) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = timer;
}

/** Removes and gives the earliest timer. */
export function takeTimer(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
    if (heap[child]!.at >= last.at) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
