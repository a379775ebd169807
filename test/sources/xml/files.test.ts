import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DataFrameReader } from "../../../lib/dataframe/reader.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";

const folder = await temporaryFolder();
const spark = await openSession({ "spark.sql.warehouse.dir": join(folder, "warehouse") });
const rows = (options: Record<string, string> = {}): DataFrameReader => spark.read.options({ rowTag: "r", ...options });

let next = 0;
async function file(text: string): Promise<string> {
  const path = join(folder, `given${next++}`);
  await mkdir(path);
  await writeFile(join(path, "a.xml"), text);
  return path;
}

async function written(query: string, options: Record<string, string> = {}): Promise<{ path: string; text: string }> {
  const path = join(folder, `written${next++}`);
  await (await spark.sql(query))
    .coalesce(1)
    .write.options({ rowTag: "r", ...options })
    .xml(path);
  const part = (await readdir(path)).find((name) => name.startsWith("part"))!;
  const bytes = await readFile(join(path, part));
  return { path, text: (part.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString() };
}

describe("XML files", () => {
  const people = `<all><r id="1"><a>1</a><b>x</b></r><r id="2"><a>2.5</a><b><![CDATA[<q>]]></b><c><d>1</d><d>2</d></c></r><r>text</r></all>`;

  it("have the schema that all of their rows need", async () => {
    const path = await file(people);
    const frame = rows().xml(path);
    expect((await frame.schema()).fields.map((f) => f.name)).toEqual(["_VALUE", "_id", "a", "b", "c"]);
    expect(await frame.collect()).toEqual([
      { _VALUE: null, _id: 1n, a: 1, b: "x", c: null },
      { _VALUE: null, _id: 2n, a: 2.5, b: "<q>", c: { d: [1n, 2n] } },
      { _VALUE: "text", _id: null, a: null, b: null, c: null },
    ]);
    expect(await frame.count()).toBe(3);
    expect(await rows({ inferSchema: "false", excludeAttribute: "true" }).xml(path).select("a").collect()).toEqual([
      { a: "1" },
      { a: "2.5" },
      { a: null },
    ]);
  });

  it("are read by a schema, in SQL and as tables too", async () => {
    const path = await file(people);
    expect(await rows().schema("a double, _id int").xml(path).filter("_id > 1").collect()).toEqual([{ a: 2.5, _id: 2 }]);
    await spark.sql(`CREATE TABLE of_xml (a DOUBLE, _id INT) USING xml OPTIONS (rowTag 'r') LOCATION '${path}'`);
    expect(await (await spark.sql("SELECT sum(_id) AS n FROM of_xml")).collect()).toEqual([{ n: 3n }]);
  });

  it("need to be told what their rows are called", async () => {
    const path = await file(people);
    await expect(spark.read.xml(path).collect()).rejects.toMatchObject({ condition: "XML_ROW_TAG_MISSING" });
    expect(await rows({ rowTag: "other" }).xml(path).collect()).toEqual([]);
  });

  it("show a malformed row as the mode says, and end where they are no XML", async () => {
    const text = "<all><r><a>1</a></r><r><a>x</a></r><r><a>3</b></r><r><a>4</a></r></all>";
    const path = await file(text);
    expect(await rows().schema("a int, _corrupt_record string").xml(path).collect()).toEqual([
      { a: 1, _corrupt_record: null },
      { a: null, _corrupt_record: text },
      { a: null, _corrupt_record: text },
    ]);
    expect(await rows({ mode: "DROPMALFORMED" }).schema("a int").xml(path).collect()).toEqual([{ a: 1 }]);
    const strict = rows({ mode: "FAILFAST" }).schema("a int").xml(path);
    await expect(strict.collect()).rejects.toMatchObject({ condition: "FAILED_READ_FILE.NO_HINT" });
    const inferred = rows().xml(path);
    expect((await inferred.schema()).fields.map((f) => f.name)).toEqual(["_corrupt_record", "a"]);
    expect([await inferred.count(), await inferred.select("*", "_metadata.file_name").count()]).toEqual([3, 3]);
  });

  it("are written an element a row, NULLs left out, and are read as they were", async () => {
    const query = `SELECT * FROM VALUES (1, 'a', array(1, 2), named_struct('x', 1, 'y', CAST(NULL AS STRING))), (2, '<&>', array(), NULL) AS t(_id, s, xs, t)`;
    const { path, text } = await written(query, { rootTag: "all v='1'" });
    expect(text).toBe(
      [
        `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`,
        `<all v="1">`,
        `    <r id="1">`,
        `        <s>a</s>`,
        `        <xs>1</xs>`,
        `        <xs>2</xs>`,
        `        <t>`,
        `            <x>1</x>`,
        `        </t>`,
        `    </r>`,
        `    <r id="2">`,
        `        <s>&lt;&amp;></s>`,
        `    </r>`,
        `</all>`,
      ].join("\n"),
    );
    expect(await rows().xml(path).collect()).toEqual([
      { _id: 1n, s: "a", t: { x: 1n }, xs: [1n, 2n] },
      { _id: 2n, s: "<&>", t: null, xs: null },
    ]);
  });

  it("may have another declaration, text for NULL, no indentation, and be compressed", async () => {
    const query =
      "SELECT CAST(NULL AS STRING) AS a, named_struct('_VALUE', 'v', '_n', 1) AS b, map('k', DATE'2020-01-02') AS m, array(array(1)) AS aa";
    const { path, text } = await written(query, { declaration: "version='1.0'", nullValue: "NA", indent: "", compression: "gzip" });
    expect(text).toBe(
      `<?xml version='1.0'?>\n<ROWS>\n<r><a>NA</a><b n="1">v</b><m><k>2020-01-02</k></m><aa><item>1</item></aa></r>\n</ROWS>`,
    );
    expect(await rows({ nullValue: "NA" }).xml(path).select("a", "b._n", "m.k").collect()).toMatchObject([{ a: null, _n: 1n }]);
  });

  it("are cut into folders by the values of columns", async () => {
    const path = join(folder, "parts");
    await spark.range(4).selectExpr("id", "id % 2 AS p").write.options({ rowTag: "r" }).partitionBy("p").xml(path);
    expect(await rows().xml(path).orderBy("id").collect()).toEqual([0, 1, 2, 3].map((id) => ({ id: BigInt(id), p: id % 2 })));
  });
});
