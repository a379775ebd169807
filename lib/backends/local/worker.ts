import { randomUUID } from "node:crypto";
import { FileStore } from "./file-store.ts";
import { Memory } from "./memory.ts";
import { serveTasks } from "./worker-process.ts";

/** File footers that a worker keeps: at most a megabyte each. */
const REMEMBERED = 100;

/** The worker process of the embedded backend. */
serveTasks({ store: new FileStore(randomUUID), remember: new Memory(REMEMBERED).remember });
