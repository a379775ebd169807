import { afterAll } from "vitest";
import { type ConnectServer, type ConnectServerOptions, openConnectServer } from "../../../lib/connect/service/server.ts";
import type { SparkSession } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

export interface TestServer extends ConnectServer {
  readonly spark: SparkSession;
  /** For `SparkSession.builder.remote`. */
  readonly url: string;
}

/** A server on a free port, with an engine of its own where none is given; both end with the test file. */
export async function startServer(
  conf: Readonly<Record<string, string>> = {},
  options: Partial<ConnectServerOptions> = {},
): Promise<TestServer> {
  const spark = options.spark ?? (await openSession(conf));
  if (options.spark) for (const [key, value] of Object.entries(conf)) spark.conf.set(key, value);
  const server = await openConnectServer({ host: "127.0.0.1", port: 0, ...options, spark });
  afterAll(() => server.close());
  return { ...server, spark, url: `sc://127.0.0.1:${server.port}` };
}
