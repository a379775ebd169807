import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Random } from "../engine/ports/fabric.ts";

/** The machine's time. A sleep that can be given up keeps no process alive. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal, ref: false } : {}),
};

export const systemRandom: Random = { next: Math.random };
