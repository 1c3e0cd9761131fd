// Lies about nodes and places: form a, b and c.
import { type Kind, MOST_PAYLOAD } from "@tributary/protocol/kinds";
import type { PlainProposal } from "../plain-proposal.ts";
import { withFirst, entriesOf, recordsOf, callsOf, type Lie } from "./lie.ts";

export const NODE_LIES: readonly Lie[] = [
  {
    statement: "form a",
    name: "a leaf has the key of another place",
    expected: ["proveMalformed"],
    tell: (plain) => entriesOf(plain).length > 0,
    bending: () => ({
      leaf: (kind, _path, _place, leaf) => (kind.name === "entry" ? { ...leaf, key: leaf.key + 1 } : leaf),
    }),
  },
  {
    statement: "form a",
    name: "an inner node states more than its children",
    expected: ["proveMalformed"],
    tell: (plain) => plain.payouts.length > 0,
    bending: () => ({
      inner: (kind, _path, level, _index, node) =>
        kind.name === "payout" && level === 20 ? { ...node, sum: node.sum + 1n } : node,
    }),
  },
  {
    statement: "form a",
    name: "a payload is one byte longer",
    expected: ["proveMalformed"],
    tell: (plain) => recordsOf(plain).length > 0,
    bending: () => ({
      leaf: (kind, _path, _place, leaf) =>
        kind.name === "points" ? { ...leaf, payload: Uint8Array.from([...leaf.payload, 0]) } : leaf,
    }),
  },
  {
    statement: "form a",
    name: "a payload has no bytes",
    expected: ["proveMalformed"],
    tell: (plain) => recordsOf(plain).length > 0,
    bending: () => ({
      leaf: (kind, _path, _place, leaf) => (kind.name === "tally" ? { ...leaf, payload: new Uint8Array() } : leaf),
    }),
  },
  lengthened("points", MOST_PAYLOAD, ["proveMalformed"], (plain) => recordsOf(plain).length > 0),
  lengthened("points", MOST_PAYLOAD + 1, ["unanswerable"], (plain) => recordsOf(plain).length > 0),
  lengthened("entry", 29_000, ["unanswerable"], (plain) => entriesOf(plain).length > 0),
  lengthened("payout", 40_000, ["unanswerable"], (plain) => plain.payouts.length > 0),
  {
    statement: "form a",
    name: "a root is a sum without a hash",
    expected: ["proveMalformed"],
    tell: (plain) => plain.groups.some((group) => group!.pool > 0n),
    bending: () => ({
      root: (kind, path, root) =>
        kind.name === "group" && path.length === 0 ? { ...root, hash: new Uint8Array(32) } : root,
    }),
  },
  {
    statement: "form a",
    name: "a nested root has the depth of another kind",
    expected: ["proveMalformed"],
    tell: (plain) => plain.groups.length > 0,
    bending: () => ({ root: (kind, _path, root) => (kind.name === "trace" ? { ...root, depth: 27 } : root) }),
  },
  {
    statement: "form b",
    name: "a group is left out",
    expected: ["proveGroup"],
    tell: (plain) => withFirst(plain.groups, () => (plain.groups[0] = undefined)),
  },
  {
    statement: "form b",
    name: "a group has another version",
    expected: ["proveGroup"],
    tell: (plain) => withFirst(plain.groups, (group) => (group!.modelVersion += 1n)),
  },
  {
    statement: "form b",
    name: "a group has another pool",
    expected: ["proveGroup"],
    tell: (plain) => withFirst(plain.groups, (group) => (group!.pool += 1n)),
  },
  {
    statement: "form c",
    name: "there is one group more",
    expected: ["proveMisplaced"],
    tell: (plain) => withFirst(plain.groups, (group) => plain.groups.push(structuredClone(group))),
  },
  {
    statement: "form c",
    name: "there is one call more",
    expected: ["proveMisplaced"],
    tell: (plain) => withFirst(callsOf(plain), ({ group, call }) => group.calls.push(structuredClone(call))),
  },
  {
    statement: "form c",
    name: "a list is longer than K",
    expected: ["proveMisplaced"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ g, list }) => list.length === honest.inputs.groups[g]!.method.topK),
        ({ list }) => {
          const last = list.at(-1)!;
          list.push({ ...last, recordIndex: last.recordIndex + 1 });
        },
      ),
  },
  {
    statement: "form c",
    name: "a record that the index has not has points",
    expected: ["proveMisplaced"],
    tell: (plain, honest) =>
      withFirst(recordsOf(plain), ({ g, group, points }) => {
        group.points.push({ ...structuredClone(points), record: honest.inputs.groups[g]!.index.count });
      }),
  },
  {
    statement: "form c",
    name: "position 0 is paid",
    expected: ["proveMisplaced"],
    tell: (plain) => {
      plain.payouts.unshift({ position: 0, cumulative: 1n, earnings: [] });
      return true;
    },
  },
];

/** Payloads of a kind have zeros behind them, up to so many bytes. */
function lengthened(
  name: Kind["name"],
  bytes: number,
  expected: Lie["expected"],
  tell: (plain: PlainProposal) => boolean,
): Lie {
  return {
    statement: bytes > MOST_PAYLOAD ? "availability" : "form a",
    name: `${name} payloads have ${bytes} bytes`,
    expected,
    tell,
    bending: () => ({
      leaf(kind, _path, _place, leaf) {
        if (kind.name !== name) return leaf;
        const payload = new Uint8Array(bytes);
        payload.set(leaf.payload);
        return { ...leaf, payload };
      },
    }),
  };
}
