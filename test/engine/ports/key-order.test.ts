import fc from "fast-check";
import { expect, it } from "vitest";
import { compareKeys } from "../../../lib/engine/ports/key-order.ts";

it("orders keys as their bytes in UTF-8", () => {
  const letters = fc.constantFrom("a", "b", "/", "é", "\uD7FF", "\uE000", "～", "😀", "𝔘");
  const key = fc.string({ unit: letters, maxLength: 6 });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
