// Draws where the fees went: widths are amounts.
import { sankey, sankeyLinkHorizontal } from "d3-sankey";
import { readableAmount } from "../../format/amount.ts";
import type { Flow, FlowLink, FlowNode } from "./flow.ts";

const WIDTH = 960;
const HEIGHT = 380;
const UNIT = 1e18;

export function FlowDiagram({ flow }: { flow: Flow }) {
  const layout = sankey<FlowNode, FlowLink & { value: number }>()
    .nodeId(({ id }) => id)
    .nodeAlign(({ level }) => level)
    .nodeSort(null)
    .nodeWidth(12)
    .nodePadding(20)
    .extent([
      [1, 14],
      [WIDTH - 1, HEIGHT - 8],
    ]);
  const { nodes, links } = layout({
    nodes: flow.nodes.map((node) => ({ ...node })),
    links: flow.links.map((link) => ({ ...link, value: Number(link.amount) / UNIT })),
  });
  const lastLevel = Math.max(...nodes.map(({ level }) => level));
  const path = sankeyLinkHorizontal();
  const nameOf = (node: unknown): string => (node as FlowNode).name;
  return (
    <svg className="flow" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Flow of the fees">
      {links.map((link) => (
        <path
          key={`${(link.source as FlowNode).id}-${(link.target as FlowNode).id}`}
          className="flow-link"
          data-to={(link.target as FlowNode).id}
          d={path(link as never) ?? ""}
          strokeWidth={Math.max(1, link.width ?? 0)}
        >
          <title>{`${nameOf(link.source)} → ${nameOf(link.target)}: ${readableAmount(link.amount)} OPEN`}</title>
        </path>
      ))}
      {nodes.map(({ id, name, level, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => {
        const isRight = level === lastLevel;
        return (
          <g key={id}>
            <rect className="flow-node" x={x0} y={y0} width={x1 - x0} height={Math.max(1, y1 - y0)} />
            <text
              className="flow-name"
              x={isRight ? x0 - 6 : x1 + 6}
              y={(y0 + y1) / 2}
              dy="0.35em"
              textAnchor={isRight ? "end" : "start"}
            >
              {name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
