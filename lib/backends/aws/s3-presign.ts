import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { addressOf } from "./s3-address.ts";

/** Longer S3 does not allow: a week. The credentials behind an address may end sooner, and the address with them. */
const MAX_SECONDS = 604_800;

/** An address by which anybody may read or write one object for so many seconds. */
export async function presign(client: S3Client, key: string, seconds: number, method: "GET" | "PUT"): Promise<string> {
  if (!(seconds >= 1 && seconds <= MAX_SECONDS)) throw new RangeError(`an address is good for 1 to ${MAX_SECONDS} s, not for ${seconds}`);
  const command = method === "GET" ? new GetObjectCommand(addressOf(key)) : new PutObjectCommand(addressOf(key));
  return getSignedUrl(client, command, { expiresIn: seconds });
}
