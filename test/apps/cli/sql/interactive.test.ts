import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeAll, expect, test } from "vitest";
import { complete } from "../../../../apps/cli/sql/completion.ts";
import { interact } from "../../../../apps/cli/sql/interactive.ts";
import type { SparkSession } from "../../../../lib/firecrest.ts";
import { openSession } from "../../../support/sessions.ts";

let spark: SparkSession;
beforeAll(async () => {
  spark = await openSession();
});

/** What is printed while these lines are typed. */
async function typed(...lines: readonly string[]): Promise<{ readonly printed: string; readonly history: readonly string[] }> {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(lines.map((line) => `${line}\n`).join(""));
  const history = await interact(spark, { input, output, terminal: false, format: "csv", verbose: false, history: ["select 0;"] });
  output.end();
  return { printed: (await text(output)).replace(/ in \d+\.\d\d s|firecrest> | *-> /g, ""), history };
}

test("a statement runs at its semicolon, however many lines it has", async () => {
  const { printed } = await typed("select 1 as a,", "  2 as b; select 3 as c;");
  expect(printed).toBe("a,b\n1,2\n1 row\n\nc\n3\n1 row\n\n");
});

test("what fails is told with its place, and the next statement is read", async () => {
  const { printed } = await typed("select a form b;", "select 2 as two;");
  expect(printed).toContain("error: PARSE_SYNTAX_ERROR (SQLSTATE 42601)");
  expect(printed).toContain("select a form b\n--------------^^^");
  expect(printed).toContain("two\n2\n1 row\n");
});

test("exit ends it, and help is no statement", async () => {
  const { printed } = await typed("help", "exit", "select 1;");
  expect(printed).toContain("Statements end with a semicolon");
  expect(printed).not.toContain("1 row");
});

const names = {
  tables: async () => ["sales", "salaries", "shops"],
  columns: async (table: string) => (table === "sales" ? ["shop", "amount"] : []),
};

test("tables, columns of the text's tables, functions and keywords complete a word", async () => {
  expect(await complete("select sal", names)).toEqual([["salaries", "sales"], "sal"]);
  expect(await complete("select am from sales where amo", names)).toEqual([["amount"], "amo"]);
  expect(await complete("select * from sales where sales.a", names)).toEqual([["amount"], "a"]);
  expect((await complete("select date_tr", names))[0]).toEqual(["date_trunc("]);
  expect((await complete("SEL", names))[0]).toContain("SELECT");
  expect((await complete("sel", names))[0]).toContain("select");
});
