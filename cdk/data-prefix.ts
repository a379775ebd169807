/** Objects that a deployer lets jobs read or write: all below `prefix`, which is a folder without slashes at its ends, or "" for a whole bucket. */
export interface DataPrefix {
  readonly bucket: string;
  readonly prefix: string;
}

/** Where Firecrest keeps its own objects in the data bucket. */
const ownFolders = ["jobs", "drivers", "index", "idempotency", "uploads", "scratch"];

/**
 * Reads `s3://bucket/prefix`. Characters that a policy would take as a pattern are refused, so that a name never grants more than it says.
 * So are prefixes that would reach what Firecrest keeps in its own bucket, `dataBucket`: tasks run users' code.
 */
export function parseDataPrefix(text: string, dataBucket?: string): DataPrefix {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text);
  const prefix = match?.[2]?.replace(/\/+$/, "") ?? "";
  if (!match || /[*?${}\\]|^\/|\/\//.test(prefix))
    throw new Error(`${text} is not a data prefix: want s3://bucket/folder, without * ? $ { }`);
  const bucket = match[1]!;
  const reachesOwn = prefix === "" || ownFolders.includes(prefix.split("/")[0]!);
  if (bucket === dataBucket && reachesOwn)
    throw new Error(`${text} holds Firecrest's own objects (${ownFolders.join(", ")}): name a folder beside them`);
  return { bucket, prefix };
}
