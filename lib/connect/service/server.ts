import * as grpc from "@grpc/grpc-js";
import { scopedEngine } from "../../dataframe/job-scope.ts";
import { RuntimeConfig } from "../../dataframe/runtime-config.ts";
import { SparkSession } from "../../dataframe/session.ts";
import { withoutSecrets } from "../session/client-settings.ts";
import { connectOptions } from "../session/connect-options.ts";
import { Sessions } from "../session/sessions.ts";
import type { PythonFunctions } from "../translation.ts";
import { authentication } from "./authentication.ts";
import { serviceDefinition } from "./definition.ts";
import { handlers } from "./handlers.ts";

export interface ConnectServerOptions {
  /** What sessions are made of: its engine, and its settings to begin with. */
  readonly spark: SparkSession;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Calls need it; absent: nobody is asked. */
  readonly token?: string;
  /** A certificate and its key, as PEM; absent: no TLS. */
  readonly tls?: { readonly certificate: Uint8Array; readonly key: Uint8Array };
  readonly python?: PythonFunctions;
}

export interface ConnectServer {
  readonly port: number;
  /** For tests: what the server keeps. */
  readonly sessions: Sessions;
  /** Ends all sessions and connections; the engine stays. */
  close(): Promise<void>;
}

/** As Spark's server takes: `spark.connect.grpc.maxInboundMessageSize`. */
const MOST_REQUEST_BYTES = 128 * 1024 * 1024;

/** Serves Spark Connect. Throws where the port is taken. */
export async function openConnectServer(options: ConnectServerOptions): Promise<ConnectServer> {
  const { spark, host, port, token, tls, python } = options;
  const bounds = connectOptions(spark.conf.getAll());
  const sessions = new Sessions(new SparkSession(scopedEngine(spark.engine), new RuntimeConfig(withoutSecrets(spark.conf.given()))), {
    bounds,
    ...(python ? { python } : {}),
  });
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MOST_REQUEST_BYTES,
    "grpc.max_send_message_length": -1,
    // A client whose machine is gone says nothing: its calls end once it does not answer.
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 20_000,
  });
  server.addService(serviceDefinition, handlers(sessions, authentication(token)));
  const credentials = tls
    ? grpc.ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.certificate), private_key: Buffer.from(tls.key) }])
    : grpc.ServerCredentials.createInsecure();
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`${host.includes(":") ? `[${host}]` : host}:${port}`, credentials, (error, actual) =>
      error ? reject(error) : resolve(actual),
    ),
  );
  return {
    port: bound,
    sessions,
    close: async () => {
      await sessions.closeAll();
      server.forceShutdown();
    },
  };
}
