/** Worker: rows of a feature file, one at a time through the map, so that no result depends on its neighbours. */
import { Graph } from "../numerics/graph.ts";
import { openSession } from "../numerics/session.ts";
import { serveTasks } from "../numerics/worker-pool.ts";
import type { GatherTask } from "../sketch/gather-rows.ts";
import type { LinearMap } from "../sketch/vector-source.ts";
import { openFeatures, type FeaturePlace } from "./feature-file.ts";

/** What all tasks of one pool share. */
export interface FeatureJob {
  readonly place: FeaturePlace;
  /** Of rows; they are taken as they are where it is absent. */
  readonly map: LinearMap | undefined;
}

serveTasks<FeatureJob, GatherTask<number>, Float32Array>(async ({ place, map }) => {
  const file = openFeatures(place);
  if (map === undefined) return ({ items }) => Promise.resolve(rowsOf(items, (row) => file.read(row, 1)));
  const graph = new Graph();
  const input = graph.input("row", [1, file.columns]);
  graph.output("result", graph.matmul(input, graph.constant(map.matrix, [file.columns, map.columns])));
  const session = await openSession(graph, [input]);
  return async ({ items }) => {
    const results: Float32Array[] = [];
    for (const row of items) results.push((await session.run({ row: file.read(row, 1) }))["result"]!);
    return rowsOf(results, (result) => result);
  };
});

/** The rows one after the other. */
function rowsOf<Item>(items: readonly Item[], rowOf: (item: Item) => Float32Array): Float32Array {
  const rows = items.map(rowOf);
  const size = rows[0]!.length;
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, i) => values.set(row, i * size));
  return values;
}
