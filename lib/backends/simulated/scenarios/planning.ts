import type { Scan } from "../../../engine/logical/plan.ts";
import { PARALLEL_FOOTERS } from "../../../sources/parquet/source.ts";
import { s3 } from "../aws-limits.ts";
import { SeededRandom } from "../seeded-random.ts";
import { storeAnswer } from "./latency.ts";
import { FIRST_FOOTER_READ } from "./scan-requests.ts";
import { FOOTER_MS_PER_CHUNK } from "./tpch-measured.ts";

export interface Planning {
  readonly ms: number;
  readonly storeReads: number;
  readonly storeWrites: number;
}

/** What listing tables and reading all their footers takes a coordinator that knows none of them; both go on at once, the slower counts. */
export function planningOf(scans: readonly Scan[], footerOf: (scan: Scan) => number): Planning {
  const random = new SeededRandom(1, 21);
  let [ms, storeReads, storeWrites] = [0, 0, 0];
  for (const scan of scans) {
    const pages = Math.ceil(scan.files.length / s3.pageKeys);
    for (let page = 0; page < pages; page++) ms += storeAnswer(random, s3.put, 0).ms;
    storeWrites += pages;
    const gets = footerOf(scan) > FIRST_FOOTER_READ ? 2 : 1;
    const lanes = new Array<number>(PARALLEL_FOOTERS).fill(0);
    for (const [i] of scan.files.entries())
      for (let get = 0; get < gets; get++) lanes[i % lanes.length]! += storeAnswer(random, s3.get, FIRST_FOOTER_READ).ms;
    storeReads += scan.files.length * gets;
    const chunks = scan.files.reduce((sum, { rowGroups = [] }) => sum + rowGroups.length * scan.dataSchema.fields.length, 0);
    ms += Math.max(...lanes, chunks * FOOTER_MS_PER_CHUNK);
  }
  return { ms, storeReads, storeWrites };
}
