import type { Clock } from "../../engine/ports/fabric.ts";
import type { Actor, World } from "./world.ts";

/** Virtual time as one actor sees it: clocks of different machines differ by `skewMs`. */
export function simulatedClock(world: World, actor: Actor, skewMs: number): Clock {
  return {
    now: () => world.now + skewMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          const wait = actor.pausedUntil - world.now;
          if (wait > 0) world.after(wait, wake);
          else if (actor.alive) resolve();
        };
        signal?.addEventListener("abort", wake);
        world.after(Math.ceil(ms), wake);
      }),
  };
}
