/** Memory below this is Node's own business: small buffers share their memory with others. */
const LEAST_OWN_BYTES = 64 * 1024;

/** A message in parts that lie one behind the other. They are copied once, to where they are sent from. */
export class MessageParts {
  readonly byteLength: number;
  readonly #parts: readonly Uint8Array[];
  readonly #own: Uint8Array | undefined;

  /** `own`: what holds the parts and nothing that anyone else looks at. */
  constructor(parts: readonly Uint8Array[], own?: Uint8Array) {
    this.#parts = parts;
    this.#own = own;
    this.byteLength = parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  /** Copies the message, as a Buffer's `copy` does. Throws a TypeError where it was freed. */
  copy(target: Uint8Array, start: number): number {
    let at = start;
    for (const part of this.#parts) {
      target.set(part, at);
      at += part.byteLength;
    }
    return at - start;
  }

  /** Gives its memory back at once, for there is much of it: nobody will read the message again. */
  free(): void {
    if (this.#own) freed(this.#own);
  }
}

/** One way of a message to a client. grpc-js asks no more of a serialized message than this. */
export class Outgoing {
  readonly byteLength: number;
  readonly #message: MessageParts;
  #copied: Uint8Array | undefined;

  constructor(message: MessageParts) {
    this.#message = message;
    this.byteLength = message.byteLength;
  }

  copy(target: Uint8Array, start: number): number {
    this.#copied = target;
    return this.#message.copy(target, start);
  }

  /** The connection has taken the copy: its memory is free. */
  sent(): void {
    if (this.#copied) freed(this.#copied);
  }
}

/** Memory outside of the heap makes V8 look at all of the heap, again and again, until it finds out that nobody needs it. */
function freed({ buffer, byteLength }: Uint8Array): void {
  if (byteLength >= LEAST_OWN_BYTES && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
