import { AnalysisError } from "../../engine/errors.ts";

/** What clients send, by the first part of its name. */
const ARTIFACT_FOLDERS = ["archives", "cache", "files", "pyfiles"] as const;
type ArtifactFolder = (typeof ARTIFACT_FOLDERS)[number];

const MOST_LENGTH = 500;

/**
 * The folder and the rest of an artifact's name. Throws INVALID_ARTIFACT_PATH for what might lead out of the session's folder, and
 * FIRECREST_UNSUPPORTED for kinds of artifacts that nothing here could use.
 */
export function artifactName(name: string): { readonly folder: ArtifactFolder; readonly path: string } {
  const [prefix, ...parts] = name.split("/");
  if (prefix === "jars" || prefix === "classes") throw unsupported("Java code in a session", "Write functions in Python or SQL.");
  if (prefix === "forward_to_fs") throw unsupported("Copying files to where the server is", "Put them where the server reads from.");
  const folder = ARTIFACT_FOLDERS.find((one) => one === prefix);
  if (!folder || parts.length === 0 || name.length > MOST_LENGTH || !parts.every((part) => part.split("#").every(isPlain)))
    throw new AnalysisError("INVALID_ARTIFACT_PATH", { name: JSON.stringify(name).slice(1, -1) });
  return { folder, path: parts.join("/") };
}

/** Neither empty, nor a step up, nor anything that some file system reads as more than a name. */
const isPlain = (part: string): boolean => /^[^\p{Cc}\\:]+$/u.test(part) && part !== "." && part !== "..";

const unsupported = (feature: string, advice: string): AnalysisError => new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice });
