/** Spark's patterns of SHOW: `*` for anything, `|` between choices, letters in any case; otherwise a Java regular expression. Source: StringUtils.filterPattern. */
export function matchesPattern(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  return pattern
    .trim()
    .split("|")
    .some((choice) => {
      try {
        return new RegExp(`^(?:${choice.replaceAll("*", ".*")})$`, "is").test(name);
      } catch {
        return false;
      }
    });
}
