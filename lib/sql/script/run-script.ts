import { AnalysisError } from "../../engine/errors.ts";
import type { Command } from "../commands/commands.ts";

/** BEGIN ... END. */
export const runScript: Command<"compound"> = async () => {
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "SQL scripting (BEGIN ... END)", advice: "Run the statements one by one." });
};
