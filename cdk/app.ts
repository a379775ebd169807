import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { choicesOf } from "./context.ts";
import { FirecrestStack } from "./firecrest-stack.ts";
import { thisArchitecture } from "./functions.ts";

const root = join(import.meta.dirname, "..");

const app = new App();
const choices = choicesOf(app.node);
const architecture = choices.architecture ?? thisArchitecture;
const check = spawnSync(process.execPath, [join(root, "scripts/bundle-functions.mjs"), "--check", architecture], { stdio: "inherit" });
if (check.status !== 0) process.exit(1);
new FirecrestStack(app, app.node.tryGetContext("stackName") ?? "Firecrest", { ...choices, architecture, bundles: join(root, "dist") });
