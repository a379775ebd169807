import { AnalysisError } from "../engine/errors.ts";
import type { Sink, Source } from "../engine/ports/source.ts";
import { csvSink } from "./csv/sink.ts";
import { csvSource } from "./csv/source.ts";
import { jsonSink } from "./json/sink.ts";
import { jsonSource } from "./json/source.ts";
import { parquetSink } from "./parquet/sink.ts";
import { parquetSource } from "./parquet/source.ts";

import { textSink } from "./text/sink.ts";
import { textSource } from "./text/source.ts";
import { xmlSink } from "./xml/sink.ts";
import { xmlSource } from "./xml/source.ts";

const sources: readonly Source[] = [parquetSource, csvSource, jsonSource, textSource, xmlSource];
const sinks: readonly Sink[] = [parquetSink, csvSink, jsonSink, textSink, xmlSink];

const unknownFormat = (provider: string): never => {
  throw new AnalysisError("DATA_SOURCE_NOT_FOUND", { provider });
};

/** The source of a format by Spark's short name, in any case. Throws DATA_SOURCE_NOT_FOUND. */
export const sourceOf = (format: string): Source => sources.find((s) => s.format === format.toLowerCase()) ?? unknownFormat(format);
/** The sink of a format by Spark's short name, in any case. Throws DATA_SOURCE_NOT_FOUND. */
export const sinkOf = (format: string): Sink => sinks.find((s) => s.format === format.toLowerCase()) ?? unknownFormat(format);
