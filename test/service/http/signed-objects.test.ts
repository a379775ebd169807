import { Hono } from "hono";
import { expect, test } from "vitest";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { problemOf } from "../../../lib/service/http/problem.ts";
import { OBJECTS_PATH, SignedObjects } from "../../../lib/service/http/signed-objects.ts";

const ROOT = "memory://service";

function open() {
  const store = new MemoryStore();
  const time = { now: 1_700_000_000_000 };
  const objects = new SignedObjects({
    store,
    root: ROOT,
    origin: () => "http://localhost",
    secret: new Uint8Array(32).fill(7),
    now: () => time.now,
  });
  const app = new Hono()
    .on(["GET", "PUT"], OBJECTS_PATH, (c) => objects.answer(c))
    .onError((thrown, c) => c.body(null, problemOf(thrown, "").status as 403));
  return { app, objects, store, time };
}

test("a signed address takes its object and gives it, each by an address of its own", async () => {
  const { app, objects, store } = open();
  const key = `${ROOT}/uploads/a b&c`;
  const put = objects.presign(key, "PUT");
  expect((await app.request(put, { method: "PUT", body: "rows" })).status).toBe(204);
  expect(new TextDecoder().decode(await store.get(key))).toBe("rows");
  expect((await app.request(put)).status).toBe(403);
  expect(await (await app.request(objects.presign(key, "GET"))).text()).toBe("rows");
});

test.each(["name", "expires", "signature"])("an address whose %s was changed is none", async (part) => {
  const { app, objects } = open();
  const url = new URL(objects.presign(`${ROOT}/uploads/a`, "PUT"));
  url.searchParams.set(part, `${url.searchParams.get(part)}0`);
  expect((await app.request(url.href, { method: "PUT", body: "x" })).status).toBe(403);
  url.searchParams.delete(part);
  expect((await app.request(url.href, { method: "PUT", body: "x" })).status).toBe(403);
});

test("an address is good for a quarter of an hour", async () => {
  const { app, objects, time } = open();
  const url = objects.presign(`${ROOT}/uploads/a`, "PUT");
  time.now += 899_000;
  expect((await app.request(url, { method: "PUT", body: "x" })).status).toBe(204);
  time.now += 2_000;
  expect((await app.request(url, { method: "PUT", body: "x" })).status).toBe(403);
});

test("no address is given for what lies elsewhere", () => {
  const { objects } = open();
  expect(() => objects.presign("memory://other/a", "GET")).toThrow(TypeError);
});
