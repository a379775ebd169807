import { describe, expect, it } from "vitest";
import { ExecutionError } from "../../../lib/engine/errors.ts";
import type { Command } from "../../../lib/engine/scheduler/command.ts";
import type { Happening } from "../../../lib/engine/scheduler/event.ts";
import { outcomeOf, progressOf } from "../../../lib/engine/scheduler/progress.ts";
import type { PhaseKind } from "../../../lib/engine/scheduler/state.ts";
import {
  Driver,
  describeCommands,
  launched,
  only,
  outOfMemory,
  reads,
  result,
  shuffle,
  specOf,
  stage,
  testOptions,
  transient,
  usersError,
} from "./driver.ts";

const twoTasks = () => new Driver(specOf([stage(2, result)]));
const mapReduce = () => new Driver(specOf([stage(2, shuffle(1)), stage(1, result, reads(0))]));
const files = (overwrite = false) => new Driver(specOf([stage(3, { kind: "files" })], overwrite));

/** Steps by hand, each with the commands that must follow. */
type Script<D extends Driver = Driver> = readonly (readonly [string, (job: D) => readonly Command[], string])[];

function play(job: Driver, script: Script): void {
  for (const [what, step, expected] of script) expect(describeCommands(step(job)), what).toBe(expected);
}

describe("stages", () => {
  it("launches the tasks without inputs first, and readers once all they read is complete", () => {
    const job = mapReduce();
    expect(describeCommands(job.commands)).toBe("launch 0.0.0 0.1.0");
    play(job, [
      ["one map", (j) => j.succeeded("0.0.0"), ""],
      ["the other", (j) => j.succeeded("0.1.0"), "launch 1.0.0"],
      ["the reader", (j) => j.succeeded("1.0.0"), "clean"],
      ["the clean-up", (j) => j.stepped(), "finish"],
    ]);
    expect(outcomeOf(job.state)).toMatchObject({ kind: "succeeded", outputs: [{ inline: "1.0.0" }] });
  });

  it("tells readers the ranges of their partition, without the empty ones", () => {
    const job = new Driver(specOf([stage(2, shuffle(2)), stage(2, result, reads(0))]));
    job.succeeded("0.0.0", { kind: "shuffle", key: "a", offsets: [0, 8, 8], rows: [2, 0], checksums: [11, 0] });
    const [launch] = only(
      job.succeeded("0.1.0", { kind: "shuffle", key: "b", offsets: [0, 4, 12], rows: [1, 2], checksums: [12, 13] }),
      "launch",
    );
    expect(launch!.attempts.map(({ blocks }) => blocks)).toEqual([
      {
        0: [
          { key: "a", start: 0, end: 8, rows: 2, checksum: 11, producer: "0.0.0" },
          { key: "b", start: 0, end: 4, rows: 1, checksum: 12, producer: "0.1.0" },
        ],
      },
      { 0: [{ key: "b", start: 4, end: 12, rows: 2, checksum: 13, producer: "0.1.0" }] },
    ]);
  });

  it("counts an input without partitions as complete, and a job without tasks as done", () => {
    const job = new Driver(specOf([stage(0, shuffle(1)), stage(1, result, reads(0))]));
    expect(describeCommands(job.commands)).toBe("launch 1.0.0");
    expect(describeCommands(new Driver(specOf([stage(0, result)])).commands)).toBe("clean");
  });

  it("shows the progress of each stage", () => {
    const job = mapReduce();
    job.succeeded("0.0.0");
    job.failed("0.1.0");
    expect(progressOf(job.state).stages).toMatchObject([
      { status: "running", tasks: 2, running: 0, done: 1, failed: 1, metrics: { rowsOut: 1 } },
      { status: "waiting", tasks: 1, running: 0, done: 0, failed: 0 },
    ]);
  });

  it.each([
    ["a stage that reads a later one", [stage(1, shuffle(1), reads(1)), stage(1, result)]],
    ["a reader with another number of partitions", [stage(1, shuffle(2)), stage(1, result, reads(0))]],
    ["a broadcast read as a shuffle", [stage(1, { kind: "broadcast" }), stage(1, result, reads(0))]],
    ["files without a folder", [stage(1, { kind: "files" })]],
  ])("refuses %s", (_, stages) => {
    const job = new Driver(specOf(stages));
    expect(describeCommands(job.commands)).toBe("clean");
    job.stepped();
    expect(outcomeOf(job.state)).toMatchObject({ kind: "failed", error: { condition: "INTERNAL_ERROR" } });
  });

  it("refuses a job with more tasks than memory before it makes them", () => {
    const job = new Driver(specOf([stage(2 ** 40, result)]));
    job.stepped();
    expect(outcomeOf(job.state)).toMatchObject({ error: { condition: "JOB_TOO_LARGE" } });
  });

  it("refuses a job with too many tasks, blocks, or blocks for one task, before it launches any", () => {
    for (const limit of [{ maxTasks: 3 }, { maxBlocks: 2 }, { maxBlocksPerTask: 2 }]) {
      const job = new Driver(specOf([stage(3, shuffle(1)), stage(1, result, reads(0))]), limit);
      job.stepped();
      expect(launched(job.commands)).toEqual([]);
      expect(outcomeOf(job.state)).toMatchObject({ error: { condition: "JOB_TOO_LARGE" } });
    }
  });
});

describe("attempts", () => {
  it("retries a transient failure after a backoff that doubles, on a new attempt", () => {
    const job = twoTasks();
    const begin = job.at;
    play(job, [
      ["first failure", (j) => j.failed("0.0.0"), ""],
      ["its backoff", (j) => j.wait(), "launch 0.0.1"],
    ]);
    expect(job.at - begin).toBeGreaterThanOrEqual(50);
    expect(job.at - begin).toBeLessThanOrEqual(100);
    const again = job.at;
    job.failed("0.0.1");
    expect(launched(job.wait())).toEqual(["0.0.2"]);
    expect(job.at - again).toBeGreaterThanOrEqual(100);
    expect(job.at - again).toBeLessThanOrEqual(200);
  });

  it("fails the job with the last error once a task has failed four times", () => {
    const job = twoTasks();
    for (let attempt = 0; attempt < 3; attempt++) {
      job.failed(`0.0.${attempt}`);
      job.wait();
    }
    expect(describeCommands(job.failed("0.0.3"))).toBe("cancel 0.1.0");
    job.failed("0.1.0", new ExecutionError("OPERATION_CANCELED").toJSON());
    job.stepped();
    expect(outcomeOf(job.state)).toMatchObject({ kind: "failed", error: { condition: "STORE_UNAVAILABLE" } });
  });

  it("fails the job when the retries of all tasks are spent, though no task has failed often", () => {
    const job = new Driver(specOf([stage(5, result)]), { maxJobRetries: 3 });
    for (let partition = 0; partition < 4; partition++) job.failed(`0.${partition}.0`);
    expect(job.state.phase).toMatchObject({ kind: "draining", verdict: { kind: "failed" } });
  });

  it("fails the job at once with a user's error, cancels the rest and waits for it before it cleans up", () => {
    play(twoTasks(), [
      ["the error", (j) => j.failed("0.0.0", usersError), "cancel 0.1.0"],
      ["the other attempt ends", (j) => j.succeeded("0.1.0"), "clean"],
      ["the clean-up", (j) => j.stepped(), "finish"],
    ]);
  });

  it("waits for cancelled attempts for a bounded time only", () => {
    const job = twoTasks();
    job.failed("0.0.0", usersError);
    const begin = job.at;
    expect(describeCommands(job.wait())).toBe("clean");
    expect(job.at - begin).toBe(testOptions.drainMs);
  });

  it("retries an attempt that was interrupted though nobody cancelled it", () => {
    const job = twoTasks();
    job.failed("0.0.0", new ExecutionError("OPERATION_CANCELED").toJSON());
    expect(launched(job.wait())).toEqual(["0.0.1"]);
  });

  it("retries out of memory one tier up, up to the last", () => {
    const job = new Driver(specOf([{ ...stage(1, result), memoryEstimate: 2 }]));
    const memory = (commands: readonly Command[]) => only(commands, "launch")[0]!.attempts[0]!.memory;
    expect(memory(job.commands)).toBe(2);
    job.failed("0.0.0", outOfMemory);
    expect(memory(job.wait())).toBe(4);
    job.failed("0.0.1", outOfMemory);
    expect(memory(job.wait())).toBe(4);
  });

  it.each([
    ["never starts", () => {}, testOptions.startTimeoutMs],
    ["starts and is never heard of again", (job: Driver) => job.started("0.0.0"), testOptions.runTimeoutMs],
  ])("gives up an attempt that %s", (_, begin, timeout) => {
    const job = new Driver(specOf([stage(1, result)]));
    const at = job.at;
    begin(job);
    let commands: readonly Command[] = [];
    while (commands.length === 0) commands = job.wait();
    expect(describeCommands(commands)).toBe("cancel 0.0.0");
    expect(job.at - at).toBe(timeout);
    expect(launched(job.wait())).toEqual(["0.0.1"]);
  });

  it("gives an attempt that says again that it runs its time anew", () => {
    const job = new Driver(specOf([stage(1, result)]));
    job.started("0.0.0");
    job.at += testOptions.runTimeoutMs - 1;
    job.started("0.0.0");
    job.at += 2;
    expect(describeCommands(job.feed({ kind: "timer" }))).toBe("");
  });

  it("accepts the first success of a task, even of an attempt that had been given up", () => {
    play(twoTasks(), [
      ["a failure", (j) => j.failed("0.0.0"), ""],
      ["its retry", (j) => j.wait(), "launch 0.0.1"],
      ["the first attempt succeeds after all", (j) => j.succeeded("0.0.0"), "cancel 0.0.1"],
      ["the second too", (j) => j.succeeded("0.0.1"), ""],
      ["the other task", (j) => j.succeeded("0.1.0"), "clean"],
    ]);
  });

  it.each<[string, (job: Driver) => readonly Command[]]>([
    ["a success of an attempt that was never launched", (j) => j.succeeded("0.0.7")],
    ["a report of a task that is not there", (j) => j.failed("0.9.0", usersError)],
    [
      "a report of a stage that is not there",
      (j) =>
        j.feed({
          kind: "report",
          report: { job: "job", id: "4.0.0", stage: 4, partition: 0, attempt: 0, outcome: "started", worker: "w" },
        }),
    ],
    [
      "a report of another job",
      (j) =>
        j.feed({
          kind: "report",
          report: { job: "x", id: "0.0.0", stage: 0, partition: 0, attempt: 0, outcome: "failed", error: usersError },
        }),
    ],
    ["a second submission", (j) => j.feed({ kind: "submitted", spec: j.state.spec, options: testOptions })],
    ["the end of a step that is not in progress", (j) => j.feed({ kind: "stepped", ordinal: 0 })],
    ["a timer that is not due", (j) => j.feed({ kind: "timer" })],
  ])("ignores %s", (_, step) => {
    const job = twoTasks();
    const before = JSON.stringify(job.state);
    expect(step(job)).toEqual([]);
    expect(JSON.stringify(job.state)).toBe(before);
  });

  it("fails the job where an output is not what its stage writes", () => {
    const job = mapReduce();
    job.succeeded("0.0.0", { kind: "shuffle", key: "k", offsets: [0], rows: [], checksums: [] });
    expect(job.state.phase).toMatchObject({ verdict: { error: { condition: "INTERNAL_ERROR" } } });
  });
});

describe("the window", () => {
  const windowed = () => new Driver(specOf([stage(20, result)]), { window: { initial: 2, max: 8, promptMs: 10 } });

  it("bounds the attempts in flight, and doubles with each round of prompt starts up to its maximum", () => {
    const job = windowed();
    expect(launched(job.commands)).toEqual(["0.0.0", "0.1.0"]);
    expect(launched([...job.started("0.0.0"), ...job.started("0.1.0")])).toEqual(["0.2.0", "0.3.0"]);
    for (let i = 2; i < 20; i++) if (job.state.tasks[i]!.attempts.length > 0) job.started(`0.${i}.0`);
    expect(job.state.window).toBe(8);
    expect(job.state.inFlight).toBe(8);
  });

  it("does not grow where attempts start late", () => {
    const job = windowed();
    job.at += 11;
    expect(job.started("0.0.0")).toEqual([]);
  });

  it("halves once when the queue throttles, and sends the same attempts again later", () => {
    const job = windowed();
    const error = { condition: "THROTTLED", messageParameters: {}, class: "retryable" } as const;
    expect(job.feed({ kind: "unsent", attempts: ["0.0.0"], error })).toEqual([]);
    expect(job.feed({ kind: "unsent", attempts: ["0.1.0"], error })).toEqual([]);
    expect(job.state.window).toBe(1);
    expect(launched(job.wait())).toEqual(["0.0.0", "0.1.0"]);
    expect(job.state.retries).toBe(0);
  });

  it("counts a failure once a queue has not taken an attempt for long", () => {
    const job = new Driver(specOf([stage(1, result)]), { maxSends: 3, maxTaskFailures: 1 });
    const error = { condition: "THROTTLED", messageParameters: {}, class: "retryable" } as const;
    for (let i = 0; i < 2; i++) {
      job.feed({ kind: "unsent", attempts: ["0.0.0"], error });
      expect(launched(job.wait())).toEqual(["0.0.0"]);
    }
    job.feed({ kind: "unsent", attempts: ["0.0.0"], error });
    expect(job.state.phase).toMatchObject({ verdict: { kind: "failed" } });
  });
});

describe("a lost shuffle block", () => {
  function lost(job: Driver, reader: string, producer: string) {
    const launch = only(job.commands, "launch")
      .flatMap(({ attempts }) => attempts)
      .find(({ id }) => id === reader)!;
    return job.failed(reader, transient, job.block(launch, producer));
  }

  const reading = (indeterminate = false) => {
    const map = { ...stage(2, shuffle(2)), ...(indeterminate ? { indeterminate } : {}) };
    const job = new Driver(specOf([map, stage(2, result, reads(0))]));
    job.succeeded("0.0.0");
    job.succeeded("0.1.0");
    return job;
  };

  it("runs its producer again while the reader waits, and is not the reader's failure", () => {
    const job = reading();
    play(job, [
      ["the reader cannot read", (j) => lost(j, "1.0.0", "0.1.0"), "launch 0.1.1"],
      ["the reader's backoff is over", (j) => j.wait(), ""],
      ["the producer again", (j) => j.succeeded("0.1.1"), "launch 1.0.1"],
    ]);
    expect(job.state.tasks[2]).toMatchObject({ failures: 0 });
  });

  it("runs its producer again once only, however many readers miss it, and takes no late copy of the lost output", () => {
    play(reading(), [
      ["one reader", (j) => lost(j, "1.0.0", "0.1.0"), "launch 0.1.1"],
      ["the other reader", (j) => lost(j, "1.1.0", "0.1.0"), ""],
      ["a late duplicate of the lost output", (j) => j.succeeded("0.1.0"), ""],
      ["both backoffs", (j) => j.wait(), ""],
      ["the new output", (j) => j.succeeded("0.1.1"), "launch 1.0.1 1.1.1"],
    ]);
  });

  it("leaves what other readers made of a stage that always writes the same", () => {
    const job = reading();
    job.succeeded("1.1.0");
    lost(job, "1.0.0", "0.0.0");
    expect(job.state.tasks[3]!.status).toBe("succeeded");
  });

  it("takes back what other readers made of a stage that may write something else", () => {
    play(reading(true), [
      ["one reader is done", (j) => j.succeeded("1.1.0"), ""],
      ["the other cannot read", (j) => lost(j, "1.0.0", "0.0.0"), "launch 0.0.1"],
      ["a late copy of the first reader", (j) => j.succeeded("1.1.0"), ""],
      ["the backoff", (j) => j.wait(), ""],
      ["the producer again", (j) => j.succeeded("0.0.1"), "launch 1.0.1 1.1.1"],
    ]);
  });

  it("fails the job once the producer has run again too often", () => {
    const job = reading();
    for (let run = 0; run < testOptions.maxTaskReruns; run++) {
      lost(job, `1.0.${run}`, `0.0.${run}`);
      job.wait();
      job.succeeded(`0.0.${run + 1}`);
    }
    lost(job, `1.0.${testOptions.maxTaskReruns}`, `0.0.${testOptions.maxTaskReruns}`);
    expect(job.state.phase).toMatchObject({ verdict: { error: { condition: "SHUFFLE_OUTPUT_LOST" } } });
  });

  it("counts as the reader's failure where the block is of a stage that it does not read", () => {
    const job = reading();
    job.failed("1.0.0", transient, { key: "k", start: 0, end: 1, rows: 1, checksum: 1, producer: "1.1.0" });
    expect(job.state.tasks[2]).toMatchObject({ failures: 1 });
  });
});

describe("speculation", () => {
  const slow = () => {
    const job = new Driver(specOf([stage(2, result)]), {
      speculation: { intervalMs: 100, quantile: 0.5, multiplier: 2, minTaskRuntimeMs: 50 },
    });
    job.started("0.0.0");
    job.started("0.1.0");
    job.succeeded("0.0.0");
    return job;
  };

  it("copies a task that runs much longer than the finished ones, once, and cancels the slower copy", () => {
    play(slow(), [
      ["the first look", (j) => j.wait(), "launch 0.1.1"],
      ["the next look", (j) => j.wait(), ""],
      ["the copy wins", (j) => j.succeeded("0.1.1"), "cancel 0.1.0"],
      ["the original is cancelled", (j) => j.failed("0.1.0"), "clean"],
    ]);
  });

  it("does not retry a task whose copy goes on", () => {
    const job = slow();
    job.wait();
    expect(job.failed("0.1.1")).toEqual([]);
    expect(job.state.tasks[1]!.status).toBe("running");
  });
});

describe("the commit", () => {
  const done = (overwrite?: boolean) => {
    const job = files(overwrite);
    for (const id of ["0.0.0", "0.1.0", "0.2.0"]) job.succeeded(id);
    return job;
  };

  it("lists the folder, completes the winners' uploads in batches, deletes what was there, marks, and only then cleans up", () => {
    const job = files(true);
    job.succeeded("0.0.0");
    job.succeeded("0.1.0");
    play(job, [
      ["the last task", (j) => j.succeeded("0.2.0"), "survey"],
      ["an old marker", (j) => j.feed({ kind: "surveyed", ordinal: 1, replaced: ["memory://out/old"], marker: "old" }), "unmark"],
      ["unmarked", (j) => j.stepped(), "complete upload of 0.0.0, upload of 0.1.0"],
      ["one batch", (j) => j.stepped(), "complete upload of 0.2.0"],
      ["the other", (j) => j.stepped(), "replace"],
      ["replaced", (j) => j.stepped(), "mark"],
      ["marked", (j) => j.stepped(), "clean"],
      ["cleaned", (j) => j.stepped(), "finish"],
    ]);
  });

  it("deletes nothing that this very job wrote", () => {
    const job = done(true);
    job.feed({ kind: "surveyed", ordinal: 1, replaced: ["memory://out/0.0.0", "memory://out/old"] });
    job.stepped();
    expect(only(job.stepped(), "replace")).toMatchObject([{ keys: ["memory://out/old"] }]);
  });

  it("aborts the uploads of losers, also of one that reports during the clean-up, and never a winner's", () => {
    const job = files();
    job.failed("0.0.0");
    job.wait();
    play(job, [
      ["the retry wins", (j) => j.succeeded("0.0.1"), ""],
      ["the first attempt comes second", (j) => j.succeeded("0.0.0"), ""],
      ["the winner's report once more", (j) => j.succeeded("0.0.1"), ""],
      ["another task", (j) => j.succeeded("0.1.0"), ""],
      ["and the last", (j) => j.succeeded("0.2.0"), "survey"],
      ["surveyed", (j) => j.feed({ kind: "surveyed", ordinal: 1, replaced: [] }), "complete upload of 0.0.1, upload of 0.1.0"],
      ["first batch", (j) => j.stepped(), "complete upload of 0.2.0"],
      ["second batch", (j) => j.stepped(), "mark"],
      ["marked", (j) => j.stepped(), "clean upload of 0.0.0"],
      [
        "the same attempt delivered twice, with an upload of its own",
        (j) =>
          j.succeeded("0.1.0", {
            kind: "files",
            files: [{ key: "memory://out/0.1.0", upload: "twin", file: { size: 4, parts: [] }, rows: 1 }],
          }),
        "",
      ],
      ["cleaned, but not of the twin", (j) => j.stepped(), "clean upload of 0.0.0, twin"],
      ["cleaned", (j) => j.stepped(), "finish"],
    ]);
  });

  it("tries a step again when the store was away, and does not skip what a late answer to an earlier try tells", () => {
    const job = done();
    job.feed({ kind: "surveyed", ordinal: 1, replaced: [] });
    const first = job.state.ordinal;
    expect(job.feed({ kind: "stepFailed", ordinal: first, error: transient })).toEqual([]);
    expect(describeCommands(job.wait())).toBe("complete upload of 0.0.0, upload of 0.1.0");
    expect(job.feed({ kind: "stepped", ordinal: first })).toEqual([]);
    expect(describeCommands(job.stepped())).toBe("complete upload of 0.2.0");
  });

  it("takes everything back when an upload cannot be completed", () => {
    const job = done();
    job.feed({ kind: "surveyed", ordinal: 1, replaced: [] });
    play(job, [
      ["first batch", (j) => j.stepped(), "complete upload of 0.2.0"],
      [
        "the upload is gone",
        (j) =>
          j.feed({ kind: "stepFailed", ordinal: j.state.ordinal, error: new ExecutionError("OBJECT_NOT_FOUND", { key: "k" }).toJSON() }),
        "undo upload of 0.0.0, upload of 0.1.0, upload of 0.2.0",
      ],
      ["undone", (j) => j.stepped(), "clean upload of 0.0.0, upload of 0.1.0, upload of 0.2.0"],
    ]);
    job.stepped();
    expect(outcomeOf(job.state)).toMatchObject({ kind: "failed", error: { condition: "OBJECT_NOT_FOUND" } });
  });

  it("does not let the job's answer wait for a clean-up that cannot succeed, nor for long for one that might", () => {
    const job = new Driver(specOf([stage(1, result)]));
    job.succeeded("0.0.0");
    expect(describeCommands(job.feed({ kind: "stepFailed", ordinal: job.state.ordinal, error: usersError }))).toBe("finish");

    const other = new Driver(specOf([stage(1, result)]));
    const begin = other.at;
    other.succeeded("0.0.0");
    while (other.state.phase.kind === "cleaning") {
      other.feed({ kind: "stepFailed", ordinal: other.state.ordinal, error: transient });
      if (other.state.phase.kind === "cleaning") other.wait();
    }
    expect(outcomeOf(other.state)).toMatchObject({ kind: "succeeded" });
    expect(other.at - begin).toBeLessThan(15_000);
  });

  it("refuses to replace more files than a commit can remember", () => {
    const job = new Driver(specOf([stage(1, { kind: "files" })], true), { maxReplacedFiles: 1 });
    job.succeeded("0.0.0");
    expect(describeCommands(job.feed({ kind: "surveyed", ordinal: 1, replaced: ["a", "b"] }))).toBe("clean upload of 0.0.0");
  });
});

describe("cancellation", () => {
  const cancel: Happening = { kind: "cancelled", reason: "enough" };

  it("cancels what runs, cleans up and ends with OPERATION_CANCELED", () => {
    const job = twoTasks();
    play(job, [
      ["the request", (j) => j.feed(cancel), "cancel 0.0.0 0.1.0"],
      ["a task ends", (j) => j.succeeded("0.0.0"), ""],
      ["the other", (j) => j.failed("0.1.0"), "clean"],
      ["cleaned", (j) => j.stepped(), "finish"],
    ]);
    expect(outcomeOf(job.state)).toMatchObject({ kind: "failed", error: { condition: "OPERATION_CANCELED" } });
  });

  it("aborts all uploads where the commit has not begun, and comes too late after that", () => {
    const before = files();
    before.succeeded("0.0.0");
    before.feed(cancel);
    before.failed("0.1.0");
    expect(describeCommands(before.failed("0.2.0"))).toBe("clean upload of 0.0.0");

    const during = files();
    for (const id of ["0.0.0", "0.1.0", "0.2.0"]) during.succeeded(id);
    during.feed({ kind: "surveyed", ordinal: 1, replaced: [] });
    expect(during.feed(cancel)).toEqual([]);
    expect(during.state.phase.kind).toBe("committing");
  });
});

describe("recovery", () => {
  it("sends again what may not have been sent, and leaves what has started", () => {
    const job = new Driver(specOf([stage(3, result)]));
    job.started("0.1.0");
    job.succeeded("0.2.0");
    expect(describeCommands(job.feed({ kind: "recovered" }))).toBe("launch 0.0.0");
  });

  const reach: { readonly [P in PhaseKind]?: () => Driver } = {
    committing: () => {
      const job = files();
      for (const id of ["0.0.0", "0.1.0", "0.2.0"]) job.succeeded(id);
      return job;
    },
    draining: () => {
      const job = twoTasks();
      job.failed("0.0.0", usersError);
      return job;
    },
    cleaning: () => {
      const job = twoTasks();
      job.succeeded("0.0.0");
      job.succeeded("0.1.0");
      return job;
    },
    finished: () => {
      const job = reach.cleaning!();
      job.stepped();
      return job;
    },
  };

  it.each([
    ["committing", "survey"],
    ["draining", "cancel 0.1.0"],
    ["cleaning", "clean"],
    ["finished", "finish"],
  ] as const)("issues the step in progress again while %s", (phase, expected) => {
    const job = reach[phase]!();
    expect(job.state.phase.kind).toBe(phase);
    expect(describeCommands(job.feed({ kind: "recovered" }))).toBe(expected);
  });

  it.each(["committing", "draining", "cleaning", "finished"] as const)(
    "launches nothing any more while %s, whatever is reported",
    (phase) => {
      const job = reach[phase]!();
      const commands = [
        ...job.started("0.0.0"),
        ...job.failed("0.0.0", usersError),
        ...job.succeeded("0.0.0"),
        ...job.feed({ kind: "unsent", attempts: ["0.0.0"], error: transient }),
        ...job.feed({ kind: "timer" }),
      ];
      expect(commands).toEqual([]);
      expect(job.state.phase.kind).toBe(phase);
    },
  );
});
