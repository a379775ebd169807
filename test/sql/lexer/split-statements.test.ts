import { expect, test } from "vitest";
import { splitStatements } from "../../../lib/sql/lexer/split-statements.ts";

test("statements are cut at semicolons, and what has none behind it is the rest", () => {
  expect(splitStatements("select 1; select 2 ;\nselect 3")).toEqual({ statements: ["select 1", "select 2"], rest: "select 3" });
});

test("semicolons in strings, names and comments do not end a statement", () => {
  const text = "select ';', `a;b`, \"c;\" -- d;\n /* e; /* f; */ */ , 1; select 2;";
  expect(splitStatements(text)).toEqual({ statements: [text.slice(0, text.indexOf("; select 2")), "select 2"], rest: "" });
});

test("empty statements and comments alone are no statements", () => {
  expect(splitStatements(" ;; -- nothing\n ; /* or this */ ")).toEqual({ statements: [], rest: "" });
});

test("a quote that nothing closes may still be closed: everything behind it is rest", () => {
  expect(splitStatements("select 1; select 'a; b")).toEqual({ statements: ["select 1"], rest: "select 'a; b" });
});

test("a compound statement ends with its END, however its parts nest", () => {
  const script = `BEGIN
    DECLARE x INT DEFAULT CASE WHEN true THEN 1 ELSE 2 END;
    IF x = 1 THEN SELECT if(true, 1, 2); ELSE SELECT CASE WHEN x = 2 THEN if(true, 1, 2) END; END IF;
    WHILE x < 3 DO SET x = x + 1; END WHILE;
    l: LOOP LEAVE l; END LOOP l;
    REPEAT SET x = repeat('a', 3); UNTIL true END REPEAT;
    FOR r AS SELECT 1 DO BEGIN SELECT 2; END; END FOR;
  END`;
  expect(splitStatements(`${script}; select 1;`)).toEqual({ statements: [script, "select 1"], rest: "" });
});

test("BEGIN, END and CASE as names or in expressions are words like others", () => {
  expect(splitStatements("select case when a then begin end from t; select 2;").statements).toEqual([
    "select case when a then begin end from t",
    "select 2",
  ]);
});
