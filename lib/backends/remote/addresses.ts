import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/** Names of this machine: RFC 6761's `localhost`, and the domain of the URLs that LocalStack gives its functions and buckets. */
const LOCAL_NAMES = /(^|\.)(localhost|localhost\.localstack\.cloud)$/i;

/** A host's address. The names of this machine need no DNS, which often drops answers that point at 127.0.0.1. */
export const lookUp: LookupFunction = (hostname, options, callback) =>
  lookup(hostname !== "localhost" && LOCAL_NAMES.test(hostname) ? "127.0.0.1" : hostname, options, callback);

/** Whether what is sent to this host stays on this machine. */
export const staysHere = (hostname: string): boolean => LOCAL_NAMES.test(hostname) || /^(127(\.\d+){3}|\[?::1\]?)$/.test(hostname);

/** Whether the service shares this machine's files: one that listens on the loopback address itself, not an emulated function. */
export const sharesFiles = (hostname: string): boolean => hostname === "localhost" || /^(127(\.\d+){3}|\[?::1\]?)$/.test(hostname);

/** The region of a Lambda function URL, AWS's or LocalStack's; undefined for other hosts. */
export const functionUrlRegion = (hostname: string): string | undefined =>
  /^[a-z0-9-]+\.lambda-url\.([a-z0-9-]+)\.(?:on\.aws|localhost\.localstack\.cloud)$/i.exec(hostname)?.[1];
