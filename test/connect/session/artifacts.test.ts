import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { Artifacts } from "../../../lib/connect/session/artifacts.ts";
import { zip } from "../../support/zip.ts";
import { conditionOf, openClient } from "../support/client.ts";
import { startServer } from "../support/server.ts";

const server = await startServer({ "spark.firecrest.connect.maxArtifactBytes": "100k" });
const artifactsOf = ({ sessionId }: { readonly sessionId: string }): Artifacts =>
  server.sessions.find({ sessionId, userContext: { userId: "me" } })!.artifacts;

const chunk = (data: Uint8Array, crc = crc32(data)) => ({ data, crc: BigInt(crc) });
const batch = (...named: readonly (readonly [name: string, text: string])[]) => ({
  payload: { case: "batch" as const, value: { artifacts: named.map(([name, text]) => ({ name, data: chunk(Buffer.from(text)) })) } },
});
const begin = (name: string, first: Uint8Array, totalBytes: number, numChunks: number) => ({
  payload: {
    case: "beginChunk" as const,
    value: { name, totalBytes: BigInt(totalBytes), numChunks: BigInt(numChunks), initialChunk: chunk(first) },
  },
});
const more = (data: Uint8Array, crc?: number) => ({ payload: { case: "chunk" as const, value: chunk(data, crc) } });

test("artifacts come in batches and in chunks, and go with their session", async () => {
  const client = openClient(server.port);
  const bytes = randomBytes(9_000);
  const { artifacts } = await client.upload([
    batch(["pyfiles/a.py", "x = 1"], ["cache/abc", "rows"]),
    begin("files/deep/er/data.bin", bytes.subarray(0, 4_000), 9_000, 3),
    more(bytes.subarray(4_000, 8_000)),
    more(bytes.subarray(8_000)),
    batch(["archives/b.txt#lib", "text"]),
  ]);
  expect(artifacts.map(({ name, isCrcSuccessful }) => `${name} ${isCrcSuccessful}`)).toEqual([
    "pyfiles/a.py true",
    "cache/abc true",
    "files/deep/er/data.bin true",
    "archives/b.txt#lib true",
  ]);
  const kept = artifactsOf(client);
  expect(Buffer.from(kept.read("files/deep/er/data.bin")!)).toEqual(bytes);
  const [modules] = kept.pythonPaths;
  expect(readFileSync(`${modules}/a.py`, "utf8")).toBe("x = 1");
  const folder = dirname(modules!);
  // Nobody else of the machine reads them.
  expect(statSync(folder).mode & 0o077).toBe(0);
  expect(readdirSync(`${folder}/incoming`)).toEqual([]);
  const { statuses } = await client.call("artifactStatus", { names: ["cache/abc", "cache/def", "files/deep/er/data.bin"] });
  expect(Object.entries(statuses).map(([name, { exists }]) => `${name} ${exists}`)).toEqual([
    "cache/abc true",
    "cache/def false",
    "files/deep/er/data.bin false",
  ]);
  await client.call("releaseSession", {});
  expect(existsSync(folder)).toBe(false);
});

test.each([
  "pyfiles/../../outside.py",
  "pyfiles/./x.py",
  "pyfiles//x.py",
  "pyfiles/",
  "pyfiles",
  "/etc/passwd",
  "../pyfiles/x.py",
  "incoming/x",
  "files/a\\b",
  "files/c:x",
  "files/nul\0byte",
  `files/${"x".repeat(600)}`,
  "",
])("the name %j is refused, and nothing is written", async (name) => {
  const client = openClient(server.port);
  expect(await conditionOf(client.upload([batch([name, "x"])]))).toBe("INVALID_ARTIFACT_PATH");
  expect(artifactsOf(client).bytes).toBe(0);
});

test.each(["jars/x.jar", "classes/X.class", "forward_to_fs/etc/passwd"])("%s is refused by what it is for", async (name) => {
  expect(await conditionOf(openClient(server.port).upload([batch([name, "x"])]))).toBe("FIRECREST_UNSUPPORTED");
});

test("what does not come as it was sent is not kept", async () => {
  const client = openClient(server.port);
  const { artifacts } = await client.upload([begin("files/x", Buffer.from("ab"), 4, 2), more(Buffer.from("cd"), 1)]);
  expect(artifacts.map(({ isCrcSuccessful }) => isCrcSuccessful)).toEqual([false]);
  expect(artifactsOf(client).has("files/x")).toBe(false);
  expect(await conditionOf(client.upload([begin("files/x", Buffer.from("ab"), 3, 1)]))).toBe("FIRECREST_INVALID_PLAN");
  expect(await conditionOf(client.upload([begin("files/x", Buffer.from("ab"), 1, 1)]))).toBe("FIRECREST_INVALID_PLAN");
  expect(await conditionOf(client.upload([begin("files/x", Buffer.from("ab"), 4, 2)]))).toBe("FIRECREST_INVALID_PLAN");
  expect(await conditionOf(client.upload([more(Buffer.from("ab"))]))).toBe("FIRECREST_INVALID_PLAN");
  expect(await conditionOf(client.upload([begin("files/x", Buffer.from("ab"), 4, 2), batch(["files/y", "y"])]))).toBe(
    "FIRECREST_INVALID_PLAN",
  );
  expect(artifactsOf(client).bytes).toBe(0);
});

test("an artifact may come again as it is, but not as another", async () => {
  const client = openClient(server.port);
  await client.upload([batch(["files/x", "one"])]);
  await client.upload([batch(["files/x", "one"])]);
  expect(await conditionOf(client.upload([batch(["files/x", "two"])]))).toBe("ARTIFACT_ALREADY_EXISTS");
  expect(Buffer.from(artifactsOf(client).read("files/x")!).toString()).toBe("one");
  expect(artifactsOf(client).bytes).toBe(3);
});

test("an artifact is not taken where another's folder is, or below another, and nothing of it stays", async () => {
  const client = openClient(server.port);
  await client.upload([batch(["files/a/b", "one"])]);
  expect(await conditionOf(client.upload([batch(["files/a", "two"])]))).toBe("ARTIFACT_ALREADY_EXISTS");
  expect(await conditionOf(client.upload([batch(["files/a/b/c", "two"])]))).toBe("ARTIFACT_ALREADY_EXISTS");
  const kept = artifactsOf(client);
  expect([kept.has("files/a"), kept.has("files/a/b/c"), kept.bytes]).toEqual([false, false, 3]);
});

test("an artifact that begins while its session ends leaves no folder", async () => {
  const kept = new Artifacts(1_000);
  const first = await kept.begin("files/x");
  await first.write(Buffer.from("x"));
  await first.keep();
  const folder = dirname(kept.filesFolder!);
  const beginning = kept.begin("files/y").then(
    (incoming) => incoming.drop(),
    (error: Error) => error.message,
  );
  const closing = kept.close();
  await expect(kept.begin("files/z")).rejects.toThrow("the session has ended");
  await Promise.all([beginning, closing]);
  expect(existsSync(folder)).toBe(false);
});

test("a session takes so many bytes and no more", async () => {
  const client = openClient(server.port);
  const half = Buffer.alloc(60 * 1024);
  await client.upload([begin("cache/1", half, half.length, 1)]);
  expect(await conditionOf(client.upload([begin("cache/2", half, half.length, 1)]))).toBe("FIRECREST_CONNECT_BOUND");
  expect(artifactsOf(client).bytes).toBe(half.length);
});

test("an archive is unpacked beside the session's files, once and as a whole", async () => {
  const kept = new Artifacts(3_000);
  const send = async (name: string, bytes: Uint8Array) => {
    const incoming = await kept.begin(name);
    await incoming.write(bytes);
    await incoming.keep();
  };
  const archive = zip({ "d/a.txt": "x", "b.txt": "y" });
  await send("archives/one.zip", archive);
  await send("archives/one.zip#two", archive);
  expect(readdirSync(kept.filesFolder!).sort()).toEqual(["one.zip", "two"]);
  expect(readFileSync(`${kept.filesFolder}/two/d/a.txt`, "utf8")).toBe("x");
  const { bytes } = kept;
  await expect(send("archives/other.zip#two", archive)).rejects.toThrow("ARTIFACT_ALREADY_EXISTS");
  await expect(send("archives/bad.zip", Buffer.from("no zip"))).rejects.toThrow("FIRECREST_CONNECT_ARCHIVE");
  await expect(send("archives/large.zip", zip({ a: "x".repeat(1_400) }))).rejects.toThrow("FIRECREST_CONNECT_BOUND");
  expect(kept.bytes).toBe(bytes);
  expect(readdirSync(kept.filesFolder!).sort()).toEqual(["one.zip", "two"]);
  expect(readdirSync(`${dirname(kept.filesFolder!)}/incoming`)).toEqual([]);
  await kept.close();
});
