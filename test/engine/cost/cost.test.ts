import { expect, it } from "vitest";
import { costReport, dollarsOf } from "../../../lib/engine/cost/cost.ts";
import { compareEstimate, costLines, dollarsText } from "../../../lib/engine/cost/cost-text.ts";
import { estimateWorks } from "../../../lib/engine/cost/estimate.ts";
import { lambdaEnvironment } from "../../../lib/engine/cost/function-environment.ts";
import { awsPrices, noPrices } from "../../../lib/engine/cost/prices.ts";
import { noUsage, queueRequestsOf, runtimeUsage, usageSince } from "../../../lib/engine/cost/usage.ts";

const MIB = 1024 ** 2;
const used = { ...noUsage, gbSeconds: 284, invocations: 284, storeReads: 22_000, storeWrites: 8_000, queueRequests: 1_500 };
const report = costReport(
  {
    stages: [
      { label: "scan lineitem, filter, aggregate (partial)", usage: used },
      { label: "read stage 0, aggregate (final)", usage: { ...noUsage, gbSeconds: 1.25, invocations: 1, storeReads: 285 } },
    ],
    coordinatorUsage: { ...noUsage, gbSeconds: 6, invocations: 1, storeWrites: 90, queueRequests: 150 },
  },
  awsPrices.arm64,
);

it("costs what AWS's price list says", () => {
  expect(dollarsOf({ ...noUsage, gbSeconds: 1_000_000 }, awsPrices.arm64)).toBeCloseTo(13.3334, 10);
  expect(dollarsOf({ ...noUsage, gbSeconds: 1_000_000 }, awsPrices.x64)).toBeCloseTo(16.6667, 10);
  expect(dollarsOf({ ...noUsage, invocations: 1_000_000 }, awsPrices.arm64)).toBeCloseTo(0.2, 10);
  expect(dollarsOf({ ...noUsage, storeReads: 1_000_000 }, awsPrices.arm64)).toBeCloseTo(0.4, 10);
  expect(dollarsOf({ ...noUsage, storeWrites: 1_000_000 }, awsPrices.arm64)).toBeCloseTo(5, 10);
  expect(dollarsOf({ ...noUsage, queueRequests: 1_000_000 }, awsPrices.arm64)).toBeCloseTo(0.4, 10);
  expect(dollarsOf(used, noPrices)).toBe(0);
});

it("bills memory and the disk over 512 MB by time", () => {
  expect(runtimeUsage(2048 * MIB, 512 * MIB, 1_500)).toEqual({ ...noUsage, gbSeconds: 3 });
  expect(runtimeUsage(1024 * MIB, 2560 * MIB, 1_000)).toEqual({ ...noUsage, gbSeconds: 1, scratchGbSeconds: 2 });
});

it("bills each 64 KiB of a message", () => {
  expect([0, 1, 65_536, 65_537, 1_048_576].map(queueRequestsOf)).toEqual([1, 1, 1, 2, 16]);
});

it("says what was used between two readings", () => {
  expect(usageSince(used, { ...used, gbSeconds: 300, storeReads: 22_005 })).toEqual({ ...noUsage, gbSeconds: 16, storeReads: 5 });
});

it("adds up stages and the coordinator", () => {
  expect(report.usage).toEqual({
    ...noUsage,
    gbSeconds: 291.25,
    invocations: 286,
    storeReads: 22_285,
    storeWrites: 8_090,
    queueRequests: 1_650,
  });
  expect(report.dollars).toBeCloseTo(report.stages[0]!.dollars + report.stages[1]!.dollars + report.coordinator.dollars, 12);
});

it("writes amounts with cents where they are large and three digits where they are small", () => {
  expect([0, 1234.5, 1, 0.0512345, 0.00000013, 0.9999].map(dollarsText)).toEqual([
    "$0",
    "$1234.50",
    "$1.00",
    "$0.0512",
    "$0.000000130",
    "$1.000",
  ]);
});

it("lists what each stage cost", () => {
  expect(costLines(report).join("\n")).toBe(
    [
      "       cost  GB-seconds  invocations   reads  writes  queue requests",
      "    $0.0532      284.00          284  22,000   8,000           1,500  scan lineitem, filter, aggregate (partial)",
      "  $0.000131        1.25            1     285       0               0  read stage 0, aggregate (final)",
      "  $0.000590        6.00            1       0      90             150  coordinator",
      "    $0.0540      291.25          286  22,285   8,090           1,650  all",
    ].join("\n"),
  );
});

it("compares an estimate with what a job took", () => {
  const work = { bytesRead: 64e9, bytesShuffleRead: 0, rowsOut: 2_000, bytesWritten: 1e6, cpuSeconds: 160, blocks: 0, files: 0 };
  const estimate = estimateWorks(
    [{ label: "scan", tasks: 500, inputs: [], storeReads: 20_000, storeWrites: 500, ...work }],
    lambdaEnvironment,
    awsPrices.arm64,
  );
  const actual = { seconds: 5, tasks: 500, bytesRead: 32e9, bytesShuffleRead: 0, cost: report };
  expect(compareEstimate(estimate, actual).join("\n")).toBe(
    [
      "   estimated      actual  factor",
      "     $0.0265     $0.0540     2.0  cost",
      "       2.6 s       5.0 s     1.9  time",
      "         500         500     1.0  tasks",
      "  61035.2 MB  30517.6 MB     0.5  read from files",
      "      0.0 MB      0.0 MB     1.0  read from shuffles",
      "     1105.96      291.25     0.3  GB-seconds",
      "      20,002      22,285     1.1  store reads",
      "         559       8,090    14.5  store writes",
      "       2,251       1,650     0.7  queue requests",
    ].join("\n"),
  );
});
