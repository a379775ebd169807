// Writes docs/openapi.json, the API as it is committed. A test holds it against the routes.
import { writeFileSync } from "node:fs";
import { openApiDocument } from "../lib/service/http/openapi.ts";

writeFileSync(new URL("../docs/openapi.json", import.meta.url), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
