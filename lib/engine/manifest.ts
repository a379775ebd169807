import { ExecutionError } from "./errors.ts";
import { fromJson, type Json, toJson } from "./logical/json-values.ts";
import type { Split } from "./ports/source.ts";
import type { JobSpec } from "./scheduler/job-spec.ts";
import type { SchedulerOptions } from "./scheduler/options.ts";
import type { BlockRef, TaskMessage } from "./task/message.ts";
import type { StructType } from "./types/data-type.ts";
import { schemaFromJson, schemaToJson } from "./types/json.ts";

/** A compiled job as whoever coordinates it needs it: everything but what the stages' programs hold. */
export interface Manifest {
  readonly spec: JobSpec;
  readonly options: SchedulerOptions;
  /** The columns of the rows that the job gives; of a job that writes files, of what it writes. */
  readonly schema: StructType;
  /** By stage. */
  readonly stages: readonly StageManifest[];
}
interface StageManifest {
  /** Key of the stage's program. */
  readonly program: string;
  /** Splits of each scan leaf by its `leaf` id: one list a partition. */
  readonly splits: Readonly<Record<number, readonly (readonly Split[])[]>>;
}

const VERSION = 1;

export function encodeManifest({ schema, ...rest }: Manifest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, manifest: toJson({ ...rest, schema: schemaToJson(schema) }) }));
}

/** Throws INTERNAL_ERROR where the bytes are not a manifest of this version. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const { version, manifest } = JSON.parse(new TextDecoder().decode(bytes)) as { version: number; manifest: Json };
  if (version !== VERSION)
    throw new ExecutionError("INTERNAL_ERROR", {
      message: `a job manifest of version ${version}, this coordinator reads version ${VERSION}`,
    });
  const { schema, ...rest } = fromJson(manifest) as Omit<Manifest, "schema"> & { schema: string };
  return { ...rest, schema: schemaFromJson(schema) };
}

/** The message of one attempt. `blocks` are what it reads of each input stage, by stage id. */
export function taskMessage(
  { spec, stages }: Manifest,
  stage: number,
  partition: number,
  attempt: number,
  memory: number,
  blocks: Readonly<Record<number, readonly BlockRef[]>>,
): TaskMessage {
  const { program, splits } = stages[stage]!;
  return {
    job: spec.job,
    id: `${stage}.${partition}.${attempt}`,
    stage,
    partition,
    attempt,
    memory,
    blocks,
    prefix: spec.prefix,
    program,
    splits: Object.fromEntries(Object.entries(splits).map(([leaf, partitions]) => [leaf, partitions[partition] ?? []])),
  };
}
