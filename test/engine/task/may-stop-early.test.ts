import { describe, expect, it } from "vitest";
import type { PhysicalPlan } from "../../../lib/engine/planner/plan.ts";
import { mayStopEarly } from "../../../lib/engine/task/may-stop-early.ts";

const scan = { kind: "scan" } as PhysicalPlan;
const over = (kind: PhysicalPlan["kind"], child: PhysicalPlan): PhysicalPlan => ({ kind, child }) as PhysicalPlan;

describe("a limit", () => {
  it("may end a scan below it early, through operators that stream", () => {
    expect(mayStopEarly(over("limit", over("project", over("filter", scan))))).toBe(true);
  });

  it("ends no scan whose rows something else reads to the end, or that is not below it", () => {
    expect(mayStopEarly(over("limit", over("aggregate", scan)))).toBe(false);
    expect(mayStopEarly(over("topK", scan))).toBe(false);
    expect(mayStopEarly(over("project", scan))).toBe(false);
  });
});
