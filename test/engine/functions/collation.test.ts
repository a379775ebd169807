import { describe, expect, test } from "vitest";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import { allCollations, collationNamed } from "../../../lib/engine/types/collation.ts";
import { valueText } from "../../../lib/engine/types/value-text.ts";
import { forcedExchanges, openSession } from "../../support/sessions.ts";

const spark = await openSession();
const parts = await openSession(forcedExchanges);

/** Cells divided by `|`, rows by `; `. */
async function rowsOf(sql: string, session = spark): Promise<string> {
  const df = await session.sql(sql);
  const { fields } = await df.schema();
  const rows = await df.collect();
  return rows.map((row) => fields.map((f, i) => valueText(Object.values(row)[i] as never, f.dataType, "UTC")).join("|")).join("; ");
}
const typesOf = async (sql: string) => (await (await spark.sql(sql)).schema()).fields.map((f) => typeName(f.dataType)).join("|");
const namesOf = async (sql: string) => (await (await spark.sql(sql)).schema()).fields.map((f) => f.name).join("|");

describe("a collation's name", () => {
  test.each([
    ["utf8_binary", "UTF8_BINARY"],
    ["Utf8_LCase_rtrim", "UTF8_LCASE_RTRIM"],
    ["unicode_cs_as", "UNICODE"],
    ["system.builtin.unicode_ai_ci", "UNICODE_CI_AI"],
    ["sr_cyrl_srb_rtrim_ai", "sr_Cyrl_SRB_AI_RTRIM"],
    ["EN_usa", "en_USA"],
  ])("%s is %s", (text, name) => {
    expect(collationNamed(text).name).toBe(name);
  });
  test.each(["utf8_blah", "en_xx", "unicode_ci_ci", "unicode_ci_cs", "utf8_binary_ci", ""])("%s is none", (text) => {
    expect(() => collationNamed(text)).toThrow("COLLATION_INVALID_NAME");
  });
  test("there are as many as Spark has, as rows too", async () => {
    expect(allCollations()).toHaveLength(1148);
    expect(await rowsOf("select * from collations() where name in ('UTF8_LCASE', 'zh_Hant_TWN_CI_RTRIM') order by name")).toBe(
      "SYSTEM|BUILTIN|UTF8_LCASE|NULL|NULL|ACCENT_SENSITIVE|CASE_INSENSITIVE|NO_PAD|NULL; " +
        "SYSTEM|BUILTIN|zh_Hant_TWN_CI_RTRIM|Chinese|Taiwan|ACCENT_SENSITIVE|CASE_INSENSITIVE|RTRIM|77.1.0.0",
    );
  });
});

/** Answers of Spark 4.1.1. */
describe("what a collation says", () => {
  test.each([
    ["'a' collate unicode < 'A'", "true"],
    ["'a' collate unicode_ci = 'A'", "true"],
    ["'a' collate unicode_ai = 'å'", "true"],
    ["'a' collate unicode_ai = 'Å'", "false"],
    ["'a' collate unicode_ci_ai = 'Å'", "true"],
    ["'Kypper' collate sv < 'Köpfe'", "true"],
    ["'Kypper' collate de > 'Köpfe'", "true"],
    ["'I' collate tr_ci = 'ı'", "true"],
    ["'ć' collate sr_cyrl_srb_ai = 'č'", "true"],
    ["'a ' collate unicode_rtrim = 'a'", "true"],
    ["'a ' collate unicode = 'a'", "false"],
    ["'a' collate utf8_lcase in ('A', 'B')", "true"],
    ["case 'a' collate utf8_lcase when 'A' then 1 else 2 end", "1"],
    ["nullif('aaa' collate utf8_lcase, 'AAA')", "NULL"],
    ["least('aaa' collate utf8_lcase, 'AAA', 'a')", "a"],
    ["greatest('b' collate utf8_lcase, 'C', null)", "C"],
    ["array_contains(array('aaa' collate utf8_lcase), 'AAA')", "true"],
    ["array_position(array('a' collate utf8_lcase, 'b'), 'B')", "2"],
    ["array_distinct(array('aaa' collate utf8_lcase, 'AAA'))", "[aaa]"],
    ["array_union(array('aaa' collate utf8_lcase), array('AAA'))", "[aaa]"],
    ["array_except(array('aaa' collate utf8_lcase), array('AAA'))", "[]"],
    ["array_intersect(array('aaa' collate utf8_lcase), array('AAA'))", "[aaa]"],
    ["arrays_overlap(array('aaa' collate utf8_lcase), array('AAA'))", "true"],
    ["array_remove(array('b' collate utf8_lcase, 'C'), 'B')", "[C]"],
    ["array_max(array('b' collate utf8_lcase, 'C'))", "C"],
    ["sort_array(array('B' collate unicode, 'a'))", "[a, B]"],
    ["named_struct('a', 'x' collate utf8_lcase) = named_struct('a', 'X' collate utf8_lcase)", "true"],
  ])("%s is %s", async (expression, expected) => {
    expect(await rowsOf(`select ${expression}`)).toBe(expected);
  });

  const texts = ["unicode_ci", "utf8_lcase"].flatMap((name) =>
    (
      [
        ["contains('Hello' collate %, 'h')", "true"],
        ["instr('xHello' collate %, 'h')", "2"],
        ["replace('aXbx' collate %, 'x', '--')", "a--b--"],
        ["split_part('aXbxc' collate %, 'x', 2)", "b"],
        ["substring_index('aXbxc' collate %, 'x', 2)", "aXb"],
        ["substring_index('aXbxc' collate %, 'x', -1)", "c"],
        ["find_in_set('B' collate %, 'a,b,c')", "2"],
        ["translate('aXbx' collate %, 'x', 'y')", "ayby"],
        ["trim('x' collate % from 'XaX')", "a"],
        ["startswith('ABC' collate %, 'a')", "true"],
        ["endswith('ABC' collate %, 'c')", "true"],
        ["locate('C', 'abc' collate %)", "3"],
        ["initcap('aB cD' collate %)", "Ab Cd"],
      ] as const
    ).map(([expression, expected]) => [expression.replace("%", name), expected] as const),
  );
  test.each(texts)("%s is %s", async (expression, expected) => {
    expect(await rowsOf(`select ${expression}`)).toBe(expected);
  });

  test("patterns take lower case", async () => {
    expect(
      await rowsOf(
        "select 'Hello' collate utf8_lcase like 'h%', 'Hello' collate utf8_lcase rlike 'h.*', regexp_replace('Hello' collate utf8_lcase, 'h', 'x')",
      ),
    ).toBe("true|true|xello");
    expect(await rowsOf("select split('aXb' collate utf8_lcase, 'x')")).toBe("[a, b]");
  });
});

describe("which collation wins", () => {
  test.each([
    ["concat('a' collate utf8_lcase, 'b')", "string collate UTF8_LCASE"],
    ["'a' || ('b' collate unicode)", "string collate UNICODE"],
    ["coalesce(null, 'a' collate unicode)", "string collate UNICODE"],
    ["if(true, 'a', 'b' collate unicode)", "string collate UNICODE"],
    ["array('a', 'b' collate unicode)", "array<string collate UNICODE>"],
    ["map('a' collate unicode, 'b')", "map<string collate UNICODE,string>"],
    ["upper(substr('abc' collate unicode, 2))", "string collate UNICODE"],
    ["cast(1 as string collate unicode)", "string collate UNICODE"],
    ["cast('a' collate utf8_lcase as string)", "string"],
    ["md5('a' collate unicode)", "string"],
    ["split('a' collate utf8_lcase, 'b')", "array<string collate UTF8_LCASE>"],
    ["str_to_map('a:1' collate unicode_ci)", "map<string collate UNICODE_CI,string collate UNICODE_CI>"],
  ])("%s is of type %s", async (expression, expected) => {
    expect(await typesOf(`select ${expression}`)).toBe(expected);
  });
  test("literals of it show it in names", async () => {
    expect(await namesOf("select 'a' collate unicode < 'A', concat('a' collate utf8_lcase, 'b')")).toBe(
      "(collate(a, unicode) < 'A' collate UNICODE)|concat(collate(a, utf8_lcase), 'b' collate UTF8_LCASE)",
    );
  });
  test("a view has a default one", async () => {
    await spark.sql("create or replace temporary view collated default collation utf8_lcase as select 'a' as c, 'b' || 'c' as d");
    expect(await typesOf("select * from collated")).toBe("string collate UTF8_LCASE|string collate UTF8_LCASE");
    expect(await rowsOf("select count(*) from collated where c = 'A'")).toBe("1");
  });
  test("two columns of two collations have none", async () => {
    const columns = "from (select 'a' collate utf8_lcase c1, 'A' collate unicode c2)";
    expect(await typesOf(`select c1 || c2 ${columns}`)).toBe("string collate null");
    await expect(rowsOf(`select c1 = c2 ${columns}`)).rejects.toMatchObject({ condition: "INDETERMINATE_COLLATION_IN_EXPRESSION" });
    await expect(rowsOf(`select upper(c1 || c2) ${columns}`)).rejects.toMatchObject({ condition: "INDETERMINATE_COLLATION_IN_EXPRESSION" });
  });
  test.each([
    ["'a' collate utf8_lcase = 'b' collate unicode", "COLLATION_MISMATCH.EXPLICIT"],
    ["'a' collate utf8_blah", "COLLATION_INVALID_NAME"],
    ["collate(1, 'UNICODE')", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["'a' collate unicode_ci like 'a'", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["contains('a' collate unicode_ai, 'a')", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
  ])("%s raises %s", async (expression, condition) => {
    await expect(rowsOf(`select ${expression}`)).rejects.toMatchObject({ condition });
  });
});

describe.each([
  ["one task", spark],
  ["many tasks", parts],
])("rows go by their collation in %s", (_, session) => {
  const t = "(select c collate utf8_lcase as c, d from values ('a', 1), ('A', 2), ('b', 3), ('C', 4), (null, 5) t(c, d))";
  test("in groups, distinct rows and aggregates", async () => {
    expect(await rowsOf(`select lower(c) as k, count(*), sum(d) as s from ${t} group by c order by s, k`, session)).toBe(
      "a|2|3; b|1|3; c|1|4; NULL|1|5",
    );
    expect(await rowsOf(`select count(*) from (select distinct c from ${t})`, session)).toBe("4");
    expect(await rowsOf(`select count(distinct c), max(c), lower(min(c)), size(collect_set(c)) from ${t}`, session)).toBe("3|C|a|3");
  });
  test("in orders and windows", async () => {
    expect(await rowsOf(`select d from ${t} order by c desc, d`, session)).toBe("4; 3; 1; 2; 5");
    expect(await rowsOf(`select d, row_number() over (partition by c order by d) from ${t} order by d`, session)).toBe(
      "1|1; 2|2; 3|1; 4|1; 5|1",
    );
  });
  test("in joins and subqueries", async () => {
    expect(await rowsOf(`select l.d as x, r.d as y from ${t} l join ${t} r on l.c = r.c order by x, y`, session)).toBe(
      "1|1; 1|2; 2|1; 2|2; 3|3; 4|4",
    );
    expect(await rowsOf(`select d from ${t} where c in (select c from ${t} where d = 1) order by d`, session)).toBe("1; 2");
  });
  test("in set operations", async () => {
    const left = "select col1 collate utf8_lcase as c from values ('aaa'), ('AAA'), ('bbb'), ('BBB'), ('zzz'), ('ZZZ')";
    const right = "select col1 collate utf8_lcase from values ('aaa'), ('bbb')";
    expect(await rowsOf(`select count(*), lower(max(c)) from (${left} except ${right})`, session)).toBe("1|zzz");
    expect(await rowsOf(`select count(*) from (${left} except all ${right})`, session)).toBe("4");
    expect(await rowsOf(`select count(*) from (${left} union ${right})`, session)).toBe("3");
    expect(await rowsOf(`select count(*) from (${left} intersect ${right})`, session)).toBe("2");
    expect(await rowsOf(`select count(*) from (${left} intersect all ${right})`, session)).toBe("2");
  });
});
