import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore } from "../../lib/backends/local/file-store.ts";
import { localDrivers } from "../../lib/backends/local/local-drivers.ts";
import { LocalJobs } from "../../lib/backends/local/local-jobs.ts";
import { poolEnvironment } from "../../lib/backends/local/pool-environment.ts";
import type { Resources } from "../../lib/backends/local/resources.ts";
import { WorkerPool } from "../../lib/backends/local/worker-pool.ts";
import { asFirecrestError } from "../../lib/engine/errors.ts";
import type { Failure } from "../../lib/service/http/api.ts";
import { createApi } from "../../lib/service/http/app.ts";
import { type Authenticator, anyone, isFromLoopback } from "../../lib/service/http/auth.ts";
import { apiServer } from "../../lib/service/http/node-listener.ts";
import { SignedObjects } from "../../lib/service/http/signed-objects.ts";
import { withDriverToken } from "./driver-token.ts";

export interface LocalServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where jobs are kept, an absolute path. */
  readonly folder: string;
  readonly resources: Resources;
  readonly authenticator: Authenticator;
  readonly log: (message: string) => void;
}

export interface LocalServer {
  readonly url: string;
  /** Jobs of an earlier server that go on. */
  readonly resumed: number;
  /** Takes no more requests, and leaves what runs to the next server with the same folder. */
  readonly close: () => Promise<void>;
}

/** Queries and drivers at once, and jobs of each kind that may wait or run. */
const MOST_QUERIES = 4;
const MOST_PROGRAMS = 4;
const MOST_JOBS = 1_000;
/** Bytes of a request: a plan may hold rows, a program its bundle. */
const MAX_REQUEST_BYTES = 64 * 1024 ** 2;
/** Bytes of an answer: what Node makes one string or buffer of, with room. */
const MAX_RESPONSE_BYTES = 256 * 1024 ** 2;
/** How long requests that wait for something may go on while the server ends. */
const CLOSE_MS = 1_000;

/** The HTTP API over jobs of this machine. */
export async function openLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { folder, resources, authenticator, log } = options;
  const scratch = join(tmpdir(), `firecrest-${randomUUID()}`);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const pool = new WorkerPool({ ...resources, folder: scratch });
  const store = new FileStore(randomUUID);
  const { environment, close: closeEnvironment } = poolEnvironment({
    pool,
    resources,
    store,
    folder: scratch,
    // What a program caches is kept by its engine, whose plans say where (lib/backends/remote/kept-rows.ts).
    cached: async () => undefined,
  });
  let url = "";
  const driverToken = randomBytes(32).toString("hex");
  const objects = new SignedObjects({ store, root: folder, origin: () => url, secret: randomBytes(32), now: Date.now });
  const jobs = new LocalJobs({
    environment,
    pool,
    folder,
    mostQueries: MOST_QUERIES,
    mostPrograms: MOST_PROGRAMS,
    mostJobs: MOST_JOBS,
    runProgram: localDrivers({
      store,
      clock: environment.clock,
      root: folder,
      scratch,
      service: () => jobs.service,
      url: () => url,
      token: driverToken,
      log,
    }),
    presign: async (key, method) => objects.presign(key, method),
    log,
  });
  const server = apiServer(
    createApi({
      service: jobs.service,
      authenticator: withDriverToken(authenticator, driverToken),
      maxRequestBytes: MAX_REQUEST_BYTES,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      streams: true,
      transport: () => ({ request: randomUUID() }),
      // A token tells a web page from its owner by itself.
      ...(authenticator === anyone ? { admits: isFromLoopback } : {}),
      log: (failure) => log(failureLine(failure)),
      objects,
    }),
  );
  const close = async () => {
    const closed = stopListening(server);
    await jobs.close();
    await pool.close();
    await closeEnvironment();
    await closed;
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    url = await listen(server, options);
    return { url, resumed: await jobs.resume(), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function listen(server: Server, { host, port }: LocalServerOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
      resolve(`http://${name}:${address.port}`);
    });
  });
}

function stopListening(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref();
  });
}

function failureLine({ request, method, path, status, thrown }: Failure): string {
  const { message, cause } = asFirecrestError(thrown);
  const stack = cause instanceof Error ? `\n${cause.stack}` : "";
  return `${method} ${path} ${status} (request ${request}): ${message}${stack}`;
}
