import { describe, expect, it } from "vitest";
import { expandBraces, globToRegExp, isGlob, literalPrefix } from "../../lib/sources/glob.ts";

describe("globToRegExp", () => {
  it.each([
    ["/a/*.csv", "/a/x.csv", true],
    ["/a/*.csv", "/a/b/x.csv", false],
    ["/a/?.csv", "/a/x.csv", true],
    ["/a/?.csv", "/a/xy.csv", false],
    ["/a/{x,yz}.csv", "/a/yz.csv", true],
    ["/a/{x,yz}.csv", "/a/xyz.csv", false],
    ["/a/{x,{y,z}1}", "/a/z1", true],
    ["/a/[0-3]", "/a/2", true],
    ["/a/[0-3]", "/a/4", false],
    ["/a/[^0-3]", "/a/4", true],
    ["/a/[!b]", "/a/b", false],
    ["/a/\\*", "/a/*", true],
    ["/a/\\*", "/a/b", false],
    ["/a.b/c+(d)", "/a.b/c+(d)", true],
    ["/a.b", "/axb", false],
    ["/y=*/m={1,2}", "/y=2024/m=2", true],
    ["/a-b/é*", "/a-b/été", true],
  ])("%s against %s is %s", (glob, path, expected) => {
    expect(globToRegExp(glob).test(path)).toBe(expected);
  });
});

it("lists from the last folder without a pattern", () => {
  expect(literalPrefix("s3://b/data/y=20*/x")).toBe("s3://b/data/");
  expect(literalPrefix("/data/{a,b}")).toBe("/data/");
  expect(isGlob("/data/plain")).toBe(false);
});

it("expands braces over folders", () => {
  expect(expandBraces("/d/{2023/a,2024}/{x,y}")).toEqual(["/d/2023/a/{x,y}", "/d/2024/{x,y}"]);
});
