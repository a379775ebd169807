/** Looking at JSON from outside before it is believed. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** undefined for what is no object. */
export const jsonObject = (value: unknown): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

export const texts = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === "string" && value !== "");

export const isWhole = (value: unknown): boolean => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
