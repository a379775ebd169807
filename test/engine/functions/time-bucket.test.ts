import { expect, test } from "vitest";
import { fn, literal } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { DayTimeInterval, LocalDateTime, Timestamp, YearMonthInterval } from "../../../lib/engine/types/values.ts";
import { evaluate, utc } from "../../support/evaluate.ts";

/** What Spark 4.3 gives on the clocks of New York. */
const newYork = { ...utc, timeZone: "America/New_York" };
const instant = (text: string) => literal(new Timestamp(BigInt(Date.parse(text)) * 1000n), t.timestampType);
const local = (text: string) => literal(new LocalDateTime(BigInt(Date.parse(`${text}Z`)) * 1000n), t.timestampNtzType);
const hours = (n: number) => literal(new DayTimeInterval(BigInt(n) * 3_600_000_000n), t.dayTimeIntervalType());
const months = (n: number) => literal(new YearMonthInterval(n), t.yearMonthIntervalType());

test.each([
  [hours(24), instant("2024-07-01T15:27:00Z"), "2024-07-01T04:00:00Z"],
  [hours(26), instant("2024-07-01T15:27:00Z"), "2024-07-01T08:00:00Z"],
  [hours(24), instant("1969-12-31T17:00:00Z"), "1969-12-31T05:00:00Z"],
  [months(5), instant("1960-07-01T15:27:00Z"), "1960-06-01T04:00:00Z"],
])("buckets of %o begin on the session's calendar", async (size, time, expected) => {
  expect(await evaluate(fn("time_bucket", size, time), newYork)).toEqual(instant(expected).value);
});

test("buckets of months begin on the day of their origin, or a shorter month's last", async () => {
  const origin = local("2020-03-31T12:00:00");
  const bucket = (time: string) => evaluate(fn("time_bucket", months(1), local(time), origin));
  expect(await bucket("2024-02-29T11:27:00")).toEqual(local("2024-01-31T12:00:00").value);
  expect(await bucket("2024-02-29T13:27:00")).toEqual(local("2024-02-29T12:00:00").value);
});

test("a day that the clocks change on still begins once", async () => {
  const bucket = (time: string) => evaluate(fn("time_bucket", hours(24), instant(time), instant("2024-03-01T07:30:00Z")), newYork);
  expect(await bucket("2024-03-10T16:00:00Z")).toEqual(instant("2024-03-10T07:30:00Z").value);
  expect(await bucket("2024-03-10T07:10:00Z")).toEqual(instant("2024-03-09T07:30:00Z").value);
});

test("a length is positive", async () => {
  await expect(evaluate(fn("time_bucket", months(0), local("2024-02-29T00:00:00")))).rejects.toMatchObject({
    condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
  });
});
