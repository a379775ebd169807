import { crc32 } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { AnalysisError } from "../../../engine/errors.ts";
import {
  type AddArtifactsRequest,
  type AddArtifactsResponse,
  AddArtifactsResponseSchema,
  type AddArtifactsRequest_ArtifactChunk as ArtifactChunk,
  type AddArtifactsRequest_BeginChunkedArtifact as BeginChunkedArtifact,
} from "../../protocol/spark/connect/base_pb.js";
import type { Incoming } from "../../session/artifacts.ts";
import type { ConnectSession } from "../../session/connect-session.ts";
import type { Sessions } from "../../session/sessions.ts";

interface Summary {
  readonly name: string;
  readonly isCrcSuccessful: boolean;
}

/** Takes artifacts, several in a message or one in several, and tells of each whether it came as it was sent; others are not kept. */
export async function addArtifacts(requests: AsyncIterable<AddArtifactsRequest>, sessions: Sessions): Promise<AddArtifactsResponse> {
  const artifacts: Summary[] = [];
  let session: ConnectSession | undefined;
  let chunked: Chunked | undefined;
  try {
    for await (const request of requests) {
      session = sessions.open(request);
      const { payload } = request;
      if (chunked && payload.case !== "chunk") throw malformed("an artifact has fewer chunks than it said");
      if (payload.case === "batch") for (const { name, data } of payload.value.artifacts) artifacts.push(await whole(name, data, session));
      else if (payload.case === "beginChunk") chunked = await Chunked.begin(payload.value, session);
      else if (payload.case === "chunk" && chunked) await chunked.add(payload.value);
      else throw malformed("a message holds no artifact, or a chunk of none");
      if (chunked?.isWhole) {
        const ended: Chunked = chunked;
        chunked = undefined;
        artifacts.push(await ended.end());
      }
    }
    if (!session) throw malformed("it has no message");
    if (chunked) throw malformed("an artifact has fewer chunks than it said");
  } finally {
    await chunked?.drop();
  }
  return create(AddArtifactsResponseSchema, { ...session.ids, artifacts });
}

async function whole(name: string, data: ArtifactChunk | undefined, session: ConnectSession): Promise<Summary> {
  const single = await Chunked.begin({ name, totalBytes: BigInt(data?.data.length ?? 0), numChunks: 1n, initialChunk: data }, session);
  return single.end();
}

/** One artifact in several messages. */
class Chunked {
  readonly #incoming: Incoming;
  readonly #begin: Pick<BeginChunkedArtifact, "name" | "totalBytes" | "numChunks">;
  #chunks = 0n;
  #isIntact = true;

  constructor(incoming: Incoming, begin: Pick<BeginChunkedArtifact, "name" | "totalBytes" | "numChunks">) {
    this.#incoming = incoming;
    this.#begin = begin;
  }
  static async begin(
    begin: Pick<BeginChunkedArtifact, "name" | "totalBytes" | "numChunks"> & { readonly initialChunk?: ArtifactChunk | undefined },
    { artifacts }: ConnectSession,
  ): Promise<Chunked> {
    const chunked = new Chunked(await artifacts.begin(begin.name), begin);
    if (!begin.initialChunk) return chunked.#failed(malformed(`the artifact ${begin.name} begins without data`));
    await chunked.add(begin.initialChunk);
    return chunked;
  }

  get isWhole(): boolean {
    return this.#chunks >= this.#begin.numChunks;
  }
  async add({ data, crc }: ArtifactChunk): Promise<void> {
    this.#chunks += 1n;
    this.#isIntact &&= BigInt(crc32(data)) === crc;
    if (BigInt(this.#incoming.bytes + data.length) > this.#begin.totalBytes)
      return this.#failed(malformed(`the artifact ${this.#begin.name} is longer than it said`));
    await this.#incoming.write(data).catch((thrown: unknown) => this.#failed(thrown));
  }
  async end(): Promise<Summary> {
    const { name, totalBytes } = this.#begin;
    if (BigInt(this.#incoming.bytes) !== totalBytes) return this.#failed(malformed(`the artifact ${name} is shorter than it said`));
    await (this.#isIntact ? this.#incoming.keep() : this.#incoming.drop());
    return { name, isCrcSuccessful: this.#isIntact };
  }
  async drop(): Promise<void> {
    await this.#incoming.drop();
  }
  async #failed(error: unknown): Promise<never> {
    await this.drop();
    throw error;
  }
}

const malformed = (problem: string): AnalysisError => new AnalysisError("FIRECREST_INVALID_PLAN", { path: "artifacts", problem });
