import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { AnalysisError } from "../../engine/errors.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import { ARROW_MEDIA_TYPE } from "./media-type.ts";

export const OBJECTS_PATH = "/v1/objects";
/** Time enough to begin a transfer. */
const VALID_SECONDS = 900;

export interface SignedObjectsOptions {
  readonly store: ObjectStore;
  /** Only objects below it are given away, without a slash at the end. */
  readonly root: string;
  /** Where this server is reached, once it is: `http://127.0.0.1:8998`. */
  readonly origin: () => string;
  /** At least 32 random bytes. */
  readonly secret: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What presigned URLs are to S3: addresses of single objects that need no other credentials, for a store without them. */
export class SignedObjects {
  readonly #options: SignedObjectsOptions;

  constructor(options: SignedObjectsOptions) {
    this.#options = options;
  }

  /** An address that takes the object by PUT or gives it by GET, for some minutes. */
  presign(key: string, method: "GET" | "PUT"): string {
    const { root, origin, now } = this.#options;
    if (!key.startsWith(`${root}/`)) throw new TypeError(`${key} is not below ${root}`);
    const name = key.slice(root.length + 1);
    const expires = String(Math.floor(now() / 1000) + VALID_SECONDS);
    return `${origin()}${OBJECTS_PATH}?${new URLSearchParams({ name, expires, signature: this.#sign(method, name, expires) })}`;
  }

  async answer(c: Context): Promise<Response> {
    const method = c.req.method === "PUT" ? "PUT" : "GET";
    const [name = "", expires = "", signature = ""] = [c.req.query("name"), c.req.query("expires"), c.req.query("signature")];
    const expected = Buffer.from(this.#sign(method, name, expires));
    const given = Buffer.from(signature);
    const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isGenuine || !(Number(expires) * 1000 > this.#options.now())) {
      throw new AnalysisError("FORBIDDEN", { reason: "the address is not one that was given out, or its time is over." });
    }
    const key = `${this.#options.root}/${name}`;
    if (method === "PUT") {
      await this.#options.store.put(key, new Uint8Array(await c.req.arrayBuffer()));
      return c.body(null, 204);
    }
    const bytes = await this.#options.store.get(key);
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, { "Content-Type": ARROW_MEDIA_TYPE });
  }

  #sign(method: string, name: string, expires: string): string {
    return createHmac("sha256", this.#options.secret)
      .update(JSON.stringify([method, name, expires]))
      .digest("base64url");
  }
}
