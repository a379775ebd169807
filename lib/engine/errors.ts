import { conditions } from "./errors/conditions.ts";
import { type Origin, plansTellContext, type QueryContext, queryContext, rowsTellContext, SqlPlace } from "./errors/query-context.ts";

/** Who can mend it: `terminal` errors are the user's and fail the job at once; `retryable` ones are worth another attempt. */
export type ErrorClass = "terminal" | "retryable";

export interface ErrorOptions {
  readonly class?: ErrorClass;
  /** Where in the user's program the mistake stands: `file:line:column`, or a fragment of the query. */
  readonly origin?: Origin;
  /** The same of SQL text, as it came with an error from elsewhere. */
  readonly context?: QueryContext;
  readonly cause?: unknown;
}

/**
 * Every error that Firecrest reports: Spark's condition, its SQLSTATE and the values of its message.
 * Source: https://spark.apache.org/docs/latest/sql-error-conditions.html
 */
export class FirecrestError extends Error {
  readonly condition: string;
  readonly sqlState: string;
  readonly messageParameters: Readonly<Record<string, string>>;
  readonly class: ErrorClass;
  readonly origin: string | undefined;
  /** Where `origin` shows a place in SQL text: what is there. */
  readonly context: QueryContext | undefined;

  constructor(condition: string, messageParameters: Readonly<Record<string, string>> = {}, options: ErrorOptions = {}) {
    const { template, sqlState } = lookUp(condition);
    const text = template.replace(/<(\w+)>/g, (whole, name: string) => messageParameters[name] ?? whole);
    // As Spark does, a condition that is a number only is not shown.
    const prefix = condition.startsWith("_LEGACY_ERROR_") ? "" : `[${condition}] `;
    super(`${prefix}${text}${sqlState ? ` SQLSTATE: ${sqlState}` : ""}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.condition = condition;
    this.sqlState = sqlState;
    this.messageParameters = messageParameters;
    this.class = options.class ?? "terminal";
    const context = options.origin instanceof SqlPlace ? queryContext(options.origin) : options.context;
    this.origin = context?.summary ?? (options.origin as string | undefined);
    this.context = this.tellsContext ? context : undefined;
  }

  /** Whether clients are told of the place where it has one; all are told of the origin. */
  get tellsContext(): boolean {
    return plansTellContext(this.condition);
  }

  toJSON(): SerializedError {
    const { condition, messageParameters, context, origin } = this;
    return { condition, messageParameters, class: this.class, ...(context ? { context } : origin ? { origin } : {}) };
  }
}

/** How an error travels in messages and in the journal. */
export interface SerializedError {
  readonly condition: string;
  readonly messageParameters: Readonly<Record<string, string>>;
  readonly class: ErrorClass;
  readonly origin?: string;
  readonly context?: QueryContext;
}

/** Raised before anything runs: names, types, unsupported features. */
export class AnalysisError extends FirecrestError {}
/** Raised by a text that is no statement, or none that Spark takes. */
export class ParseError extends AnalysisError {}
/** Raised by a row, a file or the user's code while a job runs. */
export class ExecutionError extends FirecrestError {
  override get tellsContext(): boolean {
    return rowsTellContext(this.condition);
  }
}
/** Worth another attempt: a lost worker, a throttled call, a torn read. */
export class RetryableError extends FirecrestError {
  constructor(condition: string, messageParameters: Readonly<Record<string, string>> = {}, options: Omit<ErrorOptions, "class"> = {}) {
    super(condition, messageParameters, { ...options, class: "retryable" });
  }
}

export function deserializeError(error: SerializedError, cause?: unknown): FirecrestError {
  const { condition, messageParameters, class: errorClass, origin, context } = error;
  const options = {
    class: errorClass,
    ...(origin ? { origin } : {}),
    ...(context ? { context } : {}),
    ...(cause === undefined ? {} : { cause }),
  };
  return errorClass === "retryable"
    ? new RetryableError(condition, messageParameters, options)
    : new ExecutionError(condition, messageParameters, options);
}

/** The same error with a place in the user's program, where it has none. */
export function withOrigin(thrown: unknown, origin: Origin | undefined): unknown {
  if (!(thrown instanceof FirecrestError) || thrown.origin !== undefined || origin === undefined) return thrown;
  const { condition, messageParameters, class: errorClass, cause } = thrown;
  const Same = thrown.constructor as typeof FirecrestError;
  return new Same(condition, messageParameters, { class: errorClass, origin, cause });
}

/** Wraps anything thrown; a bug of ours or of a library becomes INTERNAL_ERROR with its message, never silence. */
export function asFirecrestError(thrown: unknown): FirecrestError {
  if (thrown instanceof FirecrestError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ExecutionError("INTERNAL_ERROR", { message }, { cause: thrown });
}

function lookUp(condition: string): { template: string; sqlState: string } {
  const [main, sub] = condition.split(".", 2) as [string, string | undefined];
  const entry = conditions[main];
  if (!entry) throw new TypeError(`error condition ${condition} is not in errors/conditions.ts`);
  if (sub === undefined) return { template: entry.message, sqlState: entry.sqlState };
  const detail = entry.subconditions?.[sub];
  if (detail === undefined) throw new TypeError(`error condition ${condition} is not in errors/conditions.ts`);
  return { template: `${entry.message} ${detail}`, sqlState: entry.sqlState };
}
