/** The seeded factored projection: which random factor each adapter matrix's gradient is multiplied by. */
import { createRandom } from "../numerics/random.ts";
import { adapterWeightShapes } from "../model/transformer.ts";
import type { AdapterShape, ModelShape } from "../model/transformer.ts";

/** Widths that the long side of a gradient is projected to. */
export interface ProjectionWidths {
  /** For adapters inside the layers. */
  readonly inner: number;
  /** For the head's A, whose long side is the model's width. */
  readonly headInput: number;
  /** For the head's B, whose long side is the vocabulary. */
  readonly headOutput: number;
}

export const PROJECTION_WIDTHS: ProjectionWidths = { inner: 8, headInput: 32, headOutput: 128 };

/** How one matrix of the adapter is projected. */
export interface ProjectedMatrix {
  readonly name: string;
  /** Shape of the gradient. */
  readonly shape: readonly [number, number];
  /** `rows`: factor [width, rows] from the left; `columns`: factor [columns, width] from the right. */
  readonly side: "rows" | "columns";
  readonly width: number;
}

/**
 * Lists the projections in the order of the adapter's matrices. The Kronecker factor of the rank side is the identity, the
 * other one is random (as in LoGra, Choe et al. 2024); a side that is not longer than its width stays as it is.
 */
export function projectedMatrices(
  model: ModelShape,
  adapter: AdapterShape,
  widths: ProjectionWidths,
): ProjectedMatrix[] {
  return adapterWeightShapes(model, adapter).map(([name, shape]) => {
    const input = name.endsWith(".a");
    const wished = name.startsWith("head.") ? (input ? widths.headInput : widths.headOutput) : widths.inner;
    return { name, shape, side: input ? "rows" : "columns", width: Math.min(wished, input ? shape[0] : shape[1]) };
  });
}

/** Dimensions of a projected gradient. */
export function projectedSize(matrices: readonly ProjectedMatrix[]): number {
  return matrices.reduce((total, { shape, side, width }) => total + width * (side === "rows" ? shape[1] : shape[0]), 0);
}

/** The random factor of one matrix: signs divided by √width, row-major; undefined where the side is kept whole. */
export function projectionFactor(matrix: ProjectedMatrix, seed: number): Float32Array | undefined {
  const size = matrix.side === "rows" ? matrix.shape[0] : matrix.shape[1];
  if (matrix.width === size) return undefined;
  const random = createRandom(seed, `projection ${matrix.name}`);
  const magnitude = 1 / Math.sqrt(matrix.width);
  return Float32Array.from({ length: size * matrix.width }, () =>
    random.uint32() >>> 31 === 0 ? magnitude : -magnitude,
  );
}
