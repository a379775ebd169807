import { readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Loader, Plugin } from "esbuild";

/** What no driver needs: the kernel and what feeds it. The driver's queries run elsewhere. */
const EMBEDDED_ENGINE = /backends\/local\/open\.ts$/;
/** A source map of one place: only the program's own files are mapped line by line, all others would double the bundle. */
const ONE_PLACE = JSON.stringify({ version: 3, sources: ["dependencies"], names: [], mappings: "AAAA" });
const UNMAPPED = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(ONE_PLACE).toString("base64")}`;

/**
 * A program with all that it imports, Firecrest itself included, as one ES module. Native packages do not travel.
 * Throws esbuild's errors, which name the file and the line.
 */
export async function bundleProgram(file: string): Promise<string> {
  const { build } = await import("esbuild");
  const packageRoot = dirname(dirname(fileURLToPath(import.meta.resolve("firecrest"))));
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node24",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "silent",
    // Packages in CommonJS ask for Node's own modules by `require`.
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
    plugins: [ownPackage(join(packageRoot, "lib"))],
  });
  return outputFiles[0]!.text;
}

/** `firecrest` is the package that this command belongs to, wherever the program lies, without its embedded engine. */
const ownPackage = (lib: string): Plugin => ({
  name: "firecrest",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^firecrest$/ }, () => ({ path: join(lib, "firecrest.ts") }));
    onResolve({ filter: EMBEDDED_ENGINE }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /\.([cm]?js|ts)$/ }, async ({ path }) => {
      if (!path.startsWith(lib) && !path.includes("node_modules")) return undefined;
      const loader: Loader = extname(path) === ".ts" ? "ts" : "js";
      return { contents: (await readFile(path, "utf8")) + UNMAPPED, loader };
    });
  },
});
