// Finds a Python and lets it make the environment that LocalStack runs in.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const installer = join(dirname(dirname(fileURLToPath(import.meta.url))), "install.py");

/** LocalStack needs 3.11; what it needs has wheels up to 3.13. */
const fits = "import sys, venv, ensurepip, fcntl; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))";
const candidates = ["python3.11", "python3.12", "python3.13", "python3", "python"];

/** Makes the environment `venv`, unless it is there and up to date. */
export function install({ venv, python }) {
  const { status } = spawnSync(findPython(python), [installer, venv], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`the Python environment ${venv} could not be made; the reason is above`);
}

/** The command of an interpreter that fits. */
export function findPython(wanted) {
  const found = (wanted === undefined ? candidates : [wanted]).find(
    (name) => spawnSync(name, ["-c", fits], { stdio: "ignore" }).status === 0,
  );
  if (found === undefined)
    throw new Error(
      `${wanted ?? "what the PATH has"} is not a Python 3.11, 3.12 or 3.13 with the modules venv and ensurepip. ` +
        "On Debian and Ubuntu: apt-get install python3-venv. Another interpreter: --python <path>",
    );
  return found;
}
