// Writes down a contract's interface and its storage so that a change of either shows in a review.
import { Interface } from "ethers";
import type { BuiltContract, StorageVariable } from "../build-info.ts";

export type Snapshot = {
  /** Human-readable fragments, sorted. */
  abi: string[];
  /** `slot:offset type label` of each variable, in the order of their slots. */
  storage: string[];
  /** Members of the structs that are stored, written likewise. */
  structs: Record<string, string[]>;
};

export function snapshotOf({ abi, layout }: Pick<BuiltContract, "abi" | "layout">): Snapshot {
  const types = layout.types ?? {};
  const render = ({ slot, offset, type, label }: StorageVariable): string =>
    `${slot}:${offset} ${types[type]?.label ?? type} ${label}`;
  const structs = Object.values(types)
    .filter(({ members }) => members !== undefined)
    .map(({ label, members }) => [label, members!.map(render)] as const)
    .sort(([a], [b]) => compare(a, b));
  return {
    abi: Interface.from(abi).format().sort(compare),
    storage: layout.storage.map(render),
    structs: Object.fromEntries(structs),
  };
}

/** By code units, so that the order is the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Lines that only one of two texts has, `-` for what is gone and `+` for what came. */
export function changedLines(before: string, after: string): string[] {
  const had = new Set(before.split("\n"));
  const has = new Set(after.split("\n"));
  return [
    ...[...had].filter((line) => !has.has(line)).map((line) => `- ${line.trim()}`),
    ...[...has].filter((line) => !had.has(line)).map((line) => `+ ${line.trim()}`),
  ];
}
