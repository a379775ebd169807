import { describe, expect, test } from "vitest";
import { JobWatch } from "../../apps/cli/watch.ts";
import type { Engine, ExecuteOptions } from "../../lib/dataframe/engine-port.ts";
import { inJobScope, scopedEngine } from "../../lib/dataframe/job-scope.ts";
import { observing } from "../../lib/dataframe/observing-engine.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";
import { RecordingEngine } from "./support/recording-engine.ts";

const plan = { kind: "range", start: 0n, end: 3n, step: 1n } as const;

describe("an engine in front of another", () => {
  const watch = new JobWatch({ progressed: () => {}, finished: () => {} });
  test.each([
    ["that scopes jobs", scopedEngine],
    ["that observes", observing],
    ["that watches", (engine: Engine) => watch.watch(engine)],
  ])("%s passes on what the embedded engine offers beside jobs", async (_, inFront) => {
    const { engine } = await openSession({ "spark.sql.warehouse.dir": await temporaryFolder() });
    const own = inFront(engine);
    for (const member of ["catalog", "user", "keptTables", "scratch"] as const) {
      expect(engine[member], member).toBeDefined();
      expect(own[member], member).toBe(engine[member]);
    }
    expect(typeof own.outdate).toBe("function");
    expect((await own.schema(plan, {})).fields.map(({ name }) => name)).toEqual(["id"]);
  });
});

describe("jobs in a scope", () => {
  const heard: (ExecuteOptions | undefined)[] = [];
  const recording = new RecordingEngine();
  const engine = scopedEngine(
    Object.assign(Object.create(recording) as RecordingEngine, {
      execute: (...[asked, conf, options]: Parameters<Engine["execute"]>) => {
        heard.push(options);
        return recording.execute(asked, conf);
      },
    }),
  );

  test("end with its signal, and with their own", async () => {
    const [around, own] = [new AbortController(), new AbortController()];
    const start = () => engine.execute(plan, {}, { signal: own.signal });
    await inJobScope(
      () => ({ signal: around.signal }),
      async () => {
        await Promise.resolve();
        await start();
        await start();
      },
    );
    const [first, second] = heard.map((options) => options!.signal!);
    around.abort();
    expect([first!.aborted, second!.aborted]).toEqual([true, true]);
    await start();
    const third = heard[2]!.signal!;
    expect(third.aborted).toBe(false);
    own.abort();
    expect(third.aborted).toBe(true);
  });
});
