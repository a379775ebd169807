import { describe, expect, test } from "vitest";
import { defaultParserOptions, parserOptions } from "../../../lib/sql/parser/options.ts";
import { parseQuery } from "../../../lib/sql/parser/parse.ts";
import { printQuery } from "../../../lib/sql/print/query.ts";
import { failure } from "../../support/parse-failure.ts";

const parse = (text: string) => parseQuery(text, defaultParserOptions);
const again = (text: string) => printQuery(parse(text));
const refused = (text: string) => failure(() => parse(text));

describe("set operations", () => {
  test("INTERSECT binds tighter than the others, which go from left to right", () => {
    const { body } = parse("select 1 union select 2 intersect select 3 except select 4");
    expect(body).toMatchObject({
      operator: "except",
      left: { operator: "union", left: { kind: "select" }, right: { operator: "intersect" } },
      right: { kind: "select" },
    });
  });

  test("all bind alike where the session asks for it", () => {
    const options = parserOptions({ "spark.sql.legacy.setopsPrecedence.enabled": "true" });
    expect(parseQuery("select 1 union select 2 intersect select 3", options).body).toMatchObject({ operator: "intersect" });
  });

  test("ORDER BY and LIMIT belong to the whole, and in parentheses to a side", () => {
    const query = parse("select 1 union all (select 2 limit 1) order by 1");
    expect(query.orderBy).toHaveLength(1);
    expect(query.body).toMatchObject({ quantifier: "all", right: { kind: "nested", query: { limit: { kind: "literal" } } } });
  });
});

describe("words that are no keywords everywhere", () => {
  test("a clause's word is a name where no clause can stand", () => {
    expect(again("select limit, a where from t limit")).toBe("SELECT limit, a AS `where` FROM t AS limit");
    expect(again("select 1 union, group from order")).toBe("SELECT 1 AS `union`, `group` FROM `order`");
    expect(again("select a from t window where window")).toBe("SELECT a FROM t AS window WHERE window");
  });

  test("words that join relations are never aliases of relations", () => {
    expect(parse("select * from a left join b").body).toMatchObject({ from: [{ kind: "join", type: "left" }] });
    expect(refused("select * from a left")).toMatchObject({ condition: "PARSE_SYNTAX_ERROR" });
  });

  test("AS before columns alone is an alias itself, as no keyword is reserved", () => {
    expect(parse("select * from values (1) as (a)").body).toMatchObject({ from: [{ alias: { name: { name: "as" } } }] });
  });
});

describe("relations", () => {
  test("parentheses hold a query or relations, however deep they nest", () => {
    expect(parse("select * from ((select 1) union (select 2)) t").body).toMatchObject({
      from: [{ kind: "queryRelation", query: { body: { kind: "setOperation" } }, alias: { name: { name: "t" } } }],
    });
    expect(parse("select * from (((select 1) a join b) c)").body).toMatchObject({
      from: [{ kind: "nestedRelation", relation: { kind: "nestedRelation", relation: { kind: "join" }, alias: { name: { name: "c" } } } }],
    });
  });

  test("joins go from left to right, each with its condition", () => {
    expect(again("select * from a, b join c on x natural left join d cross join e using (f)")).toBe(
      "SELECT * FROM a, b INNER JOIN c ON x NATURAL LEFT JOIN d CROSS JOIN e USING (f)",
    );
  });

  test("LATERAL is for queries and table functions", () => {
    expect(refused("select * from a, lateral b")?.condition).toBe("INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC");
    expect(refused("select * from a join lateral (select 1) using (x)")?.condition).toBe("UNSUPPORTED_FEATURE.LATERAL_JOIN_USING");
    expect(refused("select * from a right join lateral (select 1)")).toMatchObject({
      condition: "INVALID_LATERAL_JOIN_TYPE",
      messageParameters: { joinType: "RIGHT OUTER" },
    });
  });

  test("samples are parts of a whole", () => {
    expect(refused("select * from t tablesample (200 percent)")?.messageParameters).toEqual({
      msg: "Sampling fraction (2.0) must be on interval [0, 1]",
    });
    expect(refused("select * from t tablesample ()")?.condition).toBe("_LEGACY_ERROR_TEMP_0014");
    expect(refused("select * from t tablesample (10M)")?.condition).toBe("_LEGACY_ERROR_TEMP_0015");
  });

  test("a table argument stands in parentheses", () => {
    expect(refused("select * from f(table t)")?.condition).toBe(
      "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES",
    );
  });
});

describe("clauses that exclude each other", () => {
  test.each([
    ["select a from t order by a sort by b", "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES"],
    ["select 1 window w as (), w as ()", "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION"],
    ["select 1 window w as x", "INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE"],
    ["select 1 window w as (x), x as (y), y as ()", "INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE"],
    ["with a as (select 1), a as (select 2) select 1", "DUPLICATED_CTE_NAMES"],
    ["with a max recursion level 3 as (select 1) select 1", "_LEGACY_ERROR_TEMP_0035"],
    ["select a from t group by cube(a, ())", "_LEGACY_ERROR_TEMP_0051"],
    ["select * from t lateral view explode(a) x pivot (sum(x) for y in (1))", "NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT"],
    ["select * from a natural cross join b", "INCOMPATIBLE_JOIN_TYPES"],
  ])("%s", (text, condition) => {
    expect(refused(text)?.condition).toBe(condition);
  });
});

describe("pipe operators", () => {
  test("they apply to all before them, and a set operation behind to them", () => {
    expect(parse("table a union table b |> where c").body).toMatchObject({ kind: "setOperation" });
    expect(parse("table a |> where c union table b").body).toMatchObject({
      kind: "setOperation",
      left: { kind: "nested", query: { pipes: [{ kind: "where" }] } },
    });
  });

  test("clauses behind the last one are about what it gives", () => {
    expect(parse("table a |> where b order by c limit 1")).toMatchObject({
      body: { kind: "nested", query: { pipes: [{ kind: "where" }] } },
      limit: { kind: "literal" },
    });
  });

  test.each([
    ["table t |> order by a limit 1", "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS"],
    ["table t |> window w as ()", "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS"],
    ["table t |> where a window w as ()", "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE"],
    ["table t |> aggregate sum(a) group by all", "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE"],
    ["table t |> set a.b = 1", "_LEGACY_ERROR_TEMP_0035"],
    ["table t |> pivot (sum(x) for y in (1)) unpivot (a for b in (c))", "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT"],
    ["table t |> nothing", "PARSE_SYNTAX_ERROR"],
  ])("%s", (text, condition) => {
    expect(refused(text)?.condition).toBe(condition);
  });
});
