import { describe, expect, test } from "vitest";
import { ResponseBuffer } from "../../../lib/connect/session/response-buffer.ts";

const never = new AbortController().signal;
const answer = (id: string, bytes = 10) => ({ id, bytes: new Uint8Array(bytes) });
const bufferOf = (bounds = { waiting: 25, retry: 15 }) => new ResponseBuffer(bounds);
/** The ids of so many answers, or of all. */
async function take(answers: AsyncGenerator<{ readonly id: string }>, most = Number.POSITIVE_INFINITY): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < most) {
    const { done, value } = await answers.next();
    if (done) break;
    ids.push(value.id);
  }
  return ids;
}
/** Whether a promise waits for something that has not come yet. */
const waits = async (promise: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([promise.then(() => "done"), new Promise((resolve) => setTimeout(resolve, 20, "waits"))])) === "waits";

describe("a buffer of answers", () => {
  test("lets who adds wait for the reader", async () => {
    const buffer = bufferOf();
    await buffer.add(answer("a"));
    await buffer.add(answer("b"));
    const third = buffer.add(answer("c"));
    expect(await waits(third)).toBe(true);
    const reader = buffer.read(undefined, never);
    expect(await take(reader, 2)).toEqual(["a", "b"]);
    await third;
    buffer.end({ kind: "complete" });
    expect(await take(reader)).toEqual(["c"]);
  });

  test("keeps the youngest of what was read for a reader who comes back", async () => {
    const buffer = bufferOf({ waiting: 1_000, retry: 15 });
    for (const id of ["a", "b", "c", "d"]) await buffer.add(answer(id));
    buffer.end({ kind: "complete" });
    expect(await take(buffer.read(undefined, never), 4)).toEqual(["a", "b", "c", "d"]);
    expect(await take(buffer.read("c", never))).toEqual(["d"]);
    expect(() => buffer.read("a", never)).toThrow("INVALID_CURSOR.POSITION_NOT_FOUND");
    expect(() => buffer.read(undefined, never)).toThrow("INVALID_CURSOR.POSITION_NOT_AVAILABLE");
  });

  test("keeps one answer that is larger than its bounds", async () => {
    const buffer = bufferOf();
    const large = buffer.add(answer("a", 1_000));
    const reader = buffer.read(undefined, never);
    expect(await take(reader, 1)).toEqual(["a"]);
    expect(await waits(large)).toBe(true);
    buffer.end({ kind: "complete" });
    expect(await take(reader)).toEqual([]);
    await large;
    expect(await take(buffer.read(undefined, never))).toEqual(["a"]);
  });

  test("counts as read what a reader says that it has seen", async () => {
    const buffer = bufferOf();
    const adding = buffer.add(answer("a", 1_000));
    const first = buffer.read(undefined, never);
    await take(first, 1);
    // Leaves with the answer, before it could ask for the next.
    await first.return(undefined);
    expect(await waits(adding)).toBe(true);
    buffer.read("a", never);
    await adding;
  });

  test("ends its readers with the error of what made the answers, after them", async () => {
    const buffer = bufferOf();
    await buffer.add(answer("a"));
    buffer.end({ kind: "failed", error: new Error("broken") });
    buffer.end({ kind: "complete" });
    const reader = buffer.read(undefined, never);
    expect(await take(reader, 1)).toEqual(["a"]);
    await expect(take(reader)).rejects.toThrow("broken");
  });

  test("keeps for who comes back what the reader before was still sending", async () => {
    const buffer = bufferOf({ waiting: 1_000, retry: 25 });
    for (const id of ["a", "b"]) await buffer.add(answer(id));
    await buffer.add(answer("c", 100));
    const before = buffer.read(undefined, never);
    await take(before, 3);
    const after = buffer.read("a", never);
    // The one before hears only now that its line is gone.
    await expect(before.next()).rejects.toThrow("INVALID_CURSOR.DISCONNECTED");
    await buffer.add(answer("d"));
    buffer.end({ kind: "complete" });
    expect(await take(after)).toEqual(["b", "c", "d"]);
  });

  test("tells a reader that what it wants is gone, and does not go on behind it", async () => {
    const buffer = bufferOf({ waiting: 1_000, retry: 1_000 });
    for (const id of ["a", "b", "c"]) await buffer.add(answer(id));
    buffer.end({ kind: "complete" });
    await take(buffer.read(undefined, never));
    const late = buffer.read("a", never);
    buffer.releaseUntil("b");
    await expect(late.next()).rejects.toThrow("INVALID_CURSOR.POSITION_NOT_AVAILABLE");
  });

  test("lets nobody wait for a reader after its end", async () => {
    const buffer = bufferOf();
    const adding = buffer.add(answer("a", 1_000));
    expect(await waits(adding)).toBe(true);
    buffer.end({ kind: "failed", error: new Error("interrupted") });
    await adding;
  });

  test("is free of everything once it is released", async () => {
    const buffer = bufferOf();
    const adding = buffer.add(answer("a", 1_000));
    const reader = take(buffer.read("", never));
    buffer.release();
    await adding;
    await buffer.add(answer("b", 1_000));
    expect(buffer.bytes).toBe(0);
    expect((await reader).length).toBeLessThanOrEqual(1);
  });
});
