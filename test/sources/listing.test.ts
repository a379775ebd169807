import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import type { Read } from "../../lib/engine/logical/plan.ts";
import * as t from "../../lib/engine/types/data-type.ts";
import { listFiles, normalizePath } from "../../lib/sources/listing.ts";
import { discoverPartitions } from "../../lib/sources/partition-discovery.ts";

async function storeOf(...keys: string[]): Promise<MemoryStore> {
  let now = 0;
  const store = new MemoryStore(() => 1000 * now++);
  for (const key of keys) await store.put(key, new TextEncoder().encode(key.endsWith("empty") ? "" : "x"));
  return store;
}
const read = (paths: string[], options: Record<string, string> = {}, schema?: t.StructType): Read => ({
  kind: "read",
  format: "text",
  paths,
  options,
  ...(schema ? { schema } : {}),
});
const listed = async (store: MemoryStore, ...args: Parameters<typeof read>) => (await listFiles(read(...args), store)).map((f) => f.key);
async function discover(keys: string[], ...args: Parameters<typeof read>) {
  const { files, partitionFields } = discoverPartitions(read(...args), await listFiles(read(...args), await storeOf(...keys)), false);
  return { files: files.map((f) => [f.key, f.partitionValues]), fields: partitionFields.map((f) => [f.name, f.dataType.kind]) };
}

describe("listFiles", () => {
  it("finds a file, a folder and several paths, each file once", async () => {
    const store = await storeOf("m://d/a", "m://d/b", "m://e/c");
    expect(await listed(store, ["m://d/b"])).toEqual(["m://d/b"]);
    expect(await listed(store, ["m://d/", "m://e", "m://d/a"])).toEqual(["m://d/a", "m://d/b", "m://e/c"]);
  });

  it("skips hidden and empty files, but not folders like _p=1", async () => {
    const store = await storeOf("m://d/_SUCCESS", "m://d/.a.crc", "m://d/_temporary/x", "m://d/empty", "m://d/_p=1/f", "m://d/x._COPYING_");
    expect(await listed(store, ["m://d"])).toEqual(["m://d/_p=1/f"]);
  });

  it("fills in patterns over folders and files", async () => {
    const store = await storeOf("m://d/2023/a.csv", "m://d/2024/a.csv", "m://d/2024/b.txt", "m://d/x.csv");
    expect(await listed(store, ["m://d/202*/*.csv"])).toEqual(["m://d/2023/a.csv", "m://d/2024/a.csv"]);
    expect(await listed(store, ["m://d/{2023,x.csv}"])).toEqual(["m://d/2023/a.csv", "m://d/x.csv"]);
    expect(await listed(store, ["m://d/{2024/b.txt,x.csv}"])).toEqual(["m://d/2024/b.txt", "m://d/x.csv"]);
  });

  it("names the path that is missing", async () => {
    const store = await storeOf("m://d/a");
    await expect(listed(store, ["m://d/a", "m://nowhere"])).rejects.toMatchObject({
      condition: "PATH_NOT_FOUND",
      messageParameters: { path: "m://nowhere" },
    });
    await expect(listed(store, ["m://d/*.csv"])).rejects.toMatchObject({ condition: "PATH_NOT_FOUND" });
  });

  it("filters by file name and by time of change", async () => {
    const store = await storeOf("m://d/a.csv", "m://d/b.txt", "m://d/c.csv");
    expect(await listed(store, ["m://d"], { pathglobfilter: "*.csv" })).toEqual(["m://d/a.csv", "m://d/c.csv"]);
    expect(await listed(store, ["m://d"], { modifiedafter: "1970-01-01T00:00:00" })).toEqual(["m://d/b.txt", "m://d/c.csv"]);
    expect(await listed(store, ["m://d"], { modifiedbefore: "1970-01-01T01:00:01+01:00" })).toEqual(["m://d/a.csv"]);
    await expect(listed(store, ["m://d"], { modifiedbefore: "yesterday" })).rejects.toMatchObject({
      condition: "FIRECREST_INVALID_OPTION",
    });
  });

  it.each([
    ["file:///a//b/", "/a/b"],
    ["file:/a", "/a"],
    ["s3a://b/k/", "s3://b/k"],
    ["./x/y", "x/y"],
    ["/", "/"],
  ])("reads the path %s as %s", (given, expected) => expect(normalizePath(given)).toBe(expected));
});

describe("discoverPartitions", () => {
  it("finds typed columns, NULL and escaped values", async () => {
    const keys = ["m://d/shop=a%2Fb/year=2023/f", "m://d/shop=__HIVE_DEFAULT_PARTITION__/year=2024/f"];
    expect(await discover(keys, ["m://d"])).toEqual({
      fields: [
        ["shop", "string"],
        ["year", "integer"],
      ],
      files: [
        [keys[0], { shop: "a/b", year: "2023" }],
        [keys[1], { shop: null, year: "2024" }],
      ].sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
    });
  });

  it.each([
    [["1", "2"], "integer"],
    [["1", "3000000000"], "long"],
    [["1", "99999999999999999999"], "decimal"],
    [["1", "1.5"], "double"],
    [["3000000000", "1.5"], "string"],
    [["2024-01-31"], "date"],
    [["2024-02-30"], "string"],
    [["2024-01-31 10:00:00"], "timestamp"],
    [["2024-01-31", "x"], "string"],
    [["__HIVE_DEFAULT_PARTITION__"], "string"],
    [["true"], "string"],
  ])("infers the type of %s as %s", async (values, kind) => {
    expect(
      (
        await discover(
          values.map((v) => `m://d/p=${v}/f`),
          ["m://d"],
        )
      ).fields,
    ).toEqual([["p", kind]]);
  });

  it("takes the type that the given schema names, and text without inference", async () => {
    const schema = t.structType([t.structField("P", t.longType)]);
    expect((await discover(["m://d/p=1/f"], ["m://d"], {}, schema)).fields).toEqual([["P", "long"]]);
    expect((await discover(["m://d/p=1/f"], ["m://d"], { partitioncolumntypeinference: "false" })).fields).toEqual([["p", "string"]]);
  });

  it("starts below the named folder, or below basePath", async () => {
    expect((await discover(["m://d/p=1/q=2/f"], ["m://d/p=1"])).fields).toEqual([["q", "integer"]]);
    expect((await discover(["m://d/p=1/q=2/f"], ["m://d/p=1"], { basepath: "m://d" })).fields).toHaveLength(2);
    expect((await discover(["m://d/p=1/f"], ["m://d/p=1/f"])).fields).toEqual([]);
  });

  it("leaves files of folders that are no partitions to recursiveFileLookup", async () => {
    const keys = ["m://d/a", "m://d/sub/b"];
    expect((await discover(keys, ["m://d"])).files).toEqual([["m://d/a", {}]]);
    expect((await discover([...keys, "m://d/p=1/c"], ["m://d"], { recursivefilelookup: "true" })).files).toHaveLength(3);
  });

  it("refuses folders that disagree", async () => {
    await expect(discover(["m://d/p=1/f", "m://d/q=1/f"], ["m://d"])).rejects.toMatchObject({
      condition: "CONFLICTING_PARTITION_COLUMN_NAMES",
    });
    await expect(discover(["m://d/x/p=1/f", "m://d/y/p=1/f"], ["m://d"])).rejects.toMatchObject({
      condition: "CONFLICTING_DIRECTORY_STRUCTURES",
    });
  });
});
