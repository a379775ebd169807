/** RFC 4648. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BITS = 5;

/** Bytes in base 32, filled up with `=` to whole blocks of eight digits. */
export function base32Of(bytes: Uint8Array): string {
  let text = "";
  let [held, bits] = [0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= BITS; bits -= BITS) text += DIGITS[(held >> (bits - BITS)) & 31];
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += DIGITS[(held << (BITS - bits)) & 31];
  return text.padEnd(Math.ceil(text.length / 8) * 8, "=");
}

/** The bytes of a text in base 32, up to the first `=`; what is no digit is passed over. Source: commons-codec's Base32, which Spark calls. */
export function fromBase32(text: string): Uint8Array {
  const digits = Array.from(text.split("=", 1)[0]!.toUpperCase(), (c) => DIGITS.indexOf(c)).filter((digit) => digit >= 0);
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const digit of digits) {
    held = (held << BITS) | digit;
    bits += BITS;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(held >> bits);
    held &= (1 << bits) - 1;
  }
  // A lone digit at the end is taken for a whole byte, two bits too many.
  if (digits.length % 8 === 1) bytes.push(digits.at(-1)! >> 2);
  return Uint8Array.from(bytes);
}
