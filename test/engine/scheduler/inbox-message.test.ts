import fc from "fast-check";
import { expect, it } from "vitest";
import { readMessage } from "../../../lib/engine/scheduler/inbox-message.ts";
import { noMetrics } from "../../../lib/engine/scheduler/state.ts";
import { Driver, reads, result, shuffle, specOf, stage, transient } from "./driver.ts";

const sender = { job: "job", id: "0.0.0", stage: 0, partition: 0, attempt: 0 };
const succeeded = (output: object) => ({ kind: "task", report: { ...sender, outcome: "succeeded", output, metrics: noMetrics } });

it("reads the reports that workers send, and cancellations", () => {
  for (const message of [
    { kind: "task", report: { ...sender, outcome: "started", worker: "w" } },
    { kind: "task", report: { ...sender, outcome: "failed", error: transient, lostBlock: { producer: "0.0.0" } } },
    { kind: "task", report: { ...sender, outcome: "failed", error: transient, metrics: { ...noMetrics, billedMs: 12.5 } } },
    succeeded({ kind: "shuffle", key: "k", offsets: [0, 1], rows: [1], checksums: [1] }),
    succeeded({ kind: "broadcast", key: "k", bytes: 1, rows: 1, checksum: 1 }),
    succeeded({ kind: "result", inline: "", bytes: 0, rows: 0, head: 0, pages: [] }),
    succeeded({ kind: "files", files: [{ key: "k", upload: "u", file: { size: 1, parts: ["p"] }, rows: 1 }] }),
  ])
    expect(readMessage(message)).toEqual({ kind: "report", report: message.report });
  expect(readMessage({ kind: "cancel", reason: "enough" })).toEqual({ kind: "cancelled", reason: "enough" });
});

it.each([
  ["an output of no known kind", succeeded({ kind: "x" })],
  ["a missing output", { kind: "task", report: { ...sender, outcome: "succeeded", metrics: noMetrics } }],
  ["offsets that are no numbers", succeeded({ kind: "shuffle", key: "k", offsets: ["0"], rows: [], checksums: [] })],
  ["files that are no list", succeeded({ kind: "files", files: 1 })],
  ["an error of no known class", { kind: "task", report: { ...sender, outcome: "failed", error: { ...transient, class: "x" } } }],
  [
    "an error of no known condition",
    { kind: "task", report: { ...sender, outcome: "failed", error: { ...transient, condition: "FROM_A_LATER_VERSION" } } },
  ],
  [
    "metrics that would take money back",
    { kind: "task", report: { ...sender, outcome: "failed", error: transient, metrics: { ...noMetrics, billedMs: -1 } } },
  ],
  [
    "metrics of no number",
    { kind: "task", report: { ...sender, outcome: "failed", error: transient, metrics: { ...noMetrics, storeReads: null } } },
  ],
  ["no known outcome", { kind: "task", report: { ...sender, outcome: "perhaps" } }],
])("counts a report with %s as the attempt's failure", (_, message) => {
  expect(readMessage(message)).toMatchObject({
    report: { ...sender, outcome: "failed", error: { condition: "INTERNAL_ERROR", class: "terminal" } },
  });
});

it("finds nothing in a message that names no attempt", () => {
  for (const message of [
    undefined,
    null,
    1,
    "x",
    {},
    { kind: "task" },
    { kind: "task", report: { ...sender, attempt: -1 } },
    { kind: "task", report: { ...sender, job: 1 } },
  ])
    expect(readMessage(message)).toBeUndefined();
});

it("gives the fold nothing that brings it down, whatever is in a message", () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom("started", "succeeded", "failed", "shuffle", "files", "__proto__", "0.0.0", 0, 1));
  const output = fc.record({
    kind: field,
    key: field,
    offsets: field,
    rows: field,
    checksums: field,
    files: fc.array(fc.record({ key: field, upload: field, file: field, rows: field })),
  });
  const message = fc.record({
    kind: fc.constantFrom("task", "cancel"),
    report: fc.record({
      job: fc.constant("job"),
      id: fc.string(),
      stage: fc.nat(3),
      partition: fc.nat(3),
      attempt: fc.nat(2),
      outcome: field,
      output,
      metrics: fc.constant(noMetrics),
      error: field,
      lostBlock: field,
    }),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), (messages) => {
      const job = new Driver(specOf([stage(2, shuffle(1)), stage(1, result, reads(0))]));
      for (const happening of messages.map(readMessage)) if (happening) job.feed(happening);
      expect(job.state.spec.job).toBe("job");
    }),
    { numRuns: 500 },
  );
});
