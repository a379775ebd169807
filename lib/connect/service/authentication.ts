import { createHash, timingSafeEqual } from "node:crypto";
import { type Metadata, status } from "@grpc/grpc-js";
import { CallRefused } from "./status.ts";

/** Throws CallRefused where a call may not be made. */
export type Authenticate = (metadata: Metadata) => void;

/** Calls need `authorization: Bearer <token>`, which PySpark sends for `sc://host/;token=...`; without a token, none do. */
export function authentication(token: string | undefined): Authenticate {
  if (token === undefined) return () => {};
  const expected = digest(token);
  return (metadata) => {
    const [header] = metadata.get("authorization");
    const [, given] = /^Bearer (.+)$/i.exec(String(header ?? "")) ?? [];
    if (given === undefined)
      throw new CallRefused(status.UNAUTHENTICATED, "No authentication token provided. Connect to sc://<host>:<port>/;token=<token>");
    if (!timingSafeEqual(digest(given), expected)) throw new CallRefused(status.UNAUTHENTICATED, "Invalid authentication token");
  };
}

/** Of equal length for all texts, as the comparison needs. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
