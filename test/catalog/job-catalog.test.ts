import { expect, test } from "vitest";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import { JobCatalog } from "../../lib/catalog/job-catalog.ts";
import type { CatalogTable } from "../../lib/catalog/objects.ts";
import { StoredCatalog } from "../../lib/catalog/stored-catalog.ts";
import { structType } from "../../lib/engine/types/data-type.ts";

const table = (created: number): CatalogTable => ({
  kind: "table",
  schema: "default",
  table: "t",
  type: "MANAGED",
  provider: "parquet",
  location: "/warehouse/t",
  columns: structType([]),
  partitionColumns: [],
  properties: {},
  options: {},
  created,
});
const name = { schema: "default", table: "T" };

test("a job that is planned again makes its table again, and no other job may", async () => {
  const store = new MemoryStore();
  const first = new JobCatalog(store, "/warehouse", "job a");
  await first.createRelation(table(1));
  expect(await first.relation(name)).toMatchObject({ created: 1 });
  const again = new JobCatalog(store, "/warehouse", "job a");
  expect(await again.relation(name)).toBeUndefined();
  await again.createRelation(table(2));
  expect(await new StoredCatalog(store, "/warehouse").relation(name)).toMatchObject({ created: 2, maker: "job a" });
  const other = new JobCatalog(store, "/warehouse", "job b");
  await expect(other.createRelation(table(3))).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_ALREADY_EXISTS" });
});
