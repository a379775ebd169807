import { createHash, timingSafeEqual } from "node:crypto";

/** Tells callers apart. */
export interface Authenticator {
  /** The caller's name, as jobs keep it; undefined where the request does not prove one. */
  caller(request: Credentials): string | undefined;
  /** What to send, for the refusal: the value of WWW-Authenticate, and in words. */
  readonly challenge: string;
  readonly expected: string;
}

export interface Credentials {
  /** The header Authorization. */
  readonly authorization: string | undefined;
  /** Whom the transport has already authenticated: the ARN of an IAM principal. */
  readonly principal: string | undefined;
}

const TOKEN_HASH = /^[0-9a-f]{64}$/;
/** RFC 6750's token, at most 512 characters. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/**
 * One of several tokens, known by their SHA-256 in hex. A caller is called by the first 8 digits of its token's hash. Whom the transport has
 * authenticated needs none: drivers have a role, not a token.
 */
export function bearer(hashes: readonly string[]): Authenticator {
  if (hashes.length === 0 || !hashes.every((hash) => TOKEN_HASH.test(hash))) {
    throw new TypeError("bearer tokens are given as SHA-256 hashes of 64 lower-case hex digits");
  }
  const known = hashes.map((hash) => Buffer.from(hash, "hex"));
  return {
    challenge: 'Bearer realm="firecrest"',
    expected: "send `Authorization: Bearer <token>`.",
    caller: ({ authorization, principal }) => {
      if (principal !== undefined) return principal;
      const token = BEARER.exec(authorization ?? "")?.[1];
      if (token === undefined) return undefined;
      const given = createHash("sha256").update(token).digest();
      // All are compared, so that the time taken says nothing of which.
      const matches = known.filter((hash) => timingSafeEqual(hash, given));
      return matches[0]?.toString("hex", 0, 4);
    },
  };
}

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/** The transport has checked a signature and says whose it is. */
export const iam: Authenticator = {
  challenge: "AWS4-HMAC-SHA256",
  expected: "sign the request with AWS Signature Version 4.",
  caller: ({ principal }) => principal,
};

/** Whoever reaches the port: for a server that only this machine reaches. */
export const anyone: Authenticator = {
  challenge: "None",
  expected: "nothing.",
  caller: () => "local",
};

/** `iam`, or `bearer:<hash>[,<hash>...]`. */
export function authenticatorFrom(text: string): Authenticator {
  if (text === "iam") return iam;
  const hashes = /^bearer:(.+)$/.exec(text)?.[1]?.split(",");
  if (hashes) return bearer(hashes);
  throw new TypeError("expected iam, or bearer: and the SHA-256 hashes of tokens in hex, separated by commas");
}

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a request to an open server on this machine comes from this machine's own programs. A web page can make a browser
 * send requests here: under a name of its own that resolves to 127.0.0.1 (Host is that name), or across origins (Origin is the page's).
 */
export const isFromLoopback = (host: string | undefined, origin: string | undefined): boolean =>
  LOOPBACK.test(host ?? "") && (origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, "")));
