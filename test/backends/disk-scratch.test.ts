import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DiskScratch } from "../../lib/backends/local/disk-scratch.ts";

it("writes at offsets and reads holes as zeros", async () => {
  const scratch = new DiskScratch(join(tmpdir(), `firecrest-${randomUUID()}`));
  await scratch.write("a.bin", 4, new Uint8Array([1, 2]));
  await scratch.write("a.bin", 0, new Uint8Array([9]));
  expect([...(await scratch.read("a.bin"))]).toEqual([9, 0, 0, 0, 1, 2]);
  expect([...(await scratch.read("a.bin", { start: 4, end: 5 }))]).toEqual([1]);
  await scratch.close();
});

it("lists files below a folder with their sizes", async () => {
  const scratch = new DiskScratch(join(tmpdir(), `firecrest-${randomUUID()}`));
  await scratch.makeFolder("out/p=1");
  await scratch.write("out/p=1/b", 0, new Uint8Array(3));
  await scratch.write("out/a", 0, new Uint8Array(1));
  expect(await scratch.list("out")).toEqual([
    { name: "out/a", size: 1 },
    { name: "out/p=1/b", size: 3 },
  ]);
  expect(await scratch.list("none")).toEqual([]);
  await scratch.remove("out");
  expect(await scratch.list("out")).toEqual([]);
  await scratch.close();
});

it("refuses a name outside its folder", async () => {
  const scratch = new DiskScratch(join(tmpdir(), `firecrest-${randomUUID()}`));
  expect(() => scratch.path("../x")).toThrow(RangeError);
  await scratch.close();
});
