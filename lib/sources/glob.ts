/** Hadoop's path patterns: `*`, `?`, `[abc]`, `[^a-c]`, `{a,b}` and `\` before a character that stands for itself. */

export const isGlob = (path: string): boolean => /[*?[{\\]/.test(path);

/** The part before the first folder whose name has a pattern, with its slash: what a listing can start from. */
export function literalPrefix(path: string): string {
  const first = path.search(/[*?[{\\]/);
  return first < 0 ? path : path.slice(0, path.lastIndexOf("/", first) + 1);
}

const asPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A pattern for whole texts. `*` and `?` stop at a slash. */
export function globToRegExp(glob: string): RegExp {
  let source = "";
  let braces = 0;
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!;
    if (c === "\\" && i + 1 < glob.length) source += asPattern(glob[++i]!);
    else if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (c === "{") {
      source += "(?:";
      braces++;
    } else if (c === "}" && braces > 0) {
      source += ")";
      braces--;
    } else if (c === "," && braces > 0) source += "|";
    else if (c === "[") {
      const end = glob.indexOf("]", i + 2);
      if (end < 0) source += "\\[";
      else {
        source += characterClass(glob.slice(i + 1, end));
        i = end;
      }
    } else source += asPattern(c);
  }
  return new RegExp(`^${source}${")".repeat(braces)}$`, "su");
}

function characterClass(body: string): string {
  const negated = body.startsWith("^") || body.startsWith("!");
  const members = (negated ? body.slice(1) : body).replace(/[\\\]^[]/g, "\\$&");
  return `[${negated ? "^" : ""}${members}]`;
}

/** The alternatives of braces that hold a slash, `/data/{2023/a,2024}`, as patterns of their own; others stay as they are. */
export function expandBraces(glob: string): string[] {
  const match = /^(.*?)\{([^{}]*\/[^{}]*)\}(.*)$/s.exec(glob);
  if (!match) return [glob];
  return match[2]!.split(",").flatMap((part) => expandBraces(`${match[1]}${part}${match[3]}`));
}
