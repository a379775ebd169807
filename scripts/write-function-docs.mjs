// Writes docs/functions.md, the reference of all functions. A test holds it against the registry.
import { writeFileSync } from "node:fs";
import { functionReference } from "../lib/engine/functions/reference.ts";

writeFileSync(new URL("../docs/functions.md", import.meta.url), functionReference());
