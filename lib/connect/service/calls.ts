import type { Sessions } from "../session/sessions.ts";
import type { Answer } from "./answers.ts";
import { addArtifacts } from "./calls/add-artifacts.ts";
import { analyzePlan } from "./calls/analyze-plan.ts";
import { artifactStatus } from "./calls/artifact-status.ts";
import { cloneSession } from "./calls/clone-session.ts";
import { config } from "./calls/config.ts";
import { executePlan } from "./calls/execute-plan.ts";
import { fetchErrorDetails } from "./calls/fetch-error-details.ts";
import { getStatus } from "./calls/get-status.ts";
import { interrupt } from "./calls/interrupt.ts";
import { reattachExecute } from "./calls/reattach-execute.ts";
import { releaseExecute } from "./calls/release-execute.ts";
import { releaseSession } from "./calls/release-session.ts";
import type { RequestOf, ResponseOf, StreamName, UnaryName, UploadName } from "./definition.ts";

type Unary<M extends UnaryName> = (request: RequestOf<M>, sessions: Sessions, stop: AbortSignal) => Promise<ResponseOf<M>>;
type Stream<M extends StreamName> = (request: RequestOf<M>, sessions: Sessions, stop: AbortSignal) => AsyncIterable<Answer>;
type Upload<M extends UploadName> = (requests: AsyncIterable<RequestOf<M>>, sessions: Sessions) => Promise<ResponseOf<M>>;

/** What answers each call; one that the protocol gains does not compile until it is here. */
export const unaryCalls: { readonly [M in UnaryName]: Unary<M> } = {
  analyzePlan,
  config,
  artifactStatus,
  interrupt,
  releaseExecute,
  releaseSession,
  fetchErrorDetails,
  cloneSession,
  getStatus,
};
export const streamCalls: { readonly [M in StreamName]: Stream<M> } = { executePlan, reattachExecute };
export const uploadCalls: { readonly [M in UploadName]: Upload<M> } = { addArtifacts };
