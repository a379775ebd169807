import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll } from "vitest";

/** A request on its way to a server. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
/** What stands between client and server does with it: lets it pass, answers itself, or loses it or its answer. */
export type Treatment =
  | "pass"
  | "lose request"
  | "lose answer"
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** A server in front of another one that treats requests as told. Gives its address. */
export async function between(target: string, treat: (request: Passing) => Treatment): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    const passing = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body: await text(incoming) };
    const treatment = treat(passing);
    if (treatment === "lose request") return void incoming.socket.destroy();
    if (typeof treatment === "object") return void outgoing.writeHead(treatment.status, treatment.headers).end(treatment.body);
    passOn(target, passing, outgoing, treatment === "lose answer");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function passOn(target: string, { method, path, headers, body }: Passing, outgoing: ServerResponse, loseAnswer: boolean): void {
  const onward = request(new URL(path, target), { method, headers: { ...headers, host: new URL(target).host } }, (answer) => {
    if (loseAnswer) {
      answer.resume().on("end", () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  onward.end(body);
}
