// Draws how the fee of one call went to positions; the table below it says the same.
import { sankey, sankeyLinkHorizontal } from "d3-sankey";
import { readableAmount } from "../../format/amount.ts";
import { type FlowLink, type FlowNode, flowOf } from "./flow-of.ts";
import type { Payments } from "./payments.ts";

const [WIDTH, HEIGHT, LABEL] = [960, 420, 330];
const UNIT = 1e18;
export function FeeFlow({ payments }: { payments: Payments }) {
  const { nodes: given, links: all } = flowOf(payments);
  const { nodes, links } = sankey<FlowNode, FlowLink & { value: number }>()
    .nodeId(({ id }) => id)
    .nodeSort(null)
    .nodeWidth(12)
    .nodePadding(14)
    .extent([
      [1, 10],
      [WIDTH - LABEL, HEIGHT - 10],
    ])({
    nodes: given.map((node) => ({ ...node })),
    links: all.map((link) => ({ ...link, value: Number(link.drawn) / UNIT })),
  });
  const path = sankeyLinkHorizontal();
  return (
    <svg className="fee-flow" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="How the fee of this call went">
      {links.map((link, i) => (
        <path key={i} d={path(link as never) ?? ""} strokeWidth={Math.max(1, link.width ?? 0)} />
      ))}
      {nodes.map(({ id, name, amount, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => (
        <g key={id}>
          <rect x={x0} y={y0} width={x1 - x0} height={Math.max(1, y1 - y0)} />
          <text x={x1 + 6} y={(y0 + y1) / 2} dy="0.35em">
            {name} {readableAmount(amount)} OPEN
          </text>
        </g>
      ))}
    </svg>
  );
}
