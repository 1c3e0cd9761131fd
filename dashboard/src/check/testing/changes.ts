// All single changes of a JSON value: each field by itself, and in long byte strings a byte of every part.
type Json = unknown;

/** Bytes of each hex string that are changed, spread over it: its ends, and some between. */
const BYTES = 4;

/** Copies with one number, text or byte changed, each with where. */
export function* changesOf(json: Json, path = ""): Generator<[path: string, changed: Json]> {
  if (Array.isArray(json)) {
    for (const [i, each] of json.entries())
      for (const [where, changed] of changesOf(each, `${path}[${i}]`)) yield [where, json.with(i, changed)];
  } else if (typeof json === "object" && json !== null) {
    for (const [name, each] of Object.entries(json))
      for (const [where, changed] of changesOf(each, `${path}.${name}`)) yield [where, { ...json, [name]: changed }];
  } else for (const changed of valuesInstead(json)) yield [path, changed];
}

/** Copies without one member, each with where. */
export function* withoutEach(json: Json, path = ""): Generator<[path: string, changed: Json]> {
  if (Array.isArray(json)) {
    for (const [i, each] of json.entries())
      for (const [where, changed] of withoutEach(each, `${path}[${i}]`)) yield [where, json.with(i, changed)];
  } else if (typeof json === "object" && json !== null) {
    for (const [name, each] of Object.entries(json)) {
      yield [`${path}.${name}`, Object.fromEntries(Object.entries(json).filter(([other]) => other !== name))];
      for (const [where, changed] of withoutEach(each, `${path}.${name}`)) yield [where, { ...json, [name]: changed }];
    }
  }
}

function valuesInstead(value: Json): Json[] {
  if (typeof value === "number") return [value + 1, value + 0.5];
  if (typeof value !== "string") return [null];
  if (/^[0-9]+$/.test(value)) return [String(BigInt(value) + 1n), ""];
  if (!value.startsWith("0x")) return [`${value}x`, ""];
  const length = value.length / 2 - 1;
  const places = new Set(Array.from({ length: BYTES }, (_, i) => Math.round((i * (length - 1)) / (BYTES - 1))));
  return [
    ...[...places].filter((place) => place >= 0).map((place) => flipped(value, place, 1 + ((place * 37) % 255))),
    ...[`${value}00`, value.slice(0, -2)],
  ];
}

function flipped(hex: string, place: number, bits: number): string {
  const at = 2 + 2 * place;
  const byte = parseInt(hex.slice(at, at + 2), 16) ^ bits;
  return `${hex.slice(0, at)}${byte.toString(16).padStart(2, "0")}${hex.slice(at + 2)}`;
}
