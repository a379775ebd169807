import { type FunctionEnvironment, lambdaEnvironment } from "../../engine/cost/function-environment.ts";
import type { CoordinatorSettings } from "./aws-settings.ts";

/** What estimates count with in a deployment: Lambda, with its own tiers and bounds. */
export const functionEnvironment = ({ tiers, fleetLimit }: Pick<CoordinatorSettings, "tiers" | "fleetLimit">): FunctionEnvironment => ({
  ...lambdaEnvironment,
  memoryTiers: tiers.map(({ memoryMiB }) => memoryMiB * 1024 ** 2),
  fleetLimit,
});
