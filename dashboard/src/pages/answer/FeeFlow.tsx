// Draws how the fee of one call went to positions; the table below it says the same.
import { sankey, sankeyLinkHorizontal } from "d3-sankey";
import { readableAmount } from "../../format/amount.ts";
import type { Payments } from "./payments.ts";

const [WIDTH, HEIGHT, LABEL] = [960, 420, 330];
const UNIT = 1e18;
/** Positions that are drawn by themselves. */
const MOST = 8;

interface Node {
  readonly id: string;
  readonly name: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
  readonly amount: bigint;
}

export function FeeFlow({ payments }: { payments: Payments }) {
  const { nodes: given, links: all } = flowOf(payments);
  const { nodes, links } = sankey<Node, Link & { value: number }>()
    .nodeId(({ id }) => id)
    .nodeSort(null)
    .nodeWidth(12)
    .nodePadding(14)
    .extent([
      [1, 10],
      [WIDTH - LABEL, HEIGHT - 10],
    ])({
    nodes: given.map((node) => ({ ...node })),
    links: all.map((link) => ({ ...link, value: Number(link.amount) / UNIT })),
  });
  const path = sankeyLinkHorizontal();
  return (
    <svg className="fee-flow" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="How the fee of this call went">
      {links.map((link, i) => (
        <path key={i} d={path(link as never) ?? ""} strokeWidth={Math.max(1, link.width ?? 0)} />
      ))}
      {nodes.map(({ id, name, value = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => (
        <g key={id}>
          <rect x={x0} y={y0} width={x1 - x0} height={Math.max(1, y1 - y0)} />
          <text x={x1 + 6} y={(y0 + y1) / 2} dy="0.35em">
            {name} {readableAmount(BigInt(Math.round(value * 1e9)) * 10n ** 9n)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** What records got is drawn as far as this call's data part goes: the rest moved within the epoch. */
function flowOf({ direct, data, byRecords }: Payments): { nodes: Node[]; links: Link[] } {
  const nodes: Node[] = [{ id: "call", name: "this call" }];
  const links: Link[] = [];
  const add = (source: string, id: string, name: string, amount: bigint): void => {
    if (amount <= 0n) return;
    nodes.push({ id, name });
    links.push({ source, target: id, amount });
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
