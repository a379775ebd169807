import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests run the sources; `firecrest` is the bundle for everyone else.
  resolve: { alias: { firecrest: fileURLToPath(new URL("lib/firecrest.ts", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A test that starts a process needs seconds on a loaded machine; none waits on purpose.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
