import { describe, expect, it } from "vitest";
import { tpchQueries } from "../../benchmarks/tpch.ts";
import { planningDefaults } from "../../lib/backends/aws/planning-defaults.ts";
import { skyrise } from "../../lib/backends/simulated/aws-limits.ts";
import { runInCloud } from "../../lib/backends/simulated/scenarios/run-in-cloud.ts";
import { jobOfTasks } from "../../lib/backends/simulated/scenarios/scenarios.ts";
import { shuffleJob } from "../../lib/backends/simulated/scenarios/synthetic-job.ts";
import { tpchPlans } from "../../lib/backends/simulated/scenarios/tpch-plans.ts";
import { runTpch } from "../../lib/backends/simulated/scenarios/tpch-sf1000.ts";
import { combiningOf } from "../../lib/engine/stages/combining.ts";
import { bare, RecordingEngine, sessionOn } from "../dataframe/support/recording-engine.ts";

const MIB = 1024 * 1024;
const queries = ["q06", "q12"] as const;

describe("TPC-H at scale factor 1,000", () => {
  it.each(queries)("simulates %s as its DataFrame program is", async (query) => {
    const engine = new RecordingEngine();
    const spark = sessionOn(engine);
    await tpchQueries[query]((table) => spark.read.parquet(`s3://tpch/${table}.parquet`)).collect();
    expect(bare(tpchPlans[query]("s3://tpch"))).toEqual(bare(engine.plans[0]));
  });

  it.each(queries)(
    "takes less time and money for %s than was published for functions of the same size",
    { timeout: 60_000 },
    async (query) => {
      const run = await runTpch(query, 1_000, { limit: 1_000, warm: false });
      expect(run.outcome.kind).toBe("succeeded");
      expect(run.totalMs / 1_000).toBeLessThan(skyrise[query].seconds);
      expect(run.dollars * 100).toBeLessThan(skyrise[query].cents);
    },
  );

  it("takes the same course each time", { timeout: 60_000 }, async () => {
    const [one, two] = [await runTpch("q12", 100, { limit: 1_000, warm: false }), await runTpch("q12", 100, { limit: 1_000, warm: false })];
    const { coordinatorMs: _, ...first } = one;
    const { coordinatorMs: __, ...second } = two;
    expect(first).toEqual(second);
  });

  it("makes Q12's last stages one task, since its groups are few", { timeout: 60_000 }, async () => {
    const { stages } = await runTpch("q12", 1_000, { limit: 1_000, warm: false });
    expect(stages.map(({ label, tasks }) => `${tasks} x ${label}`)).toMatchInlineSnapshot(`
      [
        "112 x scan orders.parquet",
        "200 x scan lineitem.parquet, filter",
        "45 x read stage 0, read stage 1, inner join (shuffledHash), aggregate (partial)",
        "1 x read stage 2, aggregate (final), sort",
      ]
    `);
  });
});

describe("a job", () => {
  it("takes as many messages, journal bytes, state bytes and requests for each task when it is larger", { timeout: 120_000 }, async () => {
    const figures = async (wanted: number) => {
      const { run, state, tasks } = await jobOfTasks(wanted, 1_000);
      expect(run.outcome.kind).toBe("succeeded");
      return {
        messages: run.messages / tasks,
        journal: run.journalBytes / tasks,
        state: JSON.stringify(state).length / tasks,
        requests: (run.storeReads + run.storeWrites) / tasks,
      };
    };
    const [small, large] = [await figures(1_000), await figures(10_000)];
    // A task is sent, starts and ends.
    expect(small.messages).toBe(3);
    expect(large.messages).toBe(3);
    expect(large.journal).toBeLessThan(small.journal * 1.1);
    expect(large.state).toBeLessThan(small.state * 1.1);
    expect(large.requests).toBeLessThan(small.requests * 1.1);
  });
});

describe("a combining stage", () => {
  it("saves most requests of a shuffle of many blocks, and with them time and money", { timeout: 60_000 }, async () => {
    const shape = { writers: 200, readers: 200, bytesRead: 64 * MIB, bytesWritten: 8 * MIB, workers: 1_000, memory: 1_769 * MIB };
    const { combineAbove } = planningDefaults(shape.memory, shape.workers);
    const combining = combiningOf(shape.writers, shape.readers, combineAbove!);
    expect(combining).toEqual({ partitions: 200, width: 14, ranges: 15, groups: 15 });
    const plain = await runInCloud(shuffleJob(shape));
    const combined = await runInCloud(shuffleJob({ ...shape, combining }));
    expect([plain.outcome.kind, combined.outcome.kind]).toEqual(["succeeded", "succeeded"]);
    expect(plain.storeReads).toBeGreaterThan(40_000);
    expect(combined.storeReads + combined.storeWrites).toBeLessThan(10_000);
    expect(combined.jobMs).toBeLessThan(plain.jobMs);
    expect(combined.dollars).toBeLessThan(plain.dollars);
    expect(combined.bytesShuffled).toBeGreaterThan(plain.bytesShuffled);
  });
});
