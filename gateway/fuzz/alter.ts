// Changes one value somewhere in a JSON document, so that all the rest of it holds.
import fc from "fast-check";

export interface Alteration {
  /** Which of the document's values, counted through. */
  readonly at: number;
  readonly how: (typeof WAYS)[number];
  /** What the way needs of chance. */
  readonly chance: number;
}

/** Those named first keep the value's kind, which gets past the first checks. */
const WAYS = ["digit", "more", "less", "case", "swap", "zero", "other", "none", "double", "long"] as const;

export const alteration: fc.Arbitrary<Alteration> = fc.record({
  at: fc.nat(10_000),
  how: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...WAYS.slice(0, 6)) }, fc.constantFrom(...WAYS)),
  chance: fc.nat(1_000_000),
});

/** A value's holder, an object or a list. */
interface Place {
  readonly of: Record<string, unknown>;
  readonly name: string;
}

/** @returns a copy with the change, and the changed value's name */
export function altered<T extends object>(document: T, { at, how, chance }: Alteration): { value: T; name: string } {
  const value = structuredClone(document);
  const places = placesOf(value);
  const { of, name } = places[at % places.length]!;
  const other = places[chance % places.length]!;
  if (how === "none") Reflect.deleteProperty(of, name);
  else if (how === "swap") of[name] = structuredClone(other.of[other.name]);
  else if (how === "double") of[`${name}2`] = of[name];
  else of[name] = changed(of[name], how, chance);
  return { value, name };
}

/** Every value but the document itself. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const of = value as Record<string, unknown>;
  return Object.keys(of).flatMap((name) => [{ of, name }, ...placesOf(of[name])]);
}

function changed(value: unknown, how: Alteration["how"], chance: number): unknown {
  if (how === "other") return [null, true, [], {}, -1, 2 ** 53, "", "0x", "1e9"][chance % 9];
  if (how === "long") return typeof value === "string" ? value + value.slice(2) : [value, value];
  if (typeof value === "number") return how === "less" ? value - 1 : how === "zero" ? 0 : value + 1;
  if (typeof value !== "string" || value === "") return value === null ? 1 : null;
  if (/^[0-9]+$/u.test(value)) {
    const number = BigInt(value);
    const by = BigInt(1 + (chance % 100));
    return String(how === "zero" ? 0n : how === "less" ? number - by : number + by);
  }
  if (how === "zero") return value.replace(/[1-9a-f]/giu, "0");
  if (how === "case") return chance % 2 === 0 ? value.toUpperCase().replace("0X", "0x") : value.toLowerCase();
  const from = value.startsWith("0x") && value.length > 2 ? 2 : 0;
  const place = from + (chance % (value.length - from));
  const digit = "0123456789abcdef"[(parseInt(value[place]!, 16) + 1 || 0) % 16]!;
  return value.slice(0, place) + digit + value.slice(place + 1);
}
