// Bends proposals at random: fields, lists, and the trees below them.
import type { Next } from "../../attribution/test/random-epoch.ts";
import type { Bending, PlainProposal } from "./plain-proposal.ts";

/** A bent proposal, how its trees are to be bent, and in words what was done. */
export interface Bent {
  readonly plain: PlainProposal;
  readonly bending: Bending;
  readonly what: readonly string[];
}

type Bag = Record<string, unknown>;

const NONE = 0xffffffff;
const MAX_U64 = 2n ** 64n - 1n;

/** Bends one to three things of a copy. */
export function bendProposal(next: Next, text: PlainProposal): Bent {
  const plain = structuredClone(text);
  const what: string[] = [];
  for (let n = 1 + next(3); n > 0; n--) what.push(bendValue(next, plain));
  for (const group of plain.groups) {
    const places = new Set<number>();
    if (group) group.points = group.points.filter(({ record }) => !places.has(record) && places.add(record));
  }
  const positions = new Set<number>();
  plain.payouts = plain.payouts.filter(({ position }) => !positions.has(position) && positions.add(position));
  return { plain, bending: next(2) === 0 ? {} : bendTrees(next, what), what };
}

/** Changes a field or a list somewhere, each kind of them as often as the others. */
function bendValue(next: Next, plain: PlainProposal): string {
  const fields: { name: string; owner: Bag; key: string }[] = [];
  const lists: { name: string; list: unknown[] }[] = [];
  const walk = (value: unknown, name: string): void => {
    if (value instanceof Uint8Array || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) lists.push({ name, list: value });
    for (const [key, inner] of Object.entries(value)) {
      const path = Array.isArray(value) ? name : `${name}.${key}`;
      if (!Array.isArray(value) && (typeof inner !== "object" || inner instanceof Uint8Array))
        fields.push({ name: path, owner: value as Bag, key });
      walk(inner, path);
    }
  };
  walk(plain, "");
  if (fields.length > 0 && next(3) > 0) {
    const { name, owner, key } = pickByName(next, fields);
    owner[key] = bendField(next, name, owner[key]);
    return name;
  }
  const { name, list } = pickByName(next, lists);
  return `${bendList(next, name, list)} ${name}`;
}

function bendField(next: Next, name: string, old: unknown): unknown {
  if (old instanceof Uint8Array) return flip(next, old);
  if (typeof old === "bigint") {
    const values = [old + 1n, old > 0n ? old - 1n : 2n, 0n, 1n, 2n * old + 1n, BigInt(next(50)), MAX_U64, -old];
    const value = values[next(values.length)]!;
    return name.endsWith(".s") ? BigInt.asIntN(64, value) : value < 0n ? -value : value;
  }
  const place = old as number;
  const values = [place + 1, Math.max(0, place - 1), 0, next(30), NONE, 0xffff];
  const value = values[next(values.length)]!;
  if (name.endsWith(".entry")) return value & 0xffff;
  return name.endsWith("payouts.position") ? value & 0xfffffff : value >>> 0;
}

function bendList(next: Next, name: string, list: unknown[]): string {
  if (/\.(lists|tallies)$/.test(name) && Array.isArray(list[0])) {
    list.reverse();
    return "exchange both of";
  }
  if (list.length === 0) return "leave";
  const [i, j] = [next(list.length), next(list.length)];
  const mayHaveHoles = !/\.(points|payouts)$/.test(name);
  switch (next(mayHaveHoles ? 7 : 5)) {
    case 0:
      list.splice(i, 1);
      return "drop one of";
    case 1:
      list.splice(i, 0, structuredClone(list[j]));
      return "repeat one of";
    case 2:
      list.reverse();
      return "reverse";
    case 3:
      [list[i], list[j]] = [list[j], list[i]];
      return "exchange two of";
    case 4:
      list.length = i;
      return "cut";
    case 5:
      list[i] = undefined;
      return "empty a place of";
    default:
      list[list.length + next(5)] = structuredClone(list[i]);
      return "append one to";
  }
}

/** Bends one leaf, inner node or root, among the first `reach`. */
export function bendTrees(next: Next, what: string[], reach = 60): Bending {
  let left = next(reach);
  const isHit = (name: string): boolean => {
    if (left-- !== 0) return false;
    what.push(name);
    return true;
  };
  const how = next(4);
  const bendings: Bending[] = [
    {
      leaf: (kind, _path, place, leaf) => {
        if (!isHit(`leaf ${kind.name} ${place}`)) return leaf;
        if (how === 0) return { ...leaf, key: next(5) };
        if (how === 1) return { ...leaf, sum: 0n };
        if (how === 2) return { ...leaf, preimage: new Uint8Array([0, 57, 97][next(3)]!) };
        return { ...leaf, payload: stretch(next, leaf.payload) };
      },
    },
    {
      inner: (kind, _path, level, index, node) => {
        if (!isHit(`node ${kind.name} ${level} ${index}`)) return node;
        if (how === 0) return { ...node, sum: node.sum + 1n };
        const preimage = how === 1 ? stretch(next, node.preimage) : Uint8Array.from(node.preimage);
        if (how === 2) preimage.fill(0, 1, 49);
        if (how === 3) preimage.fill(0, 49, 81);
        return { ...node, preimage };
      },
    },
    {
      root: (kind, path, root) => {
        if (!isHit(`root ${kind.name}`)) return root;
        if (how === 0) return { ...root, sum: root.sum + 1n };
        if (how === 1) return { ...root, hash: new Uint8Array(32) };
        return path.length === 0 ? root : { ...root, depth: root.depth + 1 };
      },
    },
  ];
  return bendings[next(3)]!;
}

function stretch(next: Next, bytes: Uint8Array): Uint8Array {
  if (next(3) === 0) return bytes.slice(0, next(bytes.length + 1));
  return next(2) === 0 ? flip(next, bytes) : Uint8Array.from([...bytes, ...new Uint8Array(1 + next(40))]);
}

function flip(next: Next, bytes: Uint8Array): Uint8Array {
  const bent = Uint8Array.from(bytes);
  if (bent.length > 0) bent[next(bent.length)]! ^= 1 + next(255);
  return bent;
}

function pickByName<Item extends { name: string }>(next: Next, items: readonly Item[]): Item {
  const names = [...new Set(items.map(({ name }) => name))];
  const name = names[next(names.length)];
  const named = items.filter((item) => item.name === name);
  return named[next(named.length)]!;
}
