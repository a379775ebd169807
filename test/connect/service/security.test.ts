import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../support/sessions.ts";
import { conditionOf, openClient, rangePlan } from "../support/client.ts";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const token = "a-token-that-nobody-guesses";
const server = await startServer({ "spark.firecrest.token": "the server's own" }, { token });

const bearing = (value: string): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  metadata.set("authorization", value);
  return metadata;
};
const set = { operation: { opType: { case: "getAll" as const, value: {} } } };

test("calls without the token are refused, whatever they are", async () => {
  for (const metadata of [new grpc.Metadata(), bearing("Bearer wrong"), bearing(token), bearing(`Bearer ${token}x`), bearing("Bearer ")]) {
    const client = openClient(server.port, { metadata });
    expect(await conditionOf(client.call("config", set))).toBe("UNAUTHENTICATED");
    expect(await conditionOf(client.execute({ plan: rangePlan(1) }))).toBe("UNAUTHENTICATED");
    expect(await conditionOf(client.upload([{}]))).toBe("UNAUTHENTICATED");
  }
  expect(server.sessions.all).toEqual([]);
});

test("calls with the token are answered, and clients read no secrets of the server", async () => {
  const client = openClient(server.port, { metadata: bearing(`Bearer ${token}`) });
  const { pairs } = await client.call("config", set);
  expect(pairs.map(({ key }) => key)).toContain("spark.app.name");
  expect(pairs.map(({ key }) => key)).not.toContain("spark.firecrest.token");
});

test("calls without the token do not keep anyone's session open", async () => {
  const client = openClient(server.port, { metadata: bearing(`Bearer ${token}`) });
  await client.call("config", set);
  const session = server.sessions.all.find(({ key }) => key.sessionId === client.sessionId)!;
  const touched = vi.spyOn(session, "touch");
  expect(await conditionOf(openClient(server.port, { sessionId: client.sessionId }).call("config", set))).toBe("UNAUTHENTICATED");
  expect(touched).not.toHaveBeenCalled();
});

describe.skipIf(pythonUnavailable())("PySpark", () => {
  const collects = 'print(spark.conf.get("spark.sql.ansi.enabled"))';

  test("sends its token, also over TLS", { timeout: 90_000 }, async () => {
    expect(await runPython(`${server.url.replace("127.0.0.1", "localhost")}/;token=${token}`, collects)).toBe("true\n");
    await expect(runPython(server.url, collects)).rejects.toThrow("No authentication token provided");
    const folder = await temporaryFolder();
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject], {
      stdio: "ignore",
    });
    const tls = { certificate: readFileSync(cert), key: readFileSync(key) };
    const secure = await startServer({}, { spark: server.spark.newSession(), token, tls });
    const url = `sc://localhost:${secure.port}/;use_ssl=true;token=${token}`;
    expect(await runPython(url, collects, { env: { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: cert } })).toBe("true\n");
  });
});
