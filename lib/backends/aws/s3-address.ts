import { AnalysisError } from "../../engine/errors.ts";

/** Where an object is: `s3://bucket/key`, the key's characters as they are, nothing escaped. */
export interface S3Address {
  readonly Bucket: string;
  readonly Key: string;
}

/** The longest key, in bytes of UTF-8. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** Throws INVALID_OBJECT_KEY where `key` is not the address of an object. */
export function addressOf(key: string): S3Address {
  const { Bucket, Key } = prefixOf(key);
  if (Key === "") throw invalid(key, "the key after the bucket is missing");
  return { Bucket, Key };
}

/** As `addressOf`, but what follows the bucket may be empty or only the beginning of a key. */
export function prefixOf(prefix: string): S3Address {
  const [, Bucket, Key] = /^s3:\/\/([^/]*)\/(.*)$/s.exec(prefix) ?? [];
  if (Bucket === undefined || Key === undefined) throw invalid(prefix, "it has not the form s3://bucket/key");
  // Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(Bucket)) throw invalid(prefix, `${Bucket || "the empty text"} is no bucket's name`);
  if (Buffer.byteLength(Key) > MAX_KEY_BYTES) throw invalid(prefix, `the key is longer than ${MAX_KEY_BYTES} bytes`);
  return { Bucket, Key };
}

/** The inverse of `addressOf`. */
export const keyAt = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

const invalid = (key: string, problem: string): AnalysisError => new AnalysisError("INVALID_OBJECT_KEY", { key, problem });
