/** A key's value; no more than it says for the names that every object has. */
export const settingIn = (conf: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(conf, key) ? conf[key] : undefined;

/** Whether a key's value is not for showing. Source: Spark's spark.redaction.regex. */
export const isSecret = (key: string): boolean => /secret|password|token|access[.]?key/i.test(key);
