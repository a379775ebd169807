import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { asFirecrestError, FirecrestError } from "../../../engine/errors.ts";
import { pythonOrigin } from "../../expression/origin.ts";
import {
  FetchErrorDetailsResponse_QueryContext_ContextType as ContextType,
  type FetchErrorDetailsRequest,
  type FetchErrorDetailsResponse,
  type FetchErrorDetailsResponse_ErrorSchema,
  type FetchErrorDetailsResponse_QueryContextSchema,
  FetchErrorDetailsResponseSchema,
} from "../../protocol/spark/connect/base_pb.js";
import type { Sessions } from "../../session/sessions.ts";
import { messageOf } from "../error-message.ts";
import { exceptionClasses } from "../exception-class.ts";

/** Causes are told up to here: each might be the cause of the one before. */
const MOST_ERRORS = 5;

/** All of an error that a status told in short, and what caused it. Each error can be asked for once. */
export async function fetchErrorDetails(request: FetchErrorDetailsRequest, sessions: Sessions): Promise<FetchErrorDetailsResponse> {
  const session = sessions.existing(request);
  const chain = chainOf(session.errors.take(request.errorId));
  const errors = chain.map((error, i) => described(error, i + 1 < chain.length ? i + 1 : undefined));
  return create(FetchErrorDetailsResponseSchema, { ...session.ids, errors, ...(errors.length > 0 ? { rootErrorIdx: 0 } : {}) });
}

function chainOf(root: unknown): readonly FirecrestError[] {
  const chain: FirecrestError[] = [];
  // Causes of other kinds are ours or a library's, and nothing that a client could use.
  for (let error = root; error !== undefined && chain.length < MOST_ERRORS; ) {
    const known = asFirecrestError(error);
    chain.push(known);
    error = known.cause instanceof FirecrestError ? known.cause : undefined;
  }
  return chain;
}

function described(error: FirecrestError, causeIdx: number | undefined): MessageInitShape<typeof FetchErrorDetailsResponse_ErrorSchema> {
  const { condition, sqlState, messageParameters } = error;
  return {
    errorTypeHierarchy: [...exceptionClasses(error)],
    message: messageOf(error),
    sparkThrowable: {
      errorClass: condition,
      messageParameters,
      ...(sqlState ? { sqlState } : {}),
      queryContexts: contextsOf(error),
    },
    ...(causeIdx === undefined ? {} : { causeIdx }),
  };
}

function contextsOf({
  origin,
  context,
  tellsContext,
}: FirecrestError): MessageInitShape<typeof FetchErrorDetailsResponse_QueryContextSchema>[] {
  if (context) {
    const { objectType, objectName, startIndex, stopIndex, fragment, summary } = context;
    return [{ contextType: ContextType.SQL, objectType, objectName, startIndex, stopIndex, fragment, summary }];
  }
  const place = origin === undefined || !tellsContext ? undefined : pythonOrigin(origin);
  if (!place) return [];
  return [{ contextType: ContextType.DATAFRAME, ...place, summary: `== DataFrame ==\n${origin}\n` }];
}
