import type { Engine } from "./engine-port.ts";

/** An engine with some members of its own; all others are the wrapped engine's, those that engines gain later included. */
export function wrapped(engine: Engine, own: Partial<Engine>): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof Engine];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
