import { expect, test } from "vitest";
import { estimateLines } from "../../../apps/cli/estimate-lines.ts";
import type { Estimate } from "../../../lib/engine/cost/estimate.ts";
import { noUsage } from "../../../lib/engine/cost/usage.ts";

const stage = { usage: noUsage, memory: 0, bytesWritten: 0, workers: 8 };
const estimate: Estimate = {
  seconds: 98,
  dollars: 0.0802,
  tasks: 60,
  workers: 52,
  requests: 11_472,
  usage: noUsage,
  coordinator: { usage: noUsage, dollars: 0.0025 },
  stages: [
    { ...stage, label: "Scan sales", tasks: 8, bytesRead: 5 * 1024 ** 3, bytesShuffleRead: 0, rowsOut: 1e9, seconds: 80, dollars: 0.0377 },
    { ...stage, label: "Aggregate", tasks: 52, bytesRead: 0, bytesShuffleRead: 1024 ** 2, rowsOut: 3, seconds: 0.127, dollars: 0.04 },
  ],
};

test("an estimate is a line for the action and one for each stage", () => {
  expect(estimateLines(1, estimate).join("\n")).toBe(
    [
      "action 1: about $0.0802 and 1 min 38 s, 60 tasks on at most 52 workers, 11,472 requests",
      "     cost        time  tasks    read  shuffled  rows out  stage",
      "  $0.0377  1 min 20 s      8  5.0 GB       0 B     1.0 G  Scan sales",
      "  $0.0400      127 ms     52     0 B    1.0 MB         3  Aggregate",
    ].join("\n"),
  );
});
