import { fromBinary } from "@bufbuild/protobuf";
import { RecordBatchReader } from "apache-arrow";
import { AnalysisError } from "../../engine/errors.ts";
import { alias, cast } from "../../engine/expressions/build.ts";
import { sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { schemaFromArrow } from "../../engine/types/arrow.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import { type DataType, type StructType, sameTypeIgnoringNullability, structField, structType } from "../../engine/types/data-type.ts";
import { invalidPlan } from "../invalid-plan.ts";
import {
  type CachedLocalRelation,
  type ChunkedCachedLocalRelation,
  type LocalRelation,
  LocalRelationSchema,
} from "../protocol/spark/connect/relations_pb.js";
import { localFiles, MOST_LOCAL_BYTES, tooManyRows } from "../session/local-files.ts";
import type { Translation } from "../translation.ts";
import { columnsOfText } from "../type/schema.ts";

/** Rows that stand in the plan itself, which travels to every task; more of them go to files. */
const MOST_INLINE_BYTES = 2 * 1024 * 1024;

/** Rows that a client sends in its plan, as an Arrow IPC stream. */
export const localRelationOf = ({ data, schema }: LocalRelation, t: Translation): Promise<LogicalPlan> =>
  rowsPlan(data ? [data] : [], schema, t);

/** The same where the client has sent them before, as an artifact. */
export async function cachedLocalRelationOf({ hash }: CachedLocalRelation, t: Translation): Promise<LogicalPlan> {
  return localRelationOf(decoded(t.cachedArtifact(hash)), t);
}

function decoded(bytes: Uint8Array): LocalRelation {
  try {
    return fromBinary(LocalRelationSchema, bytes);
  } catch {
    throw invalidPlan("an artifact that is no local relation");
  }
}

/** The same in several artifacts, each a stream. */
export function chunkedCachedLocalRelationOf({ dataHashes, schemaHash }: ChunkedCachedLocalRelation, t: Translation): Promise<LogicalPlan> {
  const schema = schemaHash ? new TextDecoder().decode(t.cachedArtifact(schemaHash)) : undefined;
  // A stream may stand there often: it is in memory once, and counts each time.
  const read = new Map<string, Uint8Array>();
  let bytes = 0;
  const streams = dataHashes.map((hash) => {
    const stream = read.get(hash) ?? t.cachedArtifact(hash);
    read.set(hash, stream);
    bytes += stream.byteLength;
    if (bytes > MOST_LOCAL_BYTES) throw tooManyRows();
    return stream;
  });
  return rowsPlan(streams, schema, t);
}

async function rowsPlan(streams: readonly Uint8Array[], text: string | undefined, t: Translation): Promise<LogicalPlan> {
  const schema = text ? columnsOfText(text) : undefined;
  if (streams.length === 0) {
    if (!schema) throw invalidPlan("a local relation with neither rows nor a schema");
    return { kind: "localRelation", schema, arrow: "", rows: 0 };
  }
  const read = streams.map(readStream);
  const given = read[0]!.schema;
  const rows = read.reduce((sum, stream) => sum + stream.rows, 0);
  const wanted = schema ? reconciled(given, schema, (i) => read.some(({ nulls }) => nulls[i])) : given;
  const fits = given.fields.every(({ dataType }, i) => sameTypeIgnoringNullability(dataType, wanted.fields[i]!.dataType));
  const bytes = streams.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (given.fields.length === 0) return withoutColumns(rows);
  const child = bytes <= MOST_INLINE_BYTES && streams.length === 1 ? undefined : await localFiles(t.spark).plan(streams, given);
  if (fits) return child ? renamed(child, wanted) : inline(streams[0]!, rows, wanted);
  return converted(child ?? inline(streams[0]!, rows, byPlace(given)), wanted);
}

interface Stream {
  readonly schema: StructType;
  readonly rows: number;
  /** Whether each column has a NULL. */
  readonly nulls: readonly boolean[];
}

function readStream(stream: Uint8Array): Stream {
  try {
    const reader = RecordBatchReader.from(stream).open();
    const schema = schemaFromArrow(reader.schema);
    const nulls = schema.fields.map(() => false);
    let rows = 0;
    for (const batch of reader) {
      rows += batch.numRows;
      for (const [i, { nullCount }] of batch.data.children.entries()) nulls[i] ||= nullCount > 0;
    }
    return { schema, rows, nulls };
  } catch (error) {
    if (error instanceof AnalysisError) throw error;
    throw invalidPlan("rows that are no Arrow IPC stream");
  }
}

const withoutColumns = (rows: number): LogicalPlan => ({
  kind: "project",
  expressions: [],
  child: { kind: "range", start: 0n, end: BigInt(rows), step: 1n, partitions: 1 },
});

function inline({ buffer, byteOffset, byteLength }: Uint8Array, rows: number, schema: StructType): LogicalPlan {
  return { kind: "localRelation", schema, arrow: Buffer.from(buffer, byteOffset, byteLength).toString("base64"), rows };
}

/** Names that are unique, whatever the client's are. */
const byPlace = ({ fields }: StructType): StructType =>
  structType(fields.map(({ dataType, nullable }, i) => structField(`c${i}`, dataType, nullable)));

const renamed = (child: LogicalPlan, { fields }: StructType): LogicalPlan => ({
  kind: "project",
  expressions: fields.map(({ name, metadata }, i) => ({ ...alias(place(i), name), ...(metadata ? { metadata } : {}) })),
  child,
});

const converted = (child: LogicalPlan, { fields }: StructType): LogicalPlan => ({
  kind: "project",
  expressions: fields.map(({ name, dataType, metadata }, i) => ({
    ...alias({ ...cast(place(i), dataType), mode: "ansi" }, name),
    ...(metadata ? { metadata } : {}),
  })),
  child,
});

const place = (i: number) => ({ kind: "unresolvedAttribute", nameParts: [`c${i}`] }) as const;

/** The schema that the client wants its columns to have, by their places. Source: Spark's SparkConnectPlanner.transformLocalRelation. */
function reconciled(given: StructType, wanted: StructType, hasNulls: (column: number) => boolean): StructType {
  if (given.fields.length !== wanted.fields.length)
    throw invalidPlan(`rows of ${given.fields.length} columns under a schema of ${wanted.fields.length}`);
  return structType(
    wanted.fields.map(({ name, dataType, nullable, metadata }, i) => {
      const field = given.fields[i]!;
      if (!nullable && hasNulls(i)) throw new AnalysisError("NULLABLE_COLUMN_OR_FIELD", { name: sqlId([name]) });
      if (!comparable(field.dataType, dataType))
        throw new AnalysisError("INVALID_COLUMN_OR_FIELD_DATA_TYPE", {
          name: sqlId([name]),
          type: sqlTypeOf(field.dataType),
          expectedType: sqlTypeOf(dataType),
        });
      return structField(name, withoutLengths(dataType), nullable, metadata);
    }),
  );
}

/** Whether a cast can be meant: a nested type takes nested ones of its own kind. */
function comparable(from: DataType, to: DataType): boolean {
  const nested = (type: DataType) => type.kind === "array" || type.kind === "map" || type.kind === "struct";
  return from.kind === "void" || (nested(from) || nested(to) ? from.kind === to.kind : true);
}
