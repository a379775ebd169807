import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { hiveRow, hiveTextOptions } from "../../lib/engine/types/hive-text.ts";
import { FirecrestError, type SparkSession } from "../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";

/** A row of the page's tables: what differs, a statement, and what Firecrest answers: a condition, or one text a row of its result. */
interface Difference {
  readonly what: string;
  readonly statement: string;
  readonly answer: readonly string[];
}

const CODE = /`([^`]+)`/g;

function differencesOf(page: string): Difference[] {
  return page.split("\n").flatMap((line) => {
    const [, what, statement, answer] = /^\| (.*) \| `([^`]+)` \| (`.*`) \|$/.exec(line) ?? [];
    return answer === undefined
      ? []
      : [{ what: what!, statement: statement!, answer: [...answer.matchAll(CODE)].map(([, text]) => text!) }];
  });
}

let spark: SparkSession;
beforeAll(async () => {
  spark = await openSession({ "spark.sql.warehouse.dir": join(await temporaryFolder(), "warehouse") });
});

async function answerOf(statement: string): Promise<string[]> {
  try {
    const df = await spark.sql(statement);
    const schema = await df.schema();
    const rows = await df.collect();
    return rows.map((row) =>
      hiveRow(
        schema.fields.map(({ name }) => row[name] as never),
        schema,
        hiveTextOptions({}),
      ).join("\t"),
    );
  } catch (failure) {
    if (failure instanceof FirecrestError) return [failure.condition];
    throw failure;
  }
}

describe("docs/differences.md", () => {
  const differences = differencesOf(readFileSync(join(import.meta.dirname, "../../docs/differences.md"), "utf8"));

  it("has statements", () => {
    expect(differences.length).toBeGreaterThan(20);
  });

  it.each(differences)("$what: $statement", async ({ statement, answer }) => {
    expect(await answerOf(statement)).toEqual(answer);
  });
});
