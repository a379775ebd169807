import { expect, test } from "vitest";
import { MessageParts, Outgoing } from "../../lib/connect/message-parts.ts";
import { ResponseBuffer } from "../../lib/connect/session/response-buffer.ts";

const LARGE = 100_000;
const large = (value: number) => new Uint8Array(LARGE).fill(value);
const never = new AbortController().signal;

test("parts are copied one behind the other, as often as a client asks", () => {
  const message = new MessageParts([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  const target = new Uint8Array(8);
  for (const outgoing of [new Outgoing(message), new Outgoing(message)]) expect(outgoing.copy(target, 5)).toBe(3);
  expect([...target]).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
});

test("what was sent is freed, and the message stays for a client that comes back", () => {
  const page = large(7);
  const message = new MessageParts([page], page);
  const first = new Uint8Array(LARGE);
  const outgoing = new Outgoing(message);
  outgoing.copy(first, 0);
  outgoing.sent();
  expect(first.byteLength).toBe(0);
  const second = new Uint8Array(LARGE);
  new Outgoing(message).copy(second, 0);
  expect(second.at(-1)).toBe(7);
});

test("a message that was freed is an error, never one of other bytes", () => {
  const page = large(7);
  const message = new MessageParts([Uint8Array.of(1), page.subarray(10)], page);
  message.free();
  expect(() => new Outgoing(message).copy(new Uint8Array(LARGE), 0)).toThrow(TypeError);
});

test("memory that others share is left alone", () => {
  const shared = large(7);
  const half = shared.subarray(0, 80_000);
  new MessageParts([half], half).free();
  expect(shared.byteLength).toBe(LARGE);
});

test("a buffer of answers frees what it forgets, and nothing that a reader may still get", async () => {
  const buffer = new ResponseBuffer({ waiting: 10 * LARGE, retry: 1 });
  const pages = [large(1), large(2), large(3)];
  for (const [i, page] of pages.entries()) await buffer.add({ id: String(i), bytes: new MessageParts([page], page) });
  const reader = buffer.read(undefined, never);
  for (const _ of pages) await reader.next();
  expect(pages.map((page) => page.byteLength)).toEqual([0, LARGE, LARGE]);
  buffer.release();
  expect(pages.map((page) => page.byteLength)).toEqual([0, 0, LARGE]);
});
