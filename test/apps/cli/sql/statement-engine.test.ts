import { expect, test } from "vitest";
import { StatementEngine } from "../../../../apps/cli/sql/statement-engine.ts";
import { openSession, temporaryFolder } from "../../../support/sessions.ts";

test("statements see what the embedded engine offers beside jobs, and outdate what is kept of tables", async () => {
  const { engine } = await openSession({ "spark.sql.warehouse.dir": await temporaryFolder() });
  const own = new StatementEngine(engine);
  for (const member of ["catalog", "user", "keptTables", "scratch"] as const) {
    expect(engine[member], member).toBeDefined();
    expect(own[member], member).toBe(engine[member]);
  }
  expect(typeof own.outdate).toBe(typeof engine.outdate);
  expect(typeof own.outdate).toBe("function");
});
