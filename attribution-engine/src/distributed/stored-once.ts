/** Remembers what was stored last, so that tasks that share a part store it once. */
import type { Digest } from "./objects.ts";

/** The digest of each part; `places` parts are remembered at a time, others are stored again, which writes nothing twice. */
export function storedOnce(store: (part: number) => Promise<Digest>, places = 2): (part: number) => Promise<Digest> {
  const known = new Map<number, Promise<Digest>>();
  return (part) => {
    const digest = known.get(part) ?? store(part);
    known.delete(part);
    known.set(part, digest);
    if (known.size > places) known.delete(known.keys().next().value!);
    return digest;
  };
}
