import { request } from "node:http";
import { lookUp } from "../../lib/backends/remote/addresses.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A request as it is written here: no signature, no retries, no normalised path. Names of an emulator are found without DNS. */
export function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array,
): Promise<Answer> {
  const { hostname, port, origin } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ method, hostname, port, path: url.slice(origin.length), headers, lookup: lookUp }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
