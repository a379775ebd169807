import { quoteText } from "../functions/function.ts";

/** What Spark's UTF8String.trimAll cuts at both ends, but for NUL, which SQL text cannot hold. */
const BLANKS = quoteText(String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i + 1), 127));
const NUMBER = String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`;

/**
 * DuckDB macros that emitted SQL uses by name. They run once a connection, so a macro is here only where its text would
 * otherwise stand in many places. Every macro uses its parameters more than once: pass cheap expressions. Trimming is
 * slow, so text is taken as it is where it can be.
 */
export const prelude: readonly string[] = [
  // n / d in whole numbers, rounded half up (away from zero). Doubling the remainder could overflow; the difference cannot.
  `CREATE TEMP MACRO firecrest_divide(n, d) AS
     (n // d) + CASE WHEN abs(n % d) >= abs(d) - abs(n % d) THEN CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END ELSE 0 END`,
  // Java's conversion of a double to a long: NaN is 0, what is out of range is the nearest end.
  `CREATE TEMP MACRO firecrest_saturated(x) AS
     CASE WHEN isnan(x) THEN 0 WHEN x >= 9223372036854775807e0 THEN 9223372036854775807 WHEN x <= -9223372036854775808e0 THEN -9223372036854775807 - 1
          ELSE CAST(x AS BIGINT) END`,
  `CREATE TEMP MACRO firecrest_trim(s) AS trim(s, ${BLANKS})`,
  // The macros below give text that DuckDB's own casts read as Spark's casts would, NULL where Spark takes none.
  `CREATE TEMP MACRO firecrest_integer_text(s) AS
     CASE WHEN regexp_full_match(s, '[+-]?[0-9]+') THEN s
          WHEN regexp_full_match(firecrest_trim(s), '[+-]?[0-9]+') THEN firecrest_trim(s) END`,
  String.raw`CREATE TEMP MACRO firecrest_whole_part_text(s) AS
     CASE WHEN regexp_full_match(s, '[+-]?[0-9]+') THEN s
          WHEN regexp_full_match(firecrest_trim(s), '[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]*)')
          THEN regexp_replace(split_part(firecrest_trim(s), '.', 1), '^[+-]?$', '0') END`,
  `CREATE TEMP MACRO firecrest_decimal_text(s) AS
     CASE WHEN regexp_full_match(s, '${NUMBER}') THEN s
          WHEN regexp_full_match(firecrest_trim(s), '${NUMBER}') THEN firecrest_trim(s) END`,
  `CREATE TEMP MACRO firecrest_float_text(s) AS
     CASE WHEN regexp_full_match(s, '${NUMBER}') THEN s
          WHEN regexp_full_match(firecrest_trim(s), '${NUMBER}[dDfF]?') THEN rtrim(firecrest_trim(s), 'dDfF')
          WHEN regexp_full_match(firecrest_trim(s), '(?i)[+-]?inf(inity)?|nan') THEN firecrest_trim(s) END`,
];
