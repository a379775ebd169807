import type { SparkSession } from "../../dataframe/session.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { PythonFunctions } from "../translation.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { ConnectSession, type SessionKey } from "./connect-session.ts";
import { checkUuid } from "./uuid.ts";

/** What each request says of its session. */
export interface SessionRequest {
  readonly sessionId: string;
  readonly userContext?: { readonly userId: string } | undefined;
  readonly clientObservedServerSideSessionId?: string | undefined;
}

export interface SessionsOptions {
  readonly bounds: ConnectOptions;
  readonly python?: PythonFunctions;
}

/** Ids of sessions that ended: they do not begin again. */
const MOST_TOMBSTONES = 1_000;
const ROW_ORDER = "spark.firecrest.rowOrder";
const SWEEP_MS = 30_000;

/** All sessions of a server, on one engine. */
export class Sessions {
  readonly root: SparkSession;
  readonly bounds: ConnectOptions;
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, ConnectSession>();
  readonly #closed = new Set<string>();
  readonly #sweep: NodeJS.Timeout;

  constructor(root: SparkSession, options: SessionsOptions) {
    this.root = root;
    this.bounds = options.bounds;
    this.#options = options;
    this.#sweep = setInterval(() => this.#endIdle(), Math.min(SWEEP_MS, Math.max(options.bounds.sessionTimeout / 2, 10))).unref();
  }

  get all(): readonly ConnectSession[] {
    return [...this.#open.values()];
  }

  /** The session of a request, begun where there is none. Throws INVALID_HANDLE.FORMAT, SESSION_CLOSED or SESSION_CHANGED. */
  open(request: SessionRequest): ConnectSession {
    const key = keyOf(request);
    const session = this.#open.get(textOf(key)) ?? this.#begin(key);
    return checkObserved(session, request);
  }

  /** The session of a request. Throws as `open`, and INVALID_HANDLE.SESSION_NOT_FOUND. */
  existing(request: SessionRequest): ConnectSession {
    const key = keyOf(request);
    const session = this.#open.get(textOf(key));
    if (session) return checkObserved(session, request);
    const sub = this.#closed.has(textOf(key)) ? "SESSION_CLOSED" : "SESSION_NOT_FOUND";
    throw new AnalysisError(`INVALID_HANDLE.${sub}`, { handle: key.sessionId });
  }

  find(request: SessionRequest): ConnectSession | undefined {
    const session = this.#open.get(textOf({ userId: request.userContext?.userId ?? "", sessionId: request.sessionId }));
    session?.touch();
    return session;
  }

  isOpen(key: SessionKey): boolean {
    return this.#open.has(textOf(key));
  }
  isClosed(key: SessionKey): boolean {
    return this.#closed.has(textOf(key));
  }

  /** Puts a session that is made already among the others. */
  add(session: ConnectSession): ConnectSession {
    this.#open.set(textOf(session.key), session);
    return session;
  }

  /** A session that is no one's yet, on settings, views and functions of `spark`. Throws FIRECREST_CONNECT_BOUND. */
  make(key: SessionKey, spark: SparkSession): ConnectSession {
    if (this.#open.size >= this.bounds.mostSessions) this.#endIdle();
    if (this.#open.size >= this.bounds.mostSessions)
      throw new AnalysisError("FIRECREST_CONNECT_BOUND", {
        bound: `${this.bounds.mostSessions} sessions`,
        advice: "Stop sessions that are not needed, or start the server with a larger spark.firecrest.connect.maxSessions.",
      });
    return new ConnectSession(key, spark, { ...this.#options, checkOperation: () => this.#checkAnswers() });
  }

  /** Ends a session; unless it may come back, its id is not taken again. Ending one that is not there is no error. */
  async close(key: SessionKey, mayComeBack = false): Promise<void> {
    const text = textOf(key);
    const session = this.#open.get(text);
    this.#open.delete(text);
    if (session && !mayComeBack) {
      this.#closed.add(text);
      if (this.#closed.size > MOST_TOMBSTONES) this.#closed.delete(this.#closed.values().next().value!);
    }
    await session?.close();
  }

  /** Ends all sessions; what one of them cannot give up is the engine's to remove when it closes. */
  async closeAll(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.allSettled(this.all.map(({ key }) => this.close(key)));
  }

  #begin(key: SessionKey): ConnectSession {
    checkUuid(key.sessionId);
    if (this.isClosed(key)) throw new AnalysisError("INVALID_HANDLE.SESSION_CLOSED", { handle: key.sessionId });
    const spark = this.root.newSession();
    // What PySpark programs print is compared with what Spark printed.
    if (!(ROW_ORDER in spark.conf.given())) spark.conf.set(ROW_ORDER, true);
    return this.add(this.make(key, spark));
  }

  #checkAnswers(): void {
    const { answerBytes } = this.bounds;
    if (this.all.reduce((sum, { operations }) => sum + operations.bytes, 0) <= answerBytes) return;
    throw new AnalysisError("FIRECREST_CONNECT_BOUND", {
      bound: `${answerBytes} bytes of answers that clients have not taken`,
      advice: "Let other programs take theirs, or start the server with a larger spark.firecrest.connect.maxAnswerBytes.",
    });
  }

  #endIdle(): void {
    // Nobody is there to be told what could not be given up.
    for (const session of this.all) if (session.isIdle(this.bounds.sessionTimeout)) this.close(session.key).catch(() => {});
  }
}

export const keyOf = ({ userContext, sessionId }: SessionRequest): SessionKey => ({ userId: userContext?.userId ?? "", sessionId });

const textOf = ({ userId, sessionId }: SessionKey): string => `${sessionId} ${userId}`;

function checkObserved(
  session: ConnectSession,
  { sessionId, clientObservedServerSideSessionId: observed }: SessionRequest,
): ConnectSession {
  if (observed !== undefined && observed !== "" && observed !== session.serverSideId)
    throw new AnalysisError("INVALID_HANDLE.SESSION_CHANGED", { handle: sessionId });
  session.touch();
  return session;
}
