import { create, toBinary } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import { asFirecrestError, type FirecrestError } from "../../engine/errors.ts";
import { ErrorInfoSchema } from "../protocol/google/rpc/error_details_pb.js";
import { StatusSchema } from "../protocol/google/rpc/status_pb.js";
import type { ConnectSession } from "../session/connect-session.ts";
import { messageOf } from "./error-message.ts";
import { exceptionClasses } from "./exception-class.ts";

/** Trailers travel in one header block, of which clients take 8 KB: what is longer, they ask for with FetchErrorDetails. */
const MOST_MESSAGE_BYTES = 1_500;
/** `spark.connect.grpc.maxMetadataSize`. */
const MOST_METADATA = 1_024;

/** A refusal of the call itself, before there is a session. */
export class CallRefused extends Error {
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** An error as Spark's server tells it: a status with ErrorInfo, from which clients make their own exception. */
export function statusOf(thrown: unknown, session?: ConnectSession): ServerErrorResponse {
  if (thrown instanceof CallRefused) return { name: thrown.name, message: thrown.message, code: thrown.code, details: thrown.message };
  const error = asFirecrestError(thrown);
  const message = shortened(messageOf(error));
  const info = create(ErrorInfoSchema, {
    reason: exceptionClasses(error)[0]!,
    domain: "org.apache.spark",
    metadata: metadataOf(error, session),
  });
  const rich = create(StatusSchema, { code: status.INTERNAL, message, details: [anyPack(ErrorInfoSchema, info)] });
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(toBinary(StatusSchema, rich)));
  return { name: error.name, message, code: status.INTERNAL, details: message, metadata };
}

function metadataOf(error: FirecrestError, session: ConnectSession | undefined): Record<string, string> {
  const parameters = JSON.stringify(error.messageParameters);
  return {
    classes: JSON.stringify(exceptionClasses(error)),
    errorClass: error.condition,
    ...(error.sqlState === "" ? {} : { sqlState: error.sqlState }),
    ...(Buffer.byteLength(parameters) <= MOST_METADATA ? { messageParameters: parameters } : {}),
    ...(session ? { errorId: session.errors.keep(error) } : {}),
  };
}

/** Cut where its form in a header would be too long; what no header can carry is replaced. */
function shortened(message: string): string {
  const text = message.toWellFormed();
  if (encodeURI(text).length <= MOST_MESSAGE_BYTES) return text;
  let [end, bytes] = [0, 0];
  for (const letter of text) {
    bytes += encodeURI(letter).length;
    if (bytes > MOST_MESSAGE_BYTES - 3) break;
    end += letter.length;
  }
  return `${text.slice(0, end)}...`;
}
