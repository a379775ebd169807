import { expect, test } from "vitest";
import { anyone, authenticatorFrom, bearer, iam, isFromLoopback, tokenHash } from "../../../lib/service/http/auth.ts";

const credentials = (authorization?: string, principal?: string) => ({ authorization, principal });

test("any of several tokens proves its own caller, whose name does not tell the token", () => {
  const authenticator = bearer([tokenHash("one"), tokenHash("two")]);
  const [one, two] = ["one", "two"].map((token) => authenticator.caller(credentials(`Bearer ${token}`)));
  expect(one).toBe(tokenHash("one").slice(0, 8));
  expect(two).toBe(tokenHash("two").slice(0, 8));
  expect(authenticator.caller(credentials("bearer one"))).toBe(one);
});

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  "Bearer three",
  "Basic b25l",
  `Bearer ${tokenHash("one")}`,
  `Bearer ${"a".repeat(10_000)}`,
  "Bearer one two",
])("%s proves nobody", (authorization) => {
  expect(bearer([tokenHash("one")]).caller(credentials(authorization))).toBeUndefined();
});

test("whom the transport has authenticated needs no token: drivers have a role, not a token", () => {
  const driver = "arn:aws:sts::1:assumed-role/driver/x";
  expect(bearer([tokenHash("one")]).caller(credentials("AWS4-HMAC-SHA256 ...", driver))).toBe(driver);
});

test("with IAM the caller is whom the transport has authenticated", () => {
  expect(iam.caller(credentials("AWS4-HMAC-SHA256 ...", "arn:aws:iam::1:user/ann"))).toBe("arn:aws:iam::1:user/ann");
  expect(iam.caller(credentials("AWS4-HMAC-SHA256 ..."))).toBeUndefined();
});

test("without authentication everybody is the same", () => {
  expect(anyone.caller(credentials())).toBe("local");
});

test("an authenticator is told in one text, and nothing but hashes are taken for tokens", () => {
  expect(authenticatorFrom("iam")).toBe(iam);
  expect(authenticatorFrom(`bearer:${tokenHash("a")},${tokenHash("b")}`).caller(credentials("Bearer b"))).toBe(tokenHash("b").slice(0, 8));
  for (const text of ["", "none", "bearer:", "bearer:abc", `bearer:${tokenHash("a").toUpperCase()}`])
    expect(() => authenticatorFrom(text)).toThrow(TypeError);
});

test.each([
  ["127.0.0.1:8998", undefined, true],
  ["localhost", undefined, true],
  ["[::1]:8998", undefined, true],
  ["localhost:8998", "http://localhost:3000", true],
  [undefined, undefined, false],
  ["firecrest.attacker.example", undefined, false],
  ["127.0.0.1.attacker.example", undefined, false],
  ["127.0.0.1:8998", "https://attacker.example", false],
  ["127.0.0.1:8998", "null", false],
])("a request to %s from a page of %s is from this machine: %s", (host, origin, expected) => {
  expect(isFromLoopback(host, origin)).toBe(expected);
});
