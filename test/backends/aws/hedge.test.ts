import { describe, expect, it } from "vitest";
import { Hedging, hedged, s3Hedging } from "../../../lib/backends/aws/hedge.ts";
import type { Clock } from "../../../lib/engine/ports/fabric.ts";

describe("hedging", () => {
  it("waits 15 ms and twice the time that the bytes take at 150 MB/s", () => {
    const hedging = new Hedging(s3Hedging);
    expect(hedging.boundMs(0)).toBe(15);
    expect(hedging.boundMs(15_000_000)).toBe(215);
  });

  it("sends a second request for at most a tenth, and a few at the start, where everything is slow", () => {
    const hedging = new Hedging(s3Hedging);
    let second = 0;
    for (let i = 0; i < 1_000; i++) {
      hedging.earn();
      if (hedging.isSlow()) second++;
    }
    expect(second).toBeGreaterThan(90);
    expect(second).toBeLessThanOrEqual(105);
  });

  it("moves the bound to where a twentieth of the requests is slow", () => {
    const hedging = new Hedging(s3Hedging);
    // Answers take 100 to 200 ms, evenly: a twentieth takes more than 195.
    let slow = 0;
    for (let i = 0; i < 4_000; i++) {
      const ms = 100 + ((i * 61) % 100);
      if (ms <= hedging.boundMs(0)) hedging.isPrompt();
      else {
        hedging.isSlow();
        if (i >= 2_000) slow++;
      }
    }
    expect(slow / 2_000).toBeGreaterThan(0.03);
    expect(slow / 2_000).toBeLessThan(0.07);
  });

  it("comes back to the usual bound when the store is quick again", () => {
    const hedging = new Hedging(s3Hedging);
    for (let i = 0; i < 100; i++) hedging.isSlow();
    expect(hedging.boundMs(0)).toBe(1_500);
    for (let i = 0; i < 1_000; i++) hedging.isPrompt();
    expect(hedging.boundMs(0)).toBe(15);
  });
});

/** Time passes when the test says so. */
class ManualClock implements Clock {
  readonly #wake: (() => void)[] = [];
  now(): number {
    return 0;
  }
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  }
  async pass(): Promise<void> {
    for (const wake of this.#wake.splice(0)) wake();
    await settled();
  }
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

interface Sent extends PromiseWithResolvers<string> {
  readonly signal: AbortSignal;
}
const passing = new Error("may pass");

function start(policy = s3Hedging) {
  const clock = new ManualClock();
  const requests: Sent[] = [];
  const discarded: string[] = [];
  const send = (signal: AbortSignal) => {
    const request = { signal, ...Promise.withResolvers<string>() };
    requests.push(request);
    return request.promise;
  };
  const isFinal = (thrown: unknown) => thrown !== passing;
  const discard = (answer: string) => discarded.push(answer);
  const answer = hedged({ clock, hedging: new Hedging(policy), bytes: 0, isFinal, send, discard });
  return { clock, requests, discarded, answer };
}

describe("a hedged request", () => {
  it("goes out once where the answer comes in time", async () => {
    const { requests, answer, clock } = start();
    requests[0]!.resolve("first");
    expect(await answer).toBe("first");
    await clock.pass();
    expect(requests).toHaveLength(1);
  });

  it("goes out again where it does not; the first answer counts, and the other request is aborted", async () => {
    const { requests, answer, clock, discarded } = start();
    await clock.pass();
    expect(requests).toHaveLength(2);
    requests[1]!.resolve("second");
    expect(await answer).toBe("second");
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    requests[0]!.resolve("late");
    await settled();
    expect(discarded).toEqual(["late"]);
  });

  it("is answered by the first request where that comes before the second after all", async () => {
    const { requests, answer, clock } = start();
    await clock.pass();
    requests[0]!.resolve("first");
    expect(await answer).toBe("first");
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    requests[1]!.reject(new Error("aborted"));
    await settled();
  });

  it("does not go out again where no hedge is left to spend", async () => {
    const { requests, answer, clock } = start({ ...s3Hedging, share: 0, burst: 0 });
    await clock.pass();
    expect(requests).toHaveLength(1);
    requests[0]!.resolve("first");
    expect(await answer).toBe("first");
  });

  it("fails at once, before the bound, where it fails", async () => {
    const { requests, answer } = start();
    requests[0]!.reject(passing);
    await expect(answer).rejects.toBe(passing);
    expect(requests).toHaveLength(1);
  });

  it("waits for the other where one fails for a reason that may pass", async () => {
    const { requests, answer, clock } = start();
    await clock.pass();
    requests[0]!.reject(passing);
    await settled();
    requests[1]!.resolve("second");
    expect(await answer).toBe("second");
  });

  it("does not wait for the other where one fails for good", async () => {
    const { requests, answer, clock } = start();
    await clock.pass();
    const final = new Error("no such object");
    requests[1]!.reject(final);
    await expect(answer).rejects.toBe(final);
    expect(requests[0]!.signal.aborted).toBe(true);
  });
});
