import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import type { CatalogTable } from "../../lib/catalog/objects.ts";
import { StoredCatalog } from "../../lib/catalog/stored-catalog.ts";
import { integerType, structField, structType } from "../../lib/engine/types/data-type.ts";

const table = (name: string, schema = "default"): CatalogTable => ({
  kind: "table",
  schema,
  table: name,
  type: "MANAGED",
  provider: "parquet",
  location: `memory://w/${name}`,
  columns: structType([structField("a", integerType)]),
  partitionColumns: [],
  properties: {},
  options: {},
  created: 0,
});

const open = () => {
  const store = new MemoryStore();
  return { store, catalog: new StoredCatalog(store, "memory://w") };
};

describe("the stored catalog", () => {
  test("writes nothing before something is created, and has the schema default", async () => {
    const { store, catalog } = open();
    expect(await catalog.schemas()).toMatchObject([{ name: "default", location: "memory://w" }]);
    expect(store.requests.put).toBe(0);
  });

  test("finds names in any case, and keeps how they were written", async () => {
    const { catalog } = open();
    await catalog.createRelation(table("Orders"));
    expect(await catalog.relation({ schema: "DEFAULT", table: "oRDERS" })).toMatchObject({ table: "Orders" });
    expect(await catalog.relationNames("default")).toEqual(["orders"]);
  });

  test("lets exactly one of many concurrent creators win", async () => {
    const { catalog } = open();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => catalog.createRelation(table("t"))));
    expect(results.filter((r) => r.status === "fulfilled")).toHaveLength(1);
    for (const r of results) if (r.status === "rejected") expect(r.reason).toMatchObject({ condition: "TABLE_OR_VIEW_ALREADY_EXISTS" });
  });

  test("loses none of many concurrent changes", async () => {
    const { catalog } = open();
    await catalog.createRelation(table("t"));
    const add = (i: number) =>
      catalog.alterRelation<CatalogTable>({ schema: "default", table: "t" }, (t) => ({ ...t, properties: { ...t.properties, [i]: "x" } }));
    await Promise.all(Array.from({ length: 12 }, (_, i) => add(i)));
    const found = (await catalog.relation({ schema: "default", table: "t" })) as CatalogTable;
    expect(Object.keys(found.properties)).toHaveLength(12);
  });

  test("drops a managed table with its rows, and takes the name again", async () => {
    const { store, catalog } = open();
    await catalog.createRelation(table("t"));
    await store.put("memory://w/t/part-0.parquet", new Uint8Array(8));
    expect(await catalog.files.size("memory://w/t")).toBe(8);
    expect(await catalog.dropRelation({ schema: "default", table: "t" })).toBe(true);
    expect(await catalog.dropRelation({ schema: "default", table: "t" })).toBe(false);
    expect(await catalog.files.isEmpty("memory://w/t")).toBe(true);
    expect(await catalog.relationNames("default")).toEqual([]);
    await catalog.createRelation(table("t"));
    expect(await catalog.relation({ schema: "default", table: "t" })).toBeDefined();
  });

  test("refuses to drop a schema that holds tables without cascade", async () => {
    const { catalog } = open();
    await catalog.createSchema({ name: "s", comment: "", location: "memory://w/s.db", properties: {} });
    await catalog.createRelation(table("t", "s"));
    await expect(catalog.dropSchema("s", false)).rejects.toMatchObject({ condition: "SCHEMA_NOT_EMPTY" });
    await catalog.dropSchema("s", true);
    expect(await catalog.schema("s")).toBeUndefined();
    await expect(catalog.createRelation(table("t", "s"))).rejects.toMatchObject({ condition: "SCHEMA_NOT_FOUND" });
  });
});
