import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type LocalServer, openLocalServer } from "../../apps/cli/local-server.ts";
import { shareOut } from "../../lib/backends/local/resources.ts";
import { openJobClient } from "../../lib/backends/remote/open.ts";
import { type Authenticator, anyone } from "../../lib/service/http/auth.ts";

export interface JobServerOptions {
  readonly folder?: string;
  readonly authenticator?: Authenticator;
  /** Two unless told otherwise; with one, small queries are one task. */
  readonly workers?: number;
}

/** `firecrest serve` in this process, on a free port; closed when the test file ends, if not before. */
export async function startJobServer({ folder, authenticator = anyone, workers = 2 }: JobServerOptions = {}): Promise<LocalServer> {
  const server = await openLocalServer({
    host: "127.0.0.1",
    port: 0,
    folder: folder ?? join(tmpdir(), `firecrest-test-${randomUUID()}`),
    resources: shareOut({ "spark.firecrest.memory": "2g", "spark.executor.instances": String(workers), "spark.executor.cores": "1" }),
    authenticator,
    log: () => {},
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  afterAll(close);
  return { ...server, close };
}

/** A client of a server, disconnected when the test file ends. */
export function jobClient(url: string) {
  const { jobs, disconnect } = openJobClient(url, {});
  afterAll(disconnect);
  return jobs;
}
