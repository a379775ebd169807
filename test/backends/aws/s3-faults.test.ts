import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { s3Hedging } from "../../../lib/backends/aws/hedge.ts";
import type { S3Store, S3StoreOptions } from "../../../lib/backends/aws/s3-store.ts";
import type { PutOptions } from "../../../lib/engine/ports/object-store.ts";
import { Journal } from "../../../lib/engine/scheduler/journal.ts";
import {
  cutOff,
  done,
  failure,
  object,
  openS3StandIn,
  type S3StandIn,
  silent,
  stalledObject,
  tornObject,
  xml,
} from "../../support/s3-stand-in.ts";
import { openTestStore, realClock } from "../../support/s3-stores.ts";

const text = (s: string) => new TextEncoder().encode(s);
const KEY = "s3://bucket/key";
/** Waits between tries are random; none at all is among them. */
const impatient = { random: { next: () => 0 } };

let s3: S3StandIn;
const closers: (() => void)[] = [];
beforeAll(async () => {
  s3 = await openS3StandIn();
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => s3.close());

function open(options: Partial<S3StoreOptions> & { readonly silenceMs?: number } = {}): S3Store {
  const { store, client } = openTestStore(s3.endpoint, { ...impatient, ...options });
  closers.push(() => client.destroy());
  return store;
}

describe("a read", () => {
  const bytes = text("hello world");

  it("is sent again where the connection ends in the middle of the body", async () => {
    s3.script(tornObject(bytes, 4), tornObject(bytes, 0), object(bytes));
    const store = open();
    expect(await store.get(KEY)).toEqual(bytes);
    expect(store.counts()).toEqual({ reads: 3, writes: 0 });
  });

  it("is given up after six tries, for reasons that may pass", async () => {
    s3.script(tornObject(bytes, 4));
    await expect(open().get(KEY)).rejects.toMatchObject({ condition: "STORE_UNAVAILABLE", class: "retryable" });
    expect(s3.seen).toHaveLength(6);
  });

  it("is sent again where the body falls silent", async () => {
    s3.script(stalledObject(bytes, 4), silent, object(bytes));
    expect(await open({ silenceMs: 200 }).get(KEY)).toEqual(bytes);
    expect(s3.seen).toHaveLength(3);
  });

  it.each([
    ["S3 asks to slow down", failure(503, "SlowDown")],
    ["S3 is broken", failure(500, "InternalError")],
    ["something between answers for S3, not in its language", xml(502, "<html><body>Bad gateway</body></html>")],
    ["nobody answers", cutOff],
    ["S3 did not get the request in time", failure(400, "RequestTimeout")],
  ])("is sent again where %s", async (_, reply) => {
    s3.script(reply, reply, object(bytes));
    const store = open();
    expect(await store.get(KEY)).toEqual(bytes);
    expect(store.counts().reads).toBe(3);
  });

  it("refuses an answer of another range than it asked for", async () => {
    s3.script((response) => response.writeHead(200).end("hello world"));
    await expect(open().get(KEY, { start: 2, end: 5 })).rejects.toMatchObject({
      condition: "STORE_UNAVAILABLE",
      messageParameters: { detail: expect.stringContaining("asked for bytes 2-4, it answered with no range") },
    });
  });

  it("does not mix two versions of an object", async () => {
    const large = new Uint8Array(20 << 20);
    let version = 0;
    s3.script((response, request) => object(large, String(++version))(response, request));
    await expect(open().get(KEY)).rejects.toMatchObject({
      class: "retryable",
      messageParameters: { detail: "it was overwritten while it was read" },
    });
  });

  it("is not sent again where it is not allowed, and the error tells nothing of the signature", async () => {
    const secrets = "<AWSAccessKeyId>AKIASECRET</AWSAccessKeyId><StringToSign>tosign</StringToSign>";
    s3.script(failure(403, "SignatureDoesNotMatch", secrets));
    const thrown: unknown = await open()
      .get(KEY)
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ condition: "STORE_REFUSED", class: "terminal" });
    expect(inspect(thrown, { depth: 9 })).toContain("SignatureDoesNotMatch: as scripted");
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(/AKIASECRET|tosign/);
    expect(s3.seen).toHaveLength(1);
  });
});

describe("a slow read", () => {
  const bytes = text("hello world");

  it("is asked a second time, and the first request is aborted", async () => {
    s3.script(silent, object(bytes));
    const store = open({ hedging: s3Hedging });
    expect(await store.get(KEY)).toEqual(bytes);
    expect(store.counts()).toEqual({ reads: 2, writes: 0 });
    await s3.seen[0]!.aborted;
  });

  it("of which the second fails for a reason that may pass waits for the first", async () => {
    const second = Promise.withResolvers<void>();
    s3.script(
      async (response, request) => {
        await second.promise;
        object(bytes)(response, request);
      },
      (response, request) => {
        failure(503, "SlowDown")(response, request);
        response.on("finish", () => second.resolve());
      },
    );
    expect(await open({ hedging: s3Hedging }).get(KEY)).toEqual(bytes);
    expect(s3.seen).toHaveLength(2);
  });
});

describe("a slow put", () => {
  /** Every request is slow at once. */
  const clock = { now: Date.now, sleep: async () => {} };
  const puts = async (options: PutOptions) => {
    s3.script((response) => setTimeout(() => response.writeHead(200).end(), 50));
    const store = open({ hedging: s3Hedging, clock });
    expect(await store.put(KEY, text("x"), options)).toBe(true);
    return store.counts().writes;
  };

  it("is sent a second time where its key is written only once", async () => {
    expect(await puts({ once: true })).toBe(2);
  });

  it("is never sent beside itself where it is conditional, or where a late one could undo what came after", async () => {
    expect(await puts({ ifAbsent: true, once: true })).toBe(1);
    expect(await puts({})).toBe(1);
  });
});

describe("a conditional put", () => {
  it("gives false where the object exists", async () => {
    s3.script(failure(412, "PreconditionFailed"));
    const store = open();
    expect(await store.put(KEY, text("x"), { ifAbsent: true })).toBe(false);
    expect(s3.seen.map(({ headers }) => headers["if-none-match"])).toEqual(["*"]);
    expect(store.counts()).toEqual({ reads: 0, writes: 1 });
  });

  it("is sent again where another writer is at it", async () => {
    s3.script(failure(409, "ConditionalRequestConflict"), done);
    expect(await open().put(KEY, text("x"), { ifAbsent: true })).toBe(true);
    expect(s3.seen).toHaveLength(2);
  });

  it("whose answer was lost leaves the journal in the hands of its writer", async () => {
    let segment = "";
    s3.script(
      (response, { body }) => {
        segment = body;
        response.destroy();
      },
      failure(412, "PreconditionFailed"),
      (response, request) => object(Buffer.from(segment, "latin1"))(response, request),
    );
    const journal = new Journal({ store: open(), clock: realClock, random: { next: () => 0.5 } }, "s3://bucket/job", "job");
    await expect(journal.append([])).resolves.toBeUndefined();
    expect(s3.seen.map(({ method }) => method)).toEqual(["PUT", "PUT", "GET"]);
  });
});

describe("a deletion", () => {
  const result = (errors: string) => xml(200, `<DeleteResult>${errors}</DeleteResult>`);
  const error = (code: string) => `<Error><Key>key</Key><Code>${code}</Code><Message>as scripted</Message></Error>`;

  it("is sent again where some objects could not be deleted for now", async () => {
    s3.script(result(error("InternalError")), result(""));
    const store = open();
    await store.delete([KEY, "s3://bucket/other"]);
    expect(s3.seen).toHaveLength(2);
    expect(store.counts()).toEqual({ reads: 0, writes: 0 });
  });

  it("tells which object may not be deleted", async () => {
    s3.script(result(error("SlowDown") + error("AccessDenied")));
    await expect(open().delete([KEY])).rejects.toMatchObject({
      condition: "STORE_REFUSED",
      messageParameters: { key: KEY, detail: expect.stringContaining("AccessDenied") },
    });
    expect(s3.seen).toHaveLength(1);
  });
});

describe("a conditional deletion", () => {
  it.each([
    ["keeps what is there", failure(412, "PreconditionFailed"), 200, false],
    ["takes what is gone for deleted, where S3 says only that the condition did not hold", failure(412, "PreconditionFailed"), 404, true],
    ["takes what is gone for deleted", failure(404, "NoSuchKey"), 404, true],
  ])("%s", async (_, reply, status, deleted) => {
    s3.script(reply, (response) => response.writeHead(status).end());
    expect(await open().deleteIf(KEY, '"1"')).toBe(deleted);
    expect(s3.seen[0]).toMatchObject({ method: "DELETE", headers: { "if-match": '"1"' } });
  });
});

describe("an upload", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "s3-faults-"));
    await writeFile(join(folder, "rows"), "rows");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("sends a part again that was cut off, whole", async () => {
    s3.script(cutOff, failure(503, "SlowDown"), done);
    expect(await open().uploadFile(KEY, "id", join(folder, "rows"))).toEqual({ size: 4, parts: ['"1"'] });
    expect(s3.seen).toHaveLength(3);
    expect(s3.seen.every(({ body }) => body.includes("rows"))).toBe(true);
  });

  it("is completed again where S3 says only in the body that it failed", async () => {
    s3.script(failure(200, "InternalError"), xml(200, "<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>"));
    await open().completeUpload(KEY, "id", { size: 4, parts: ["1"] });
    expect(s3.seen).toHaveLength(2);
  });

  it("of which the answer to the completion was lost is found complete", async () => {
    s3.script(cutOff, failure(404, "NoSuchUpload"), (response) => response.writeHead(200, { "content-length": 4 }).end());
    await open().completeUpload(KEY, "id", { size: 4, parts: ["1"] });
    expect(s3.seen.map(({ method }) => method)).toEqual(["POST", "POST", "HEAD"]);
  });
});
