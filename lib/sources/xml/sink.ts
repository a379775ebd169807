import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Sink, WrittenFile } from "../../engine/ports/source.ts";
import { type DataType, holdsKind } from "../../engine/types/data-type.ts";
import { checkFileWrite, dataColumns } from "../check-write.ts";
import { lineCodec, writeLines } from "../line-sink.ts";
import { Options } from "../options.ts";
import type { SinkIo } from "../sink-files.ts";
import { timeFormats } from "../time-formats.ts";
import { xmlFileOptions } from "./options.ts";
import { rowText } from "./row-sql.ts";

/** An element `rowTag` a row, in one `rootTag` a file. Source: Spark's StaxXmlGenerator. */
export const xmlSink: Sink = {
  format: "xml",
  check(write, columns) {
    const options = new Options(write.options);
    lineCodec(options);
    xmlFileOptions(write.options, options);
    checkFileWrite(columns, write.partitionBy, "XML", isSupported);
  },
  async write(select, write, columns, stem, io) {
    const options = new Options(write.options);
    const xml = xmlFileOptions(write.options, options);
    const [name = "", ...attributes] = xml.rootTag.split(" ");
    const given = attributes.map((text) =>
      text.replace(/^([^=]+)=(.*)$/, (_, key: string, value: string) => ` ${key}="${value.replaceAll(/['"]/g, "")}"`),
    );
    const declaration = xml.declaration === "" ? "" : `<?xml ${xml.declaration}?>\n`;
    const data = dataColumns(columns, write.partitionBy);
    const line = rowText(data, { ...xml, ...timeFormats(options, io.session) });
    const header = `${declaration}<${name}${given.join("")}>`;
    const files = await writeLines(select, write, columns, stem, { line, header, extension: ".xml" }, io);
    return Promise.all(files.map((file) => ended(file, `</${name}>`, lineCodec(options)[0], io)));
  },
};

const isSupported = (type: DataType): boolean => !(holdsKind(type, "interval") || holdsKind(type, "variant") || holdsKind(type, "time"));

/** Compressed formats are read part after part, so that the end may be one of its own. */
async function ended(file: WrittenFile, end: string, codec: string, io: SinkIo): Promise<WrittenFile> {
  const bytes = new TextEncoder().encode(end);
  const part = codec === "gzip" ? gzipSync(bytes) : codec === "zstd" ? zstdCompressSync(bytes) : bytes;
  await io.scratch.write(file.scratch, file.bytes, part);
  return { ...file, bytes: file.bytes + part.length };
}
