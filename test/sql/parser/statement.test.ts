import { describe, expect, test } from "vitest";
import { defaultParserOptions } from "../../../lib/sql/parser/options.ts";
import { parseScript, parseStatement } from "../../../lib/sql/parser/parse.ts";
import { failure } from "../../support/parse-failure.ts";
import { allTexts } from "../../support/sql-texts.ts";

const parse = (text: string) => parseStatement(text, defaultParserOptions);
const refused = (text: string) => failure(() => parse(text));

test("statements of every family parse", () => {
  const kinds = new Set(allTexts.map((text) => parse(text).kind));
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "alterSchema",
      "alterTable",
      "analyzeTable",
      "analyzeTables",
      "cacheTable",
      "clearCache",
      "comment",
      "compound",
      "createFunction",
      "createSchema",
      "createTable",
      "createTableLike",
      "createTempViewUsing",
      "createView",
      "declareVariable",
      "delete",
      "describeFunction",
      "describeQuery",
      "describeSchema",
      "describeTable",
      "dropFunction",
      "dropSchema",
      "dropTable",
      "dropVariable",
      "dropView",
      "executeImmediate",
      "explain",
      "insert",
      "insertDirectory",
      "loadData",
      "merge",
      "multiInsert",
      "query",
      "refreshFunction",
      "refreshPath",
      "refreshTable",
      "repairTable",
      "reset",
      "resource",
      "set",
      "setCatalog",
      "setTimeZone",
      "setVariable",
      "setVariableQuery",
      "showCatalogs",
      "showColumns",
      "showCreateTable",
      "showCurrentSchema",
      "showFunctions",
      "showPartitions",
      "showProperties",
      "showSchemas",
      "showTableExtended",
      "showTables",
      "showViews",
      "truncateTable",
      "uncacheTable",
      "update",
      "use",
    ]
  `);
});

test("a text without a statement, or with a second one, is an error", () => {
  expect(refused("")?.condition).toBe("PARSE_EMPTY_STATEMENT");
  expect(refused("select 1;;")).toBeUndefined();
  expect(refused("select 1; select 2")?.messageParameters).toEqual({ error: "'select'", hint: ": extra input 'select'" });
  expect(parseScript("select 1; set a = b; begin select 2; end", defaultParserOptions).map(({ kind }) => kind)).toEqual([
    "query",
    "set",
    "compound",
  ]);
});

describe("SET takes a value as it is written", () => {
  test.each([
    ["set a.b = x 'y' ;", { key: "a.b", value: "x 'y'" }],
    ["set a.b =", { key: "a.b", value: "" }],
    ["set a.b", { key: "a.b" }],
    ["set `a b` = 1 2", { key: "a b", value: "1 2" }],
    ["set a = `b c`", { key: "a", value: "b c" }],
    ["set -v", { verbose: true }],
    ["set", {}],
  ])("%s", (text, expected) => {
    const { kind, start: _, end: __, ...rest } = parse(text);
    expect(kind).toBe("set");
    expect(rest).toEqual(expected);
  });

  test("what has no key is refused", () => {
    expect(refused("set a b c")?.condition).toBe("INVALID_SET_SYNTAX");
    expect(refused("set a b = `c`")?.condition).toBe("INVALID_PROPERTY_KEY");
    expect(refused("set `a b` = c;d")?.condition).toBe("INVALID_PROPERTY_VALUE");
    expect(refused("reset a b")?.condition).toBe("INVALID_RESET_COMMAND_FORMAT");
  });
});

test("Hive's CHANGE and Spark's differ by the name that Hive repeats", () => {
  expect(parse("alter table t change a a int comment 'x'")).toMatchObject({
    action: { kind: "alterColumns", columns: [{ type: { kind: "integer" }, comment: "x" }] },
  });
  expect(parse("alter table t change a first")).toMatchObject({ action: { columns: [{ place: { kind: "first" } }] } });
  expect(refused("alter table t change a b int")?.condition).toBe("_LEGACY_ERROR_TEMP_0034");
});

test("several insertions share the FROM before them", () => {
  expect(parse("from t insert into a select x insert into b select y where z")).toMatchObject({
    kind: "multiInsert",
    inserts: [{ query: { body: { from: [{ name: { parts: [{ name: "t" }] } }] } } }, { query: { body: { where: { kind: "column" } } } }],
  });
});

describe("Spark's own conditions name what it understands and does not take", () => {
  test.each([
    ["insert into t partition (a = 1) if not exists select 1", "INVALID_STATEMENT_OR_CLAUSE"],
    ["insert into t partition (a = default) select 1", "REF_DEFAULT_VALUE_IS_NOT_ALLOWED_IN_PARTITION"],
    ["insert into t partition (a = 1, A = 2) select 1", "DUPLICATE_KEY"],
    ["delete from t as x(a, b)", "COLUMN_ALIASES_NOT_ALLOWED"],
    ["merge into t using s on true", "MERGE_WITHOUT_WHEN"],
    ["merge into t using s on true when matched then delete when matched then delete", "NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION"],
    ["create temporary table t (a int)", "_LEGACY_ERROR_TEMP_0046"],
    ["create table t (a int) comment 'x' comment 'y'", "DUPLICATE_CLAUSES"],
    ["create table t (a int not null not null)", "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE"],
    ["create table t (a int primary key, b int primary key)", "MULTIPLE_PRIMARY_KEYS"],
    ["create table t (a int) as select 1", "_LEGACY_ERROR_TEMP_0035"],
    ["create table t (a int) tblproperties ('location' = 'x')", "UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY"],
    ["create table if ! exists t (a int)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT"],
    ["create or replace view if not exists v as select 1", "_LEGACY_ERROR_TEMP_0052"],
    ["create temporary view a.b as select 1", "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS"],
    ["create database d with properties (a = 1) with dbproperties (b = 2)", "UNSUPPORTED_FEATURE.SET_PROPERTIES_AND_DBPROPERTIES"],
    ["alter table t touch", "INVALID_STATEMENT_OR_CLAUSE"],
    ["alter table t drop partition (a)", "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE"],
    ["show foo functions", "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE"],
    ["describe t as json", "DESCRIBE_JSON_NOT_EXTENDED"],
    ["declare x", "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED"],
    ["execute immediate 'x' using 1 as a, 2 as a", "EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES"],
    ["analyze table t compute statistics foo", "INVALID_SQL_SYNTAX.ANALYZE_TABLE_UNEXPECTED_NOSCAN"],
    ["create temporary function a.b as 'x'", "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE"],
    ["create function f(a int primary key) returns int return 1", "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS"],
    ["set time zone foo", "_LEGACY_ERROR_TEMP_0045"],
    ["set role x", "INVALID_STATEMENT_OR_CLAUSE"],
    ["grant select on t to x", "INVALID_STATEMENT_OR_CLAUSE"],
    ["explain logical select 1", "INVALID_STATEMENT_OR_CLAUSE"],
    ["drop tabel t", "PARSE_SYNTAX_ERROR"],
  ])("%s", (text, condition) => {
    expect(refused(text)?.condition).toBe(condition);
  });
});

describe("scripts", () => {
  test.each([
    ["begin declare x int; select 1; declare y int; end", "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING"],
    ["begin if true then declare x int; end if; end", "INVALID_VARIABLE_DECLARATION.NOT_ALLOWED_IN_SCOPE"],
    ["begin a: begin end b; end", "LABELS_MISMATCH"],
    ["begin begin end b; end", "END_LABEL_WITHOUT_BEGIN_LABEL"],
    ["begin a: begin a: begin end; end; end", "LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS"],
    ["begin sys1: begin end; end", "LABEL_OR_FOR_VARIABLE_NAME_FORBIDDEN"],
    ["begin leave x; end", "INVALID_LABEL_USAGE.DOES_NOT_EXIST"],
    ["begin a: begin iterate a; end; end", "INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND"],
    ["begin declare exit handler for foo select 1; end", "INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND"],
    ["begin declare exit handler for sqlexception, foo select 1; end", "INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION"],
    ["begin select 1; declare exit handler for sqlexception select 1; end", "INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION"],
    ["begin declare exit handler for sqlstate '12' select 1; end", "INVALID_SQLSTATE"],
    ["begin declare c condition; declare c condition; end", "DUPLICATE_CONDITION_IN_SCOPE"],
    ["begin select 1; declare c condition; end", "INVALID_ERROR_CONDITION_DECLARATION.NOT_AT_START_OF_COMPOUND_STATEMENT"],
    ["begin select 1 end", "PARSE_SYNTAX_ERROR"],
  ])("%s", (text, condition) => {
    expect(refused(text)?.condition).toBe(condition);
  });

  test("a condition is known in the blocks inside of the one that declares it, and not behind it", () => {
    expect(refused("begin declare c condition; begin declare exit handler for c select 1; end; end")).toBeUndefined();
    expect(refused("begin begin declare c condition; select 1; end; begin declare exit handler for c select 1; end; end")?.condition).toBe(
      "INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND",
    );
  });
});
