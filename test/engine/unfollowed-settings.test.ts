import { describe, expect, it } from "vitest";
import { readSettings } from "../../lib/engine/settings.ts";

describe("A setting that changes answers and is not followed", () => {
  const key = "spark.sql.jsonGenerator.ignoreNullFields";

  it("is refused by name with any value but Spark's default", () => {
    expect(() => readSettings({ [key]: "false" })).toThrowError(expect.objectContaining({ condition: "FIRECREST_UNSUPPORTED" }));
    expect(() => readSettings({ [key]: "false" })).toThrow(key);
    expect(() => readSettings({ [key]: "TRUE" })).not.toThrow();
  });

  it("may have several values that mean the same here", () => {
    const rebase = "spark.sql.parquet.datetimeRebaseModeInRead";
    for (const value of ["CORRECTED", "EXCEPTION"]) expect(() => readSettings({ [rebase]: value })).not.toThrow();
    expect(() => readSettings({ [rebase]: "LEGACY" })).toThrow(rebase);
  });
});

describe("NULL IN a query without rows", () => {
  it("is NULL by default without ANSI mode alone", () => {
    const of = (conf: Record<string, string>) => readSettings(conf).session.nullInNothing;
    expect(of({})).toBeUndefined();
    expect(of({ "spark.sql.ansi.enabled": "false" })).toBe(true);
    expect(of({ "spark.sql.ansi.enabled": "false", "spark.sql.legacy.nullInEmptyListBehavior": "false" })).toBeUndefined();
  });
});
