import { parseBytes } from "../../engine/byte-size.ts";
import { AnalysisError } from "../../engine/errors.ts";

/** The bounds of a server and how long it waits, by the keys that Spark has for them. */
export interface ConnectOptions {
  /** Sessions at a time. */
  readonly mostSessions: number;
  /** Operations of one session at a time. */
  readonly mostOperations: number;
  /** Ms from a session's last call until it is given up. */
  readonly sessionTimeout: number;
  /** Ms that answers wait for a reader. */
  readonly detachedTimeout: number;
  /** Ms after which a stream of answers ends, for the client to come back. */
  readonly streamDuration: number;
  /** Bytes after which it does. */
  readonly streamBytes: number;
  /** Bytes of answers that a client has taken and may ask for again. */
  readonly retryBytes: number;
  /** Bytes of answers that wait for a client before the job does. */
  readonly waitingBytes: number;
  /** Bytes of answers that all sessions keep; from there on no operation begins. */
  readonly answerBytes: number;
  /** Bytes of artifacts in one session. */
  readonly artifactBytes: number;
  /** Bytes of a plan that came compressed. */
  readonly planBytes: number;
}

type Setting = readonly [key: string, otherwise: string, kind: "count" | "bytes" | "ms"];

const SETTINGS: Readonly<Record<keyof ConnectOptions, Setting>> = {
  mostSessions: ["spark.firecrest.connect.maxSessions", "200", "count"],
  mostOperations: ["spark.firecrest.connect.maxOperations", "200", "count"],
  sessionTimeout: ["spark.connect.session.manager.defaultSessionTimeout", "60m", "ms"],
  detachedTimeout: ["spark.connect.execute.manager.detachedTimeout", "5m", "ms"],
  streamDuration: ["spark.connect.execute.reattachable.senderMaxStreamDuration", "2m", "ms"],
  streamBytes: ["spark.connect.execute.reattachable.senderMaxStreamSize", "1g", "bytes"],
  retryBytes: ["spark.connect.execute.reattachable.observerRetryBufferSize", "10m", "bytes"],
  waitingBytes: ["spark.firecrest.connect.waitingBytes", "32m", "bytes"],
  answerBytes: ["spark.firecrest.connect.maxAnswerBytes", "1g", "bytes"],
  artifactBytes: ["spark.firecrest.connect.maxArtifactBytes", "4g", "bytes"],
  planBytes: ["spark.connect.maxPlanSize", "512m", "bytes"],
};

/** Reads the bounds; Spark's defaults where a key is not there. Throws INVALID_CONF_VALUE. */
export function connectOptions(conf: Readonly<Record<string, string>>): ConnectOptions {
  const entries = Object.entries(SETTINGS).map(([name, [key, otherwise, kind]]) => [name, read(key, conf[key] ?? otherwise, kind)]);
  return Object.fromEntries(entries);
}

/** What a timer takes; it would take longer ones for none. */
const LONGEST_MS = 2 ** 31 - 1;

function read(key: string, text: string, kind: Setting[2]): number {
  const value = kind === "ms" ? parseMs(text) : kind === "bytes" ? parseBytes(text) : /^\d+$/.test(text) ? Number(text) : undefined;
  if (value !== undefined && value >= 0) return kind === "ms" ? Math.min(value, LONGEST_MS) : value;
  const confType = { count: "int", bytes: "bytes in BYTE", ms: "time in MILLISECONDS" }[kind];
  throw new AnalysisError("INVALID_CONF_VALUE.TYPE_MISMATCH", { confName: key, confValue: text, confType });
}

const UNITS: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `60m`, `30s`; a number alone is ms, as in Spark. */
function parseMs(text: string): number | undefined {
  const [, count, unit] = /^(\d+)\s*([a-z]*)$/.exec(text.trim().toLowerCase()) ?? [];
  const scale = UNITS[unit ?? "none"];
  return count === undefined || scale === undefined ? undefined : Number(count) * scale;
}
