#!/usr/bin/env node
// The command `firecrest`. Plain JavaScript that any Node reads: jobs are TypeScript, which needs Node 24, so that an
// older one hands over to the Node that the package brings along.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;
const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

const major = Number(process.versions.node.split(".")[0]);
if (!existsSync(join(packageRoot, "dist", "cli.js"))) {
  process.stderr.write("firecrest: dist/cli.js is missing. Run `npm run setup` first.\n");
  process.exit(2);
} else if (major >= NODE_MAJOR) {
  process.setSourceMapsEnabled(true);
  const { main } = await import("../../dist/cli.js");
  await main(process.argv);
} else {
  handOver();
}

function handOver() {
  const node = join(packageRoot, "node_modules", ".bin", "node");
  if (!existsSync(node)) {
    process.stderr.write(`firecrest: needs Node ${NODE_MAJOR} or newer; this is ${process.version}.\n`);
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // The terminal sends Ctrl-C to both processes: the child decides what it means and this one waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}
