// Draws which versions derive from which: parents on the left.
import { Graph, layout } from "@dagrejs/dagre";
import { Link } from "react-router";
import { count } from "../../format/amount.ts";
import { paths } from "../../paths.ts";
import type { Line } from "./lineage.ts";

export interface LineageVersion {
  id: string;
  modelId: string;
  records: string;
  callCount: string;
}

const NODE = { width: 168, height: 62 };
const MARGIN = 12;

interface LineageGraphProps {
  versions: readonly LineageVersion[];
  lines: readonly Line[];
  /** The model whose page this is; its versions are set off. */
  modelId: string;
}

export function LineageGraph({ versions, lines, modelId }: LineageGraphProps) {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 56, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of versions) graph.setNode(id, { ...NODE });
  for (const { versionId, parentId } of lines) graph.setEdge(parentId, versionId);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return (
    <svg
      className="lineage"
      viewBox={`0 0 ${width} ${height}`}
      style={{ minWidth: Math.min(width, 720), maxWidth: width }}
      role="group"
      aria-label="Lineage of the versions, parents on the left"
    >
      {lines.map(({ versionId, parentId, ordinal }) => {
        const { points } = graph.edge(parentId, versionId) as { points: { x: number; y: number }[] };
        return (
          <path
            key={`${parentId}-${versionId}`}
            className="lineage-line"
            data-kind={ordinal === 0 ? "principal" : "further"}
            d={`M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`}
          />
        );
      })}
      {versions.map((version) => {
        const { x, y } = graph.node(version.id) as { x: number; y: number };
        return (
          <g key={version.id} transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}>
            <Link to={paths.model(version.modelId)}>
              <rect
                className="lineage-node"
                data-own={version.modelId === modelId}
                width={NODE.width}
                height={NODE.height}
                rx={6}
              />
              <text x={10} y={25}>
                Version {version.id}, model {version.modelId}
              </text>
              <text className="tick" x={10} y={46}>
                {count(version.records)} records
              </text>
            </Link>
          </g>
        );
      })}
    </svg>
  );
}
