// The messages and the service of Spark Connect as JavaScript with types, made from the descriptors of the published PySpark package.
// usage: protocol.mjs DESCRIPTORS FOLDER
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_timestamp,
} from "@bufbuild/protobuf/wkt";

const [descriptors, folder] = process.argv.slice(2);
const known = [file_google_protobuf_any, file_google_protobuf_duration, file_google_protobuf_timestamp].map(({ proto }) => proto);
const read = readdirSync(descriptors).map((name) => fromBinary(FileDescriptorProtoSchema, readFileSync(join(descriptors, name))));

/** Files after those that they import. */
function ordered(files) {
  const byName = new Map(files.map((file) => [file.name, file]));
  const sorted = new Set();
  const visit = (file) => {
    for (const name of file.dependency) if (byName.has(name)) visit(byName.get(name));
    sorted.add(file);
  };
  files.forEach(visit);
  return [...sorted];
}

const request = create(CodeGeneratorRequestSchema, {
  // Declarations beside JavaScript: the enums of TypeScript could not be run without a build.
  parameter: "target=js+dts,import_extension=js",
  protoFile: ordered([...known, ...read]),
  fileToGenerate: read.map(({ name }) => name),
});
const plugin = createRequire(import.meta.url).resolve("@bufbuild/protoc-gen-es/bin/protoc-gen-es");
const { status, stdout, stderr } = spawnSync(process.execPath, [plugin], {
  input: toBinary(CodeGeneratorRequestSchema, request),
  maxBuffer: 1 << 27,
});
if (status !== 0) throw new Error(`protoc-gen-es ended with ${status}: ${stderr}`);
const response = fromBinary(CodeGeneratorResponseSchema, stdout);
if (response.error) throw new Error(response.error);
for (const { name, content } of response.file) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
