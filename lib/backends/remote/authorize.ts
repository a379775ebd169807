import type { HttpRequest } from "./transport.ts";

/** Gives a request the headers that prove who asks. */
export type Authorize = (request: HttpRequest) => Promise<Readonly<Record<string, string>>>;

export const anonymous: Authorize = async ({ headers }) => headers;

/** RFC 6750. */
export const bearer =
  (token: string): Authorize =>
  async ({ headers }) => ({ ...headers, authorization: `Bearer ${token}` });

/**
 * AWS Signature Version 4 for a Lambda function URL, with the credentials that AWS's own tools would find.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function signedBy(region: string): Authorize {
  let signer: Promise<Authorize> | undefined;
  return async (request) => {
    signer ??= openSigner(region);
    return (await signer)(request);
  };
}

/** Loaded when it is needed: most programs are not run against AWS. */
async function openSigner(region: string): Promise<Authorize> {
  const [{ SignatureV4 }, { Sha256 }, { defaultProvider }] = await Promise.all([
    import("@smithy/signature-v4"),
    import("@aws-crypto/sha256-js"),
    import("@aws-sdk/credential-provider-node"),
  ]);
  const signature = new SignatureV4({ service: "lambda", region, credentials: defaultProvider(), sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const signed = await signature.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      ...(body ? { body } : {}),
    });
    return signed.headers;
  };
}
