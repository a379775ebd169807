import { S3Client } from "@aws-sdk/client-s3";

export interface S3ClientOptions {
  /** As AWS_ENDPOINT_URL: an emulator, or a store that speaks S3's language. Its buckets are part of the path. */
  readonly endpoint?: string | undefined;
  /** By default that of the SDK's chain. */
  readonly region?: string | undefined;
  /** Without them the SDK's chain: environment, role of the function, profile. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** A connection on which nothing moves for so long is given up, ms. */
  readonly silenceMs?: number;
}

/** Each request of the store and its hedge have a connection, so that none waits for a socket while its time is measured. */
export const MAX_SOCKETS = 128;

/**
 * A client that sends each request once: retries, hedges and counts are the store's (s3-requests.ts). Bodies are not announced
 * by `Expect: 100-continue`: the SDK would open a connection for each.
 */
export function openS3Client(options: S3ClientOptions = {}): S3Client {
  const { endpoint, region, credentials, silenceMs = 20_000 } = options;
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 1,
    expectContinueHeader: false,
    // Bodies are checked against their length (s3-store.ts) and, where it matters, by the engine's own checksums.
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 3_000, socketTimeout: silenceMs, httpAgent: agent, httpsAgent: agent },
  });
}
