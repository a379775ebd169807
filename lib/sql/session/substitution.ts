import type { SessionConf } from "./session-conf.ts";

/** Replacements in one text at most: a value may hold a reference again. */
const MOST_REPLACED = 100;
const REFERENCE = /\$\{(?:(env|system|spark|sparkconf|hivevar|hiveconf):)?([^}$\s]+)\}/;

/** `${key}` in a text is a setting's value; one that has none stays. Source: Spark's VariableSubstitution. */
export function substituteVariables(text: string, conf: SessionConf): string {
  if (!text.includes("${") || conf.get("spark.sql.variable.substitute", "true").toLowerCase() !== "true") return text;
  let rest = text;
  let done = "";
  for (let i = 0; i < MOST_REPLACED; i++) {
    const match = REFERENCE.exec(rest);
    if (!match) break;
    const value = match[1] === "env" || match[1] === "system" ? undefined : valueOfSetting(match[2]!, conf);
    const end = match.index + match[0].length;
    if (value === undefined) {
      done += rest.slice(0, end);
      rest = rest.slice(end);
    } else rest = rest.slice(0, match.index) + value + rest.slice(end);
  }
  return done + rest;
}

const valueOfSetting = (key: string, conf: SessionConf): string | undefined => conf.getAll()[key];
