import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { unpack } from "../../../../lib/connect/session/archive/unpack.ts";
import { FirecrestError } from "../../../../lib/engine/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "archive-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Entry {
  readonly name: string;
  readonly text?: string;
  /** Tar's types; 2 is a symbolic link. */
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  /** What the header says, instead of the truth. */
  readonly size?: number;
}

function tar(...entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, text = "", type = "0", link = "", mode = 0o644, size = text.length }) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(mode.toString(8).padStart(7, "0"), 100);
    head.write(size.toString(8).padStart(11, "0"), 124);
    head.write("        ", 148);
    head.write(type, 156);
    head.write(link, 157);
    head.write("ustar\0", 257);
    head.write(
      `${head
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    body.write(text);
    return [head, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function zip(...entries: readonly Entry[]): Buffer {
  const bodies: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, text = "", type, mode = 0o644, size = text.length } of entries) {
    const packed = deflateRawSync(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(text), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((((type === "2" ? 0o120000 : 0o100000) | mode) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    list.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, rest, Buffer.from(name));
    bodies.push(Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), packed);
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

const conditionIn = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof FirecrestError ? error.condition : `${error}`),
  );

let count = 0;
/** Unpacks bytes under a name, and gives the folder. */
async function unpacked(name: string, bytes: Buffer, reserve: (bytes: number) => void = () => {}): Promise<string> {
  const file = join(folder, `archive${count++}`);
  writeFileSync(file, bytes);
  await unpack(file, name, `${file}-to`, reserve);
  return `${file}-to`;
}

const GOOD: readonly Entry[] = [
  { name: "bin/run", text: "#!/bin/sh", mode: 0o755 },
  { name: "./lib/a.txt", text: "a".repeat(2000) },
  { name: "current", type: "2", link: "lib", text: "lib" },
  { name: "lib/back", type: "2", link: "../bin/run", text: "../bin/run" },
];
const asLink = ({ text, ...entry }: Entry): Entry => (entry.type === "2" ? entry : { ...entry, ...(text === undefined ? {} : { text }) });

test.each([
  ["x.tar", tar(...GOOD.map(asLink))],
  ["x.tar.gz", gzipSync(tar(...GOOD.map(asLink)))],
  ["x.TGZ", gzipSync(tar(...GOOD.map(asLink)))],
  ["x.zip", zip(...GOOD)],
  ["x.jar", zip(...GOOD)],
])("%s is unpacked with its modes and the links inside of it", async (name, bytes) => {
  const to = await unpacked(name, bytes);
  expect(readFileSync(`${to}/current/a.txt`, "utf8")).toBe("a".repeat(2000));
  expect(readFileSync(`${to}/lib/back`, "utf8")).toBe("#!/bin/sh");
  expect(readlinkSync(`${to}/lib/back`)).toBe("../bin/run");
  expect(statSync(`${to}/bin/run`).mode & 0o777).toBe(0o755 & ~process.umask());
});

test("long names, hard links and folders of tar archives are read", async () => {
  const long = `${"d/".repeat(80)}file`;
  const pax = `${`x path=${long}\n`.length + 2}`;
  const record = `${pax} path=${long}\n`;
  const to = await unpacked(
    "x.tar",
    tar(
      { name: "PaxHeader", type: "x", text: record },
      { name: "short", text: "pax" },
      { name: "././@LongLink", type: "L", text: `e/${long}\0` },
      { name: "short", text: "gnu" },
      { name: "empty", type: "5" },
      { name: "././@LongLink", type: "K", text: `e/${long}\0` },
      { name: "same", type: "1" },
      { name: "pipe", type: "6" },
    ),
  );
  expect(readFileSync(`${to}/${long}`, "utf8")).toBe("pax");
  expect(readFileSync(`${to}/same`, "utf8")).toBe("gnu");
  expect(readdirSync(to).sort()).toEqual(["d", "e", "empty", "same"]);
});

test("what is no archive by its name is copied", async () => {
  expect(readFileSync(await unpacked("x.txt", Buffer.from("text")), "utf8")).toBe("text");
});

describe("nothing leaves the folder", () => {
  test.each<readonly [string, readonly Entry[]]>([
    ["a step up", [{ name: "../out", text: "x" }]],
    ["a step up later", [{ name: "a/../../out", text: "x" }]],
    ["an absolute name", [{ name: "/tmp/out", text: "x" }]],
    ["a backslash", [{ name: "..\\out", text: "x" }]],
    ["a link up", [{ name: "l", type: "2", link: "..", text: ".." }]],
    ["an absolute link", [{ name: "l", type: "2", link: "/", text: "/" }]],
    [
      "a file through a link",
      [
        { name: "l", type: "2", link: "d", text: "d" },
        { name: "l/out", text: "x" },
      ],
    ],
    [
      "a link in the place of a folder",
      [
        { name: "l/in", text: "x" },
        { name: "l", type: "2", link: "d", text: "d" },
      ],
    ],
    [
      "a link over a link",
      [
        { name: "d/e/f", text: "x" },
        { name: "d/up", type: "2", link: "..", text: ".." },
        { name: "d/out", type: "2", link: "up/..", text: "up/.." },
      ],
    ],
  ])("%s is refused", async (_, entries) => {
    for (const [name, bytes] of [["x.zip", zip(...entries)] as const, ["x.tar", tar(...entries.map(asLink))] as const])
      expect(await conditionIn(unpacked(name, bytes)), name).toBe("FIRECREST_CONNECT_ARCHIVE");
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  test("a hard link to what is not in the archive is refused", async () => {
    expect(await conditionIn(unpacked("x.tar", tar({ name: "h", type: "1", link: "../../etc/passwd" })))).toBe("FIRECREST_CONNECT_ARCHIVE");
    expect(await conditionIn(unpacked("x.tar", tar({ name: "h", type: "1", link: "other" })))).toBe("FIRECREST_CONNECT_ARCHIVE");
  });

  test("a link that leads nowhere is left out", async () => {
    const to = await unpacked("x.tar", tar({ name: "l", type: "2", link: "later" }, { name: "a", text: "x" }));
    expect(readdirSync(to)).toEqual(["a"]);
  });
});

test("bytes are counted before they are written", async () => {
  const reserve = (bytes: number) => {
    if (bytes > 1000) throw new Error("too many");
  };
  const bomb = { name: "a", text: "0".repeat(100_000) };
  await expect(unpacked("x.zip", zip(bomb), reserve)).rejects.toThrow("too many");
  await expect(unpacked("x.tgz", gzipSync(tar(bomb)), reserve)).rejects.toThrow("too many");
});

test("what is damaged is an error", async () => {
  const good = tar({ name: "a", text: "x".repeat(600) });
  const bad = [
    ["x.zip", zip({ name: "a", text: "x".repeat(600), size: 10 })],
    ["x.zip", zip({ name: "a", text: "x" }).subarray(0, 40)],
    ["x.zip", Buffer.from("no zip")],
    ["x.zip", Buffer.alloc(0)],
    ["x.tar", Buffer.from("no tar".padEnd(512))],
    ["x.tar", good.subarray(0, 700)],
    ["x.tar", tar({ name: "a", size: 2 ** 32, text: "x" })],
    ["x.tgz", Buffer.from("no gzip")],
    ["x.tgz", gzipSync(good).subarray(0, 30)],
  ] as const;
  for (const [name, bytes] of bad) expect(await conditionIn(unpacked(name, bytes))).toBe("FIRECREST_CONNECT_ARCHIVE");
});
