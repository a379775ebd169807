import type { SessionSettings } from "../functions/function.ts";
import { fromJson, type Json, toJson } from "../logical/json-values.ts";
import { fragmentFromJson } from "../logical/plan-json.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { mapChildren } from "../planner/traverse.ts";
import { withoutNeedlessTests } from "./needless-not-null.ts";
import type { StageOutput } from "./stage.ts";

/** What all tasks of a stage run: written once, read by each worker, which keeps it while it is warm. */
export interface StageProgram {
  readonly fragment: PhysicalPlan;
  readonly output: StageOutput;
  readonly session: SessionSettings;
}

const VERSION = 1;

export function encodeProgram(program: StageProgram): Uint8Array {
  const fragment = withoutStatistics(withoutNeedlessTests(program.fragment, program.session));
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, program: toJson({ ...program, fragment }) }));
}

/** Row groups serve planning; with many files they would be most of the program. */
function withoutStatistics(plan: PhysicalPlan): PhysicalPlan {
  if (plan.kind !== "scan") return mapChildren(plan, withoutStatistics);
  return { ...plan, scan: { ...plan.scan, files: plan.scan.files.map(({ rowGroups: _, ...file }) => file) } };
}

/** Throws where the bytes are not a program of this version. */
export function decodeProgram(bytes: Uint8Array): StageProgram {
  const { version, program } = JSON.parse(new TextDecoder().decode(bytes)) as { version: number; program: { fragment: Json } };
  if (version !== VERSION) throw new TypeError(`a stage program of version ${version}, this worker runs version ${VERSION}`);
  return { ...(fromJson(program) as StageProgram), fragment: fragmentFromJson(program.fragment) };
}
