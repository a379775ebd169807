import { describe, expect, it } from "vitest";
import { parseDataType, parseSchema } from "../../../lib/engine/types/ddl.ts";
import { type ShowOptions, showString } from "../../../lib/engine/types/show.ts";
import { valueText } from "../../../lib/engine/types/value-text.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../../../lib/engine/types/values.ts";

const lines = (...text: readonly string[]) => text.map((line) => `${line}\n`).join("");
const plain: ShowOptions = { truncate: 20, vertical: false, hasMore: false, timeZone: "UTC" };
const show = (schema: string, rows: readonly (readonly Value[])[], options: Partial<ShowOptions> = {}) =>
  showString(parseSchema(schema).fields, rows, { ...plain, ...options });

describe("a table", () => {
  it("is drawn on the right where cells are cut", () => {
    expect(
      show("id int, name string", [
        [1, "Ann"],
        [20, null],
        [300, "a name of more than twenty characters"],
      ]),
    ).toBe(
      lines(
        "+---+--------------------+",
        "| id|                name|",
        "+---+--------------------+",
        "|  1|                 Ann|",
        "| 20|                NULL|",
        "|300|a name of more th...|",
        "+---+--------------------+",
      ),
    );
  });

  it("is drawn on the left where cells are whole", () => {
    expect(show("name string", [["x"], ["a name of more than twenty characters"]], { truncate: 0 })).toBe(
      lines(
        "+-------------------------------------+",
        "|name                                 |",
        "+-------------------------------------+",
        "|x                                    |",
        "|a name of more than twenty characters|",
        "+-------------------------------------+",
      ),
    );
  });

  it("says that there is more", () => {
    expect(show("a int", [[1], [2]], { hasMore: true })).toMatch(/\+\nonly showing top 2 rows$/);
    expect(show("a int", [[1]], { hasMore: true })).toMatch(/\+\nonly showing top 1 row$/);
  });

  it("gives full-width characters two cells", () => {
    expect(show("a string", [["中文"], ["abcde"]])).toBe(lines("+-----+", "|    a|", "+-----+", "| 中文|", "|abcde|", "+-----+"));
  });

  it("escapes line breaks, so that a row is a line", () => {
    expect(show("a string", [["x\ny\t"]])).toContain("|x\\ny\\t|");
  });

  it("cuts without dots where there is no room for them", () => {
    expect(show("a string", [["abcdef"]], { truncate: 3 })).toContain("|abc|");
  });

  it("never cuts the name of a column", () => {
    expect(show("number int", [[1]], { truncate: 3 })).toBe(lines("+------+", "|number|", "+------+", "|     1|", "+------+"));
  });

  it("has a frame without rows and without columns", () => {
    expect(show("a int", [])).toBe(lines("+---+", "|  a|", "+---+", "+---+"));
    expect(show("", [[]])).toBe(lines("++", "||", "++", "||", "++"));
  });

  it("is drawn a line a cell where it is vertical", () => {
    expect(
      show(
        "id int, name string",
        [
          [1, "Ann"],
          [2, null],
        ],
        { vertical: true },
      ),
    ).toBe(lines("-RECORD 0----", " id   | 1    ", " name | Ann  ", "-RECORD 1----", " id   | 2    ", " name | NULL "));
    expect(show("id int", [], { vertical: true })).toBe("(0 rows)");
  });
});

describe("a value", () => {
  it.each([
    ["double", 1e10, "1.0E10"],
    ["float", Math.fround(0.1), "0.1"],
    ["decimal(38,10)", Decimal.parse("0.0000000001"), "0.0000000001"],
    ["binary", Uint8Array.of(0x41, 0x0a), "[41 0A]"],
    ["date", LocalDate.of(2024, 2, 29), "2024-02-29"],
    ["timestamp", new Timestamp(1_500_000n), "1969-12-31 16:00:01.5"],
    ["timestamp_ntz", new LocalDateTime(1_500_000n), "1970-01-01 00:00:01.5"],
    ["interval day to second", new DayTimeInterval(93_784_000_000n), "INTERVAL '1 02:03:04' DAY TO SECOND"],
    ["interval year to month", new YearMonthInterval(14), "INTERVAL '1-2' YEAR TO MONTH"],
    ["interval", new CalendarInterval(14, 3, 0n), "1 years 2 months 3 days"],
    ["array<int>", [1, null], "[1, NULL]"],
    [
      "map<string, double>",
      new Map([
        ["a", 1],
        ["b", null],
      ]),
      "{a -> 1.0, b -> NULL}",
    ],
    ["struct<a: int, b: string>", { a: 1, b: "x" }, "{1, x}"],
  ] as const)("of type %s is written as Spark writes it", (type, value, text) => {
    expect(valueText(value as Value, parseDataType(type), "America/Los_Angeles")).toBe(text);
  });
});
