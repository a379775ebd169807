import { randomUUID } from "node:crypto";
import { FileStore } from "./file-store.ts";
import { serveTasks } from "./worker-process.ts";

/** The worker process of the embedded backend. */
serveTasks({ store: new FileStore(randomUUID) });
