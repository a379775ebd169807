import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A test that starts a process needs seconds on a loaded machine; none waits on purpose.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
