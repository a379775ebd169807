import type { ObjectStore } from "../../engine/ports/object-store.ts";
import { earlyPage, resultPages } from "../../engine/result/pages.ts";
import type { TaskOutputs } from "./task-outputs.ts";

/** The pages of a job's last stage in order, each a whole Arrow IPC stream, as soon as it can be read. */
export async function* flowingPages(outputs: TaskOutputs, store: ObjectStore): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0;
  let isMissing = false;
  for await (const taken of outputs) {
    if (taken.kind === "output") {
      if (taken.output.kind === "result") yield* resultPages(taken.output, store, read);
      read = 0;
      isMissing = false;
    } else if (!isMissing) {
      const page = await earlyPage(taken.page, store);
      // Then the output is read from here on, or the job ends.
      isMissing = !page;
      if (!page) continue;
      read += 1;
      yield page;
    }
  }
}
