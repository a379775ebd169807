import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../../support/sessions.ts";

const cli = fileURLToPath(new URL("../../../../apps/cli/main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** Runs `firecrest sql` with text on its standard input. */
function sql(args: readonly string[], input = ""): Promise<Ended> {
  const all = ["sql", "--threads", "1", "--memory", "1g", "--conf", "spark.sql.session.timeZone=UTC", ...args];
  const child = spawn(process.execPath, [cli, ...all], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  const out: Buffer[] = [];
  let err = "";
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out: Buffer.concat(out), err })));
}
const textOf = async (args: readonly string[], input?: string) => {
  const { code, out, err } = await sql(args, input);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out.toString();
};

test("statements run in order, and their results are drawn as tables", async () => {
  expect(await textOf(["select 1 as a, null as b; select 'x' as c;"])).toBe(
    "+---+----+\n|a  |b   |\n+---+----+\n|1  |NULL|\n+---+----+\n+---+\n|c  |\n+---+\n|x  |\n+---+\n",
  );
});

test("a file's statements, and those of standard input, run the same", async () => {
  writeFileSync(join(folder, "two.sql"), "select 1 as a; -- one\nselect 2 as b");
  const csv = ["--output", "csv"];
  expect(await textOf(["-f", "two.sql", ...csv])).toBe("a\n1\nb\n2\n");
  expect(await textOf(["-f", "-", ...csv], "select 3 as c")).toBe("c\n3\n");
  expect(await textOf(csv, "select 4 as d")).toBe("d\n4\n");
});

const ROWS = "select * from values (1, 'a\tb', 0.5D), (2, '', null), (3, 'say \"so\", ok', null) as t(id, name, half)";

test.each([
  ["tsv", 'id\tname\thalf\n1\ta\\tb\t0.5\n2\t\t\\N\n3\tsay "so", ok\t\\N\n'],
  ["csv", 'id,name,half\n1,a\tb,0.5\n2,"",\n3,"say ""so"", ok",\n'],
  ["json", '[{"id":1,"name":"a\\tb","half":0.5},\n{"id":2,"name":"","half":null},\n{"id":3,"name":"say \\"so\\", ok","half":null}]\n'],
  ["jsonl", '{"id":1,"name":"a\\tb","half":0.5}\n{"id":2,"name":"","half":null}\n{"id":3,"name":"say \\"so\\", ok","half":null}\n'],
])("%s keeps apart what is missing and what is empty", async (format, expected) => {
  expect(await textOf([ROWS, "--output", format])).toBe(expected);
});

test("rows go to a file as Arrow or Parquet", async () => {
  const text = "select id, cast(id as string) as s from range(3)";
  await textOf([text, "--output", "arrow", "--to", "rows.arrow"]);
  expect(
    tableFromIPC(readFileSync(join(folder, "rows.arrow")))
      .toArray()
      .map(({ id, s }) => [id, s]),
  ).toEqual([
    [0n, "0"],
    [1n, "1"],
    [2n, "2"],
  ]);
  await textOf([text, "--output", "parquet", "--to", "rows.parquet"]);
  expect(readFileSync(join(folder, "rows.parquet")).subarray(0, 4).toString()).toBe("PAR1");
});

test("the first error ends it, with the place under a caret and a code that is not 0", async () => {
  const { code, out, err } = await sql(["select 1 as a; select a\n form b; select 3", "--output", "csv"]);
  expect({ code, out: out.toString() }).toEqual({ code: 1, out: "a\n1\n" });
  expect(err).toContain("error: PARSE_SYNTAX_ERROR (SQLSTATE 42601)");
  expect(err).toContain(" form b\n------^^^");
});

test.each([
  [["select 1", "-f", "two.sql"], "not both"],
  [["--protocol"], "--protocol needs --output jsonl"],
  [["-f", "none.sql"], "there is no file none.sql"],
  [["select 1", "--output", "xls"], "Give one of table, tsv"],
])("%j is wrong usage", async (args, problem) => {
  const { code, err } = await sql(args);
  expect(code).toBe(2);
  expect(err).toContain(problem);
});

test("the protocol answers each line with a line, whatever the line is", async () => {
  const lines = [
    { sql: "select 1 as a, 'x' as b, array(1, null) as c, cast('NaN' as double) as d" },
    { sql: "select a" },
    { sql: 1 },
    { session: { conf: { "spark.sql.session.timeZone": "America/Los_Angeles", "spark.sql.ansi.enabled": false } } },
    { sql: "select timestamp_seconds(0) as t, 1/0 as n;" },
    { sql: "select explode(sequence(1, 1000000000))", timeoutSeconds: 0.2003 },
  ];
  const out = await textOf(
    ["--output", "jsonl", "--protocol"],
    [...lines.map((line) => JSON.stringify(line)), "nonsense", "[]", ""].join("\n"),
  );
  const answers = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers.slice(0, 5)).toEqual([
    { schema: "struct<a:int,b:string,c:array<int>,d:double>", rows: [["1", "x", "[1,null]", "NaN"]] },
    { error: expect.objectContaining({ condition: "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", sqlState: "42703" }) },
    { error: expect.objectContaining({ condition: "INVALID_REQUEST" }) },
    { session: true },
    { schema: "struct<t:timestamp,n:double>", rows: [["1969-12-31 16:00:00", "NULL"]] },
  ]);
  expect(answers.slice(5).map(({ error }) => error.condition)).toEqual(["OPERATION_CANCELED", "INVALID_REQUEST", "INVALID_REQUEST"]);
});
