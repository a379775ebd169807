// Finds the function that a handler string such as `index.handler` names.
import { existsSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeError } from "./errors.mjs";

/** Throws errors named `Runtime.*` as Lambda does. Callback handlers do not exist from nodejs24.x on, so none are looked for. */
export async function loadHandler(taskRoot, handler) {
  const [, name, exported] = /^([^.]+)\.(.+)$/.exec(basename(handler)) ?? [];
  if (name === undefined) throw runtimeError("MalformedHandlerName", "Bad handler");
  const path = resolve(taskRoot, dirname(handler), name);
  const file = [".js", ".mjs", ".cjs"].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw runtimeError("ImportModuleError", `Error: Cannot find module '${name}'`);
  resolveByNodePath();
  const found = exported.split(".").reduce((value, key) => value?.[key], await load(file));
  if (found === undefined) throw runtimeError("HandlerNotFound", `${handler} is undefined or not exported`);
  if (typeof found !== "function") throw runtimeError("HandlerNotFound", `${handler} is not a function`);
  return found;
}

async function load(file) {
  try {
    return file.endsWith(".mjs") ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError("UserCodeSyntaxError", String(error.stack));
    if (["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code)) throw runtimeError("ImportModuleError", String(error));
    throw error;
  }
}

/** `import` finds packages of layers by NODE_PATH, as `require` does: Lambda's own runtime adds this to Node. */
function resolveByNodePath() {
  const roots = (process.env.NODE_PATH ?? "").split(delimiter).filter(Boolean);
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const isPackage = !/^(\.|\/|[a-z]+:)/.test(specifier);
        // Node looks in node_modules folders from the parent upwards.
        const parent = roots.map((root) => join(root, specifier)).find((folder) => existsSync(folder));
        if (error?.code !== "ERR_MODULE_NOT_FOUND" || !isPackage || parent === undefined) throw error;
        return next(specifier, { ...context, parentURL: pathToFileURL(parent).href });
      }
    },
  });
}
