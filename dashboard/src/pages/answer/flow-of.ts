// What the picture of a call's fee draws: its parts, and of the data's part what records got.
import type { Payments } from "./payments.ts";

/** Positions that are drawn by themselves. */
const MOST = 8;

export interface FlowNode {
  readonly id: string;
  readonly name: string;
  /** Base units. */
  readonly amount: bigint;
}

export interface FlowLink {
  readonly source: string;
  readonly target: string;
  /** Base units, as wide as it is drawn. */
  readonly drawn: bigint;
}

/** What records got is drawn no wider together than this call's data part, out of which it is drawn: the rest moved within the epoch. Amounts are as they are. */
export function flowOf({ price, direct, data, byRecords, toRecords }: Payments): {
  nodes: FlowNode[];
  links: FlowLink[];
} {
  const nodes: FlowNode[] = [{ id: "call", name: "this call", amount: price }];
  const links: FlowLink[] = [];
  const add = (source: string, id: string, name: string, amount: bigint): void => {
    // Out of a data part of nothing comes nothing.
    if (amount <= 0n || (source === "data" && data <= 0n)) return;
    nodes.push({ id, name, amount });
    const isOverdrawn = source === "data" && toRecords > data;
    links.push({ source, target: id, drawn: isOverdrawn ? (amount * data) / toRecords : amount });
  };
  add("call", "data", "data", data);
  for (const [i, { to, position, amount }] of direct.entries())
    add("call", `direct ${i}`, position === undefined ? to : `${to}, position ${position}`, amount);
  for (const { position, amount } of byRecords.slice(0, MOST))
    add("data", `records ${position}`, `position ${position}, records`, amount);
  const rest = byRecords.slice(MOST);
  const others = rest.reduce((sum, { amount }) => sum + amount, 0n);
  add("data", "others", `${rest.length} other positions`, others);
  return { nodes, links };
}
