import { expect, it } from "vitest";
import { InFlight } from "../../../lib/backends/aws/in-flight.ts";

/** Starts work that lasts until it is told to end; what has begun is in `begun`. */
function starter(limits: { requests: number; bytes: number }) {
  const inFlight = new InFlight(limits);
  const begun: string[] = [];
  const start = (name: string, bytes: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const result = inFlight.run(bytes, () => {
      begun.push(name);
      return promise;
    });
    return { end: () => resolve(name), fail: () => reject(new Error(name)), result };
  };
  return { begun, start };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets no more requests begin than the limit says, and the next when one ends", async () => {
  const { begun, start } = starter({ requests: 2, bytes: 100 });
  const [a, b, c] = [start("a", 1), start("b", 1), start("c", 1)];
  await settled();
  expect(begun).toEqual(["a", "b"]);
  b.end();
  expect(await b.result).toBe("b");
  await settled();
  expect(begun).toEqual(["a", "b", "c"]);
  a.end();
  c.end();
  expect(await Promise.all([a.result, c.result])).toEqual(["a", "c"]);
});

it("bounds the bytes, in the order of asking: a small request does not overtake a large one", async () => {
  const { begun, start } = starter({ requests: 10, bytes: 100 });
  const a = start("a", 60);
  const large = start("large", 50);
  const small = start("small", 1);
  await settled();
  expect(begun).toEqual(["a"]);
  a.end();
  await settled();
  expect(begun).toEqual(["a", "large", "small"]);
  large.end();
  small.end();
  await Promise.all([a.result, large.result, small.result]);
});

it("runs what is larger than the limit alone, instead of never", async () => {
  const { begun, start } = starter({ requests: 10, bytes: 100 });
  const [a, huge, b] = [start("a", 1), start("huge", 1_000), start("b", 1)];
  await settled();
  expect(begun).toEqual(["a"]);
  a.end();
  await settled();
  expect(begun).toEqual(["a", "huge"]);
  huge.end();
  await settled();
  expect(begun).toEqual(["a", "huge", "b"]);
  b.end();
  await Promise.all([a.result, huge.result, b.result]);
});

it("gives the place of failed work to the next", async () => {
  const { begun, start } = starter({ requests: 1, bytes: 100 });
  const [a, b] = [start("a", 1), start("b", 1)];
  a.fail();
  await expect(a.result).rejects.toThrow("a");
  await settled();
  expect(begun).toEqual(["a", "b"]);
  b.end();
  await b.result;
});
