import { describe, expect, it } from "vitest";
import { resolveExpression } from "../../../lib/engine/analyzer/resolve-expression.ts";
import { fn } from "../../../lib/engine/expressions/build.ts";
import { prettyName } from "../../../lib/engine/expressions/print.ts";
import { sameExpression } from "../../../lib/engine/expressions/properties.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { type Argument, call, date } from "../../support/call.ts";
import { utc } from "../../support/evaluate.ts";

const resolved = (name: string, ...args: readonly Argument[]) =>
  resolveExpression(call(name, ...args), { candidates: () => [], all: () => [] }, utc);

/** Source: the column names in the documentation of pyspark.sql.functions and in DESCRIBE FUNCTION EXTENDED. */
describe("the name of a column without an alias", () => {
  const decimal = Decimal.parse("2.1267");
  const names: readonly (readonly [name: string, args: readonly Argument[], expected: string])[] = [
    ["signum", [1], "SIGNUM(1)"],
    ["sign", [1], "sign(1)"],
    ["power", [2, 3], "POWER(2, 3)"],
    ["pow", [2, 3], "pow(2, 3)"],
    ["ceil", [decimal], "CEIL(2.1267)"],
    ["ceil", [decimal, 1], "ceil(2.1267, 1)"],
    ["ceiling", [decimal], "ceiling(2.1267)"],
    ["floor", [decimal, 2], "floor(2.1267, 2)"],
    ["round", [2.5], "round(2.5, 0)"],
    ["bround", [2.5], "bround(2.5, 0)"],
    ["negative", [1], "negative(1)"],
    ["-", [1], "(- 1)"],
    ["+", [1], "(+ 1)"],
    ["bit_get", [11, 0], "bit_get(11, 0)"],
    ["<<", [2, 1], "(2 << 1)"],
    ["shiftleft", [2, 1], "shiftleft(2, 1)"],
    ["%", [7, 2], "(7 % 2)"],
    ["mod", [7, 2], "mod(7, 2)"],
    ["log", [2], "LOG(E(), 2)"],
    ["lpad", ["a", 2], "lpad(a, 2,  )"],
    ["ilike", ["a", "b", "c"], "ilike(a, b)"],
    ["zeroifnull", [1], "zeroifnull(1)"],
    ["try_add", [1, date("2020-01-31")], "try_add(1, DATE '2020-01-31')"],
    ["ifnull", [1, 2], "ifnull(1, 2)"],
    ["equal_null", [1, 2], "equal_null(1, 2)"],
    ["<=>", [1, 2], "(1 <=> 2)"],
    ["nullifzero", [1], "nullifzero(1)"],
    ["sha1", ["a"], "sha1(a)"],
    ["ucase", ["a"], "ucase(a)"],
    ["char_length", ["a"], "char_length(a)"],
    ["substr", ["abc", 2], "substr(abc, 2, 2147483647)"],
    ["position", ["a", "b"], "position(a, b, 1)"],
    ["trim", ["*", "x"], "TRIM(BOTH * FROM x)"],
    ["ltrim", ["*", "x"], "TRIM(LEADING * FROM x)"],
    ["rtrim", ["x"], "rtrim(x)"],
    ["btrim", ["x", "*"], "btrim(x, *)"],
    ["sentences", ["a"], "sentences(a, , )"],
    ["regexp_like", ["a", "b"], "REGEXP_LIKE(a, b)"],
    ["curdate", [], "current_date()"],
    ["current_time", [], "current_time(6)"],
    ["current_time", [3], "current_time(3)"],
    ["random", [3], "rand(3)"],
    ["uuid", [3], "uuid()"],
    ["shuffle", [[1], 3], "shuffle(array(1))"],
    ["aes_encrypt", ["a", "0000111122223333"], "aes_encrypt(a, 0000111122223333, GCM, DEFAULT, , )"],
    ["try_add", [date("2020-01-31"), 1], "try_add(DATE '2020-01-31', 1)"],
    ["window", [call("current_timestamp"), "5 minutes"], "window"],
    ["every", [true], "every(true)"],
    ["first_value", [1], "first_value(1)"],
    ["mean", [1], "mean(1)"],
    ["std", [1], "std(1)"],
    ["variance", [1], "variance(1)"],
    ["array_agg", [1], "collect_list(1)"],
    ["string_agg", ["a"], "string_agg(a, NULL)"],
    ["approx_percentile", [1, 0.5], "approx_percentile(1, 0.5, 10000)"],
    ["mode", [1, true], "mode() WITHIN GROUP (ORDER BY 1 DESC)"],
  ];
  it.each(names)("%s(%j) is %s", (name, args, expected) => {
    expect(prettyName(resolved(name, ...args))).toBe(expected);
  });

  it("does not tell calls apart", () => {
    expect(sameExpression(resolved("sha1", "a"), resolved("sha", "a"))).toBe(true);
    expect(sameExpression(resolved("sha1", "a"), resolved("sha", "b"))).toBe(false);
    expect(prettyName(fn("upper", fn("ucase")))).toBe("upper(ucase())");
  });
});
