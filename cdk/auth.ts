/** Who may call the API: whoever IAM lets, or whoever knows a token. */
export type Auth = { readonly kind: "iam" } | { readonly kind: "bearer"; readonly tokenHashes: readonly string[] };

/** FIRECREST_AUTH as the api reads it. Throws on what is not a hash, so that no token lands in a template by mistake. */
export function authSetting(auth: Auth): string {
  if (auth.kind === "iam") return "iam";
  const bad = auth.tokenHashes.findIndex((hash) => !/^[0-9a-f]{64}$/.test(hash));
  if (auth.tokenHashes.length === 0 || bad >= 0)
    throw new Error(`tokenHashes[${Math.max(0, bad)}] is not a SHA-256 in hexadecimal: printf %s "$TOKEN" | sha256sum`);
  return `bearer:${auth.tokenHashes.join(",")}`;
}
