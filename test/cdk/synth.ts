import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { FirecrestStack, type FirecrestStackProps } from "../../cdk/firecrest-stack.ts";

/** CloudFormation's rules take half a second a template, and a test of their own looks at them. */
process.env.CDK_VALIDATION = "false";

/** A folder as scripts/bundle-functions.mjs leaves one, with functions that do nothing: a template does not depend on what is in them. */
export function emptyBundles(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "firecrest-bundles-"));
  for (const name of ["api", "coordinator", "dead-letters", "driver", "task"]) {
    mkdirSync(join(folder, "functions", name), { recursive: true });
    writeFileSync(join(folder, "functions", name, "index.cjs"), "exports.handler = async () => {};\n");
  }
  for (const arch of ["x64", "arm64"]) mkdirSync(join(folder, `layer-${arch}`, "nodejs", "node_modules"), { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** The template of a stack, as CloudFormation would get it. */
export function synthesize(bundles: string, props: Omit<FirecrestStackProps, "bundles"> = {}): Template {
  const outdir = join(bundles, "cdk.out");
  const app = new App({ outdir, analyticsReporting: false });
  return Template.fromStack(new FirecrestStack(app, "Firecrest", { architecture: "arm64", ...props, bundles }));
}

/** What a template holds, without what changes with the functions' code. */
export function withoutHashes(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replace(/[0-9a-f]{64}\.zip/g, "<asset>.zip"));
}
