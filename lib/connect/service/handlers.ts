import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  ServerWritableStream,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { MessageParts, Outgoing } from "../message-parts.ts";
import type { ConnectSession } from "../session/connect-session.ts";
import type { SessionRequest, Sessions } from "../session/sessions.ts";
import type { Answer } from "./answers.ts";
import type { Authenticate } from "./authentication.ts";
import { streamCalls, unaryCalls, uploadCalls } from "./calls.ts";
import { CallRefused, statusOf } from "./status.ts";

/** grpc-js has read each message by its method's definition, so that all that is known of it here is what requests have in common. */
type Message = SessionRequest;

/** The calls as grpc-js wants them: who calls is checked, errors become statuses, and a stream waits for its reader. */
export function handlers(sessions: Sessions, authenticate: Authenticate): UntypedServiceImplementation {
  const unary = mapped<Promise<unknown>, handleUnaryCall<Message, unknown>>(unaryCalls, (call) => (received, reply) => {
    const gone = new AbortController();
    received.on("cancelled", () => gone.abort());
    void answer(
      () => call(received.request as never, sessions, gone.signal),
      received.metadata,
      reply,
      () => sessionOf(received.request, sessions),
    );
  });
  const uploads = mapped(
    uploadCalls,
    (call): handleClientStreamingCall<Message, unknown> =>
      (received, reply) => {
        // Whoever reads it is then told, instead of waiting for the rest.
        received.on("cancelled", () => received.destroy(new Error("the client has gone")));
        void answer(
          () => call(received as never, sessions, UNSTOPPED),
          received.metadata,
          reply,
          () => undefined,
        );
      },
  );
  const streams = mapped(
    streamCalls,
    (call): handleServerStreamingCall<Message, unknown> =>
      (received) => {
        void stream(
          (stop) => call(received.request as never, sessions, stop),
          received,
          () => sessionOf(received.request, sessions),
        );
      },
  );
  return { ...unary, ...uploads, ...streams } as UntypedServiceImplementation;

  async function answer(
    call: () => Promise<unknown>,
    metadata: Metadata,
    reply: sendUnaryData<unknown>,
    session: () => ConnectSession | undefined,
  ): Promise<void> {
    try {
      authenticate(metadata);
      reply(null, await call());
    } catch (thrown) {
      reply(failureOf(thrown, session));
    }
  }

  async function stream(
    call: (stop: AbortSignal) => AsyncIterable<Answer>,
    received: ServerWritableStream<Message, unknown>,
    session: () => ConnectSession | undefined,
  ): Promise<void> {
    const gone = new AbortController();
    received.on("cancelled", () => gone.abort());
    try {
      authenticate(received.metadata);
      for await (const message of call(gone.signal)) await written(message, received, gone.signal);
      received.end();
    } catch (thrown) {
      received.emit("error", failureOf(thrown, session));
    }
  }
}

/** What clients are told. Who may not call does not reach a session either: it would keep it open. */
const failureOf = (thrown: unknown, session: () => ConnectSession | undefined) =>
  statusOf(thrown, thrown instanceof CallRefused ? undefined : session());

/** Resolves once the connection has taken the message: a slow reader slows down who writes. */
function written(message: Answer, to: ServerWritableStream<Message, unknown>, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  const outgoing = message instanceof MessageParts ? new Outgoing(message) : undefined;
  return new Promise((resolve) => {
    const done = () => {
      gone.removeEventListener("abort", done);
      resolve();
    };
    gone.addEventListener("abort", done);
    to.write(outgoing ?? message, (error?: Error | null) => {
      if (!error) outgoing?.sent();
      done();
    });
  });
}

const sessionOf = (request: SessionRequest, sessions: Sessions): ConnectSession | undefined => sessions.find(request);

const UNSTOPPED = new AbortController().signal;

type AnyCall<R> = (request: never, sessions: Sessions, stop: AbortSignal) => R;

const mapped = <R, H>(calls: { readonly [name: string]: AnyCall<R> }, handler: (call: AnyCall<R>) => H): Record<string, H> =>
  Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, handler(call)]));
