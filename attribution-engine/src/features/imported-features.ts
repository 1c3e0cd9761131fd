/** Imported per-example features as a source of vectors. */
import { matrixProduct } from "../numerics/matrix-product.ts";
import { gatherRows } from "../sketch/gather-rows.ts";
import { projectionFactor, type ProjectedMatrix } from "../sketch/projection.ts";
import type { LinearMap, VectorSource } from "../sketch/vector-source.ts";
import { openFeatures, type FeaturePlace } from "./feature-file.ts";
import type { FeatureJob } from "./feature-worker.ts";

const WORKER = new URL("./feature-worker.ts", import.meta.url);
const ROWS_PER_PART = 1024;

/** How wide rows may be. */
export interface FeatureWidths {
  /** Dimensions above which rows are projected before they are whitened: the curvature is a dense matrix of this size. */
  readonly whitened: number;
  /** Dimensions that they are projected to. */
  readonly projected: number;
}

const WIDTHS: FeatureWidths = { whitened: 4096, projected: 2048 };
const MOST_DIMENSIONS = 65_536;

/** Features in a file. */
export interface ImportedFeatures extends VectorSource {
  /** Dimensions of a row in the file. */
  readonly dimensions: number;
  /** Dimensions of a vector. */
  readonly size: number;
}

/**
 * Rows of a file as vectors, which are seeded random projections (signs) to 2,048 dimensions where rows have more than 4,096. There are
 * no sampled targets: the curvature is the features' own second moment, as in TRAK (Park et al. 2023).
 * @throws naming the file where it is truncated, no matrix of floats, or too wide.
 */
export function importedFeatures(
  place: FeaturePlace,
  seed: number,
  { whitened, projected }: FeatureWidths = WIDTHS,
): ImportedFeatures {
  const { path, rows, columns } = openFeatures(place);
  if (columns > MOST_DIMENSIONS)
    throw new Error(`${path}: ${columns} dimensions, at most ${MOST_DIMENSIONS}; project the features first`);
  const projection: ProjectedMatrix | undefined =
    columns > whitened ? { name: "features", shape: [1, columns], side: "columns", width: projected } : undefined;
  return {
    name: path,
    count: rows,
    partRows: ROWS_PER_PART,
    dimensions: columns,
    size: projection?.width ?? columns,
    rows: async (chosen, _kind, map, work) =>
      gatherRows<FeatureJob, number>(
        {
          worker: WORKER,
          shared: { place, map: await mapOfRows(projection, map, seed) },
          items: chosen,
          partRows: ROWS_PER_PART,
          nameOf: (at) => `${path} row ${chosen[at]}`,
          advice: "the size of its values",
        },
        work,
      ),
  };
}

/** Projection and map as one map. */
async function mapOfRows(
  projection: ProjectedMatrix | undefined,
  map: LinearMap | undefined,
  seed: number,
): Promise<LinearMap | undefined> {
  if (projection === undefined) return map;
  const { width, shape } = projection;
  const matrix = projectionFactor(projection, seed)!;
  if (map === undefined) return { matrix, columns: width };
  const product = await matrixProduct(
    { rows: shape[1], columns: width, values: matrix },
    { rows: width, columns: map.columns, values: map.matrix },
  );
  return { matrix: product.values, columns: map.columns };
}
