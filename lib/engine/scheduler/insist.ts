import { FirecrestError } from "../errors.ts";
import type { Clock } from "../ports/fabric.ts";

/** Tries of one call, and the wait before the second in ms, which doubles with each. */
export interface Patience {
  readonly tries: number;
  readonly firstWaitMs: number;
}

/** Repeats a call while it fails for reasons that may pass; throws what the last try threw. */
export async function insist<T>(clock: Clock, { tries, firstWaitMs }: Patience, call: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await call();
    } catch (thrown) {
      if (n >= tries || !(thrown instanceof FirecrestError) || thrown.class === "terminal") throw thrown;
      await clock.sleep(firstWaitMs * 2 ** (n - 1));
    }
  }
}
