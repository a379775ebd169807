import type { EngineScratch } from "../../dataframe/engine-port.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { ScratchPlace } from "../../service/job-service.ts";
import type { HttpSession } from "./http-session.ts";
import type { JobClient } from "./job-client.ts";

/** Of one object, which travels in one request. S3 takes 5 GB. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** Places that are ended at once. */
const AT_ONCE = 8;

/** Rows that the service keeps for an engine, in places of their own. They go with the engine, and in any case with the jobs of their time. */
export class ScratchPlaces implements EngineScratch {
  readonly #http: HttpSession;
  readonly #jobs: JobClient;
  /** Their ids by their locations. */
  readonly #open = new Map<string, string>();

  constructor(http: HttpSession, jobs: JobClient) {
    this.#http = http;
    this.#jobs = jobs;
  }

  /** An empty folder. */
  async make(): Promise<ScratchPlace> {
    const place = await this.#jobs.startScratch();
    this.#open.set(place.location, place.scratch);
    return place;
  }

  /** Ending a place that has ended is no error. */
  async end(location: string): Promise<void> {
    const scratch = this.#open.get(location);
    if (scratch === undefined) return;
    this.#open.delete(location);
    await this.#jobs.endScratch(scratch);
  }

  /** Whether a path of a plan is in one of the places. */
  holds(path: string): boolean {
    return this.#open.has(path) || this.#open.has(folderOf(path));
  }

  async put(_ending: string, bytes: Uint8Array): Promise<string> {
    if (bytes.byteLength > MOST_BYTES)
      throw new AnalysisError("REQUEST_TOO_LARGE", {
        what: `A file of ${bytes.byteLength} bytes`,
        limit: `${MOST_BYTES} bytes`,
        advice: "Write the rows to files in a bucket and read those.",
      });
    const { location, url } = await this.make();
    await this.#http.put(url, bytes);
    return `${location}/rows`;
  }

  remove(paths: readonly string[]): Promise<void> {
    return this.#endAll(paths.map(folderOf));
  }

  /** Ends all places, as far as the service can be reached: what it keeps beyond that ends by itself. */
  close(): Promise<void> {
    return this.#endAll([...this.#open.keys()]);
  }

  async #endAll(locations: readonly string[]): Promise<void> {
    for (let from = 0; from < locations.length; from += AT_ONCE)
      await Promise.allSettled(locations.slice(from, from + AT_ONCE).map((location) => this.end(location)));
  }
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
