import type { SparkSession } from "../../../lib/dataframe/session.ts";
import { AnalysisError, asFirecrestError } from "../../../lib/engine/errors.ts";
import { catalogString, hiveRow, hiveTextOptions } from "../../../lib/engine/types/hive-text.ts";
import { boundedLines, type InputLine } from "./bounded-lines.ts";
import { rowsOf, runStatement } from "./run-statement.ts";

/** Bytes of a line that is read. */
const MOST_LINE_BYTES = 16 * 1024 * 1024;
/** What a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;
/** Characters of an answer: it is one line, and one string. */
const MOST_ANSWER = 256 * 1024 * 1024;

/**
 * What a line asks for. `sql` is one statement, `args` its parameters by name or position, `timeoutSeconds` what it may take at most.
 * `session` begins a session of its own, with settings; its answer is `{"session":true}`.
 */
type Request =
  | { readonly kind: "sql"; readonly sql: string; readonly timeoutSeconds?: number }
  | { readonly kind: "session"; readonly conf: Readonly<Record<string, string>> };

/** Answers each line of input with one line; ends with the input. A statement that fails is an answer like any other. */
export async function serveProtocol(
  spark: SparkSession,
  input: AsyncIterable<Uint8Array>,
  write: (line: string) => Promise<void>,
): Promise<void> {
  let session = spark;
  for await (const line of boundedLines(input, MOST_LINE_BYTES)) {
    let answer: string;
    try {
      const request = readRequest(line);
      if (request.kind === "session") {
        session = freshSession(spark, request.conf);
        answer = '{"session":true}';
      } else answer = await answerOf(session, request.sql, request.timeoutSeconds);
    } catch (thrown) {
      answer = errorLine(thrown);
    }
    await write(answer);
  }
}

function freshSession(spark: SparkSession, conf: Readonly<Record<string, string>>): SparkSession {
  const session = spark.newSession();
  for (const [key, value] of Object.entries(conf)) session.conf.set(key, value);
  return session;
}

function readRequest(line: InputLine): Request {
  if (line.kind === "tooLong") throw invalid(`a line has at most ${MOST_LINE_BYTES} bytes`);
  let read: unknown;
  try {
    read = JSON.parse(line.text);
  } catch {
    throw invalid("the line is no JSON");
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) throw invalid("the line is no JSON object");
  const { sql, timeoutSeconds, session } = read as Readonly<Record<string, unknown>>;
  if (session !== undefined) return { kind: "session", conf: readConf(session) };
  if (typeof sql !== "string") throw invalid('the object has no text "sql"');
  if (timeoutSeconds === undefined) return { kind: "sql", sql };
  if (typeof timeoutSeconds !== "number" || !(timeoutSeconds > 0)) throw invalid('"timeoutSeconds" is no number above 0');
  return { kind: "sql", sql, timeoutSeconds };
}

function readConf(session: unknown): Readonly<Record<string, string>> {
  const conf = typeof session === "object" && session !== null ? (session as { readonly conf?: unknown }).conf : undefined;
  if (conf === undefined) return {};
  if (typeof conf !== "object" || conf === null) throw invalid('"conf" is no object');
  return Object.fromEntries(Object.entries(conf).map(([key, value]) => [key, String(value)]));
}

const invalid = (problem: string) => new AnalysisError("INVALID_REQUEST", { place: "the line", problem });

async function answerOf(session: SparkSession, sql: string, timeoutSeconds: number | undefined): Promise<string> {
  const signal = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(Math.min(Math.ceil(timeoutSeconds * 1000), LONGEST_MS));
  const result = await runStatement(session, sql, signal);
  const options = hiveTextOptions(session.conf.getAll());
  const rows: string[] = [];
  let length = 0;
  for await (const row of rowsOf(result)) {
    const text = JSON.stringify(hiveRow(row, result.schema, options, result.shape));
    length += text.length + 1;
    if (length > MOST_ANSWER) throw invalid(`the rows have more than ${MOST_ANSWER} characters; add a LIMIT`);
    rows.push(text);
  }
  return `{"schema":${JSON.stringify(catalogString(result.schema))},"rows":[${rows.join(",")}]}`;
}

function errorLine(thrown: unknown): string {
  const { condition, sqlState, messageParameters, message, context } = asFirecrestError(thrown);
  return JSON.stringify({ error: { condition, sqlState, messageParameters, message, ...(context ? { context } : {}) } });
}
