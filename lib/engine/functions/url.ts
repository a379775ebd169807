import { ExecutionError } from "../errors.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { type FunctionEntry, of, takes, takesUpTo } from "./function.ts";

const scalar = scalarsOf("url");
const text = of(t.stringType);

/** RFC 2396 as java.net.URI splits it: scheme, authority, path, query, fragment. */
const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** What java.net.URI does not take anywhere. */
const ILLEGAL = /[\s<>"{}|\\^`\p{Cc}]|%(?![0-9A-Fa-f]{2})/u;

interface Parts {
  readonly protocol?: string;
  readonly authority?: string;
  readonly path: string;
  readonly query?: string;
  readonly ref?: string;
}

function split(url: string): Parts | undefined {
  if (ILLEGAL.test(url)) return undefined;
  const match = URI.exec(url);
  if (!match || (url.startsWith("//") && !match[2]) || /^[A-Za-z][A-Za-z0-9+.-]*:$/.test(url)) return undefined;
  const [, protocol, authority, path = "", query, ref] = match;
  return {
    path,
    ...(protocol ? { protocol } : {}),
    ...(authority ? { authority } : {}),
    ...(query === undefined ? {} : { query }),
    ...(ref === undefined ? {} : { ref }),
  };
}

/** An opaque URI (`mailto:a@b`) has neither path nor query. */
const isOpaque = (url: string) => /^[A-Za-z][A-Za-z0-9+.-]*:[^/]/.test(url);

function part(url: string, { protocol, authority, path, query, ref }: Parts, name: string): string | undefined {
  if (isOpaque(url)) return name === "PROTOCOL" ? protocol : name === "REF" ? ref : undefined;
  switch (name) {
    case "HOST":
      return authority?.replace(/^.*@/, "").replace(/:\d*$/, "") || undefined;
    case "PATH":
      return path;
    case "QUERY":
      return query;
    case "REF":
      return ref;
    case "PROTOCOL":
      return protocol;
    case "FILE":
      return query === undefined ? path : `${path}?${query}`;
    case "AUTHORITY":
      return authority;
    case "USERINFO":
      return authority?.includes("@") ? authority.slice(0, authority.lastIndexOf("@")) : undefined;
    default:
      return undefined;
  }
}

function parseUrl([url, name, key]: readonly unknown[], fails: boolean): string | null {
  const parts = split(url as string);
  if (!parts) {
    if (fails) throw new ExecutionError("INVALID_URL", { url: url as string });
    return null;
  }
  const found = part(url as string, parts, name as string);
  if (key === undefined) return found ?? null;
  if (name !== "QUERY" || found === undefined) return null;
  const prefix = `${key as string}=`;
  return (
    found
      .split("&")
      .find((pair) => pair.startsWith(prefix))
      ?.slice(prefix.length) ?? null
  );
}

/** application/x-www-form-urlencoded, as java.net.URLEncoder writes it. */
const encode = (value: string): string =>
  encodeURIComponent(value.toWellFormed())
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(value: string): string {
  const spaced = value.replaceAll("+", " ");
  if (/%(?![0-9A-Fa-f]{2})/.test(spaced)) throw new ExecutionError("CANNOT_DECODE_URL", { url: value });
  return spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}

export const urlFunctions: readonly FunctionEntry[] = [
  scalar(
    "parse_url",
    "Returns a part of a URL: HOST, PATH, QUERY (of a key), REF, PROTOCOL, FILE, AUTHORITY or USERINFO.",
    takesUpTo(1, text, text, text),
    t.stringType,
    { evaluate: (args, session) => parseUrl(args, session.ansi) },
    { nullable: true },
  ),
  scalar(
    "try_parse_url",
    "Returns a part of a URL, NULL for a text that is none.",
    takesUpTo(1, text, text, text),
    t.stringType,
    { evaluate: (args) => parseUrl(args, false) },
    { nullable: true },
  ),
  scalar("url_encode", "Writes text in the application/x-www-form-urlencoded form.", takes(text), t.stringType, {
    evaluate: ([value]) => encode(value as string),
  }),
  scalar("url_decode", "Reads text in the application/x-www-form-urlencoded form.", takes(text), t.stringType, {
    evaluate: ([value]) => decode(value as string),
  }),
  scalar(
    "try_url_decode",
    "Reads text in the application/x-www-form-urlencoded form, NULL where it is not.",
    takes(text),
    t.stringType,
    {
      evaluate: ([value]) => {
        try {
          return decode(value as string);
        } catch (error) {
          if (error instanceof ExecutionError) return null;
          throw error;
        }
      },
    },
    { nullable: true },
  ),
];
