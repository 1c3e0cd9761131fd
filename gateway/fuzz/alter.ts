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

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Place = { readonly of: Json[] | { [name: string]: Json }; readonly name: string };

/** @returns a copy with the change, and the changed value's name */
export function altered<T>(document: T, { at, how, chance }: Alteration): { value: T; name: string } {
  const value = structuredClone(document) as Json;
  const places = placesOf(value);
  const { of, name } = places[at % places.length]!;
  const holder = of as { [name: string]: Json };
  if (how === "none") delete holder[name];
  else if (how === "swap") holder[name] = valueAt(places[chance % places.length]!);
  else if (how === "double") holder[`${name}2`] = holder[name]!;
  else holder[name] = changed(holder[name]!, how, chance);
  return { value: value as T, name };
}

function valueAt({ of, name }: Place): Json {
  return structuredClone((of as { [name: string]: Json })[name]!);
}

/** Every value but the document itself. */
function placesOf(value: Json): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    { of: value as { [name: string]: Json }, name },
    ...placesOf(inner),
  ]);
}

function changed(value: Json, how: Alteration["how"], chance: number): Json {
  if (how === "other") return [null, true, [], {}, -1, 2 ** 53, "", "0x", "1e9"][chance % 9]!;
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
