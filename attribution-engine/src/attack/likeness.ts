/** How like earlier records a record is, in several senses: what a copy detector judges by. */
import { symmetricEigen } from "../numerics/eigen.ts";
import { openProduct } from "../numerics/matrix-product.ts";
import { chooseImages, type LabelledImages } from "../trials/labelled-images.ts";
import { pixelsAt } from "./records.ts";
import { shiftBy, stretchBy, turnBy, warpImage, type Warp } from "./warps.ts";

/** Warps under which records are compared: of each earlier record all are tried, and the nearest counts. */
export const COMPARED_WARPS: readonly Warp[] = [
  ...[-1, -0.5, 0, 0.5, 1].flatMap((x) => [-1, -0.5, 0, 0.5, 1].map((y) => shiftBy(x, y))),
  ...[-0.25, 0.25].flatMap((by) => [shiftBy(by, 0), shiftBy(0, by)]),
  ...[-0.4, -0.2, 0.2, 0.4].map(turnBy),
  ...[0.75, 1.3].flatMap((factor) => [stretchBy(factor, 1), stretchBy(1, factor), stretchBy(factor, factor)]),
];

const LEADING = 12;
const MANIFOLD = 24;
const CLASS_MANIFOLD = 10;
const NEIGHBOURS = 5;

/** The directions in which trusted records vary: what is usual for them. */
export interface Manifold {
  readonly mean: Float64Array;
  /** Row-major [dimensions, size]. */
  readonly directions: Float64Array;
}

/** The manifold of all trusted records, and that of each label. */
export interface Manifolds {
  readonly all: Manifold;
  readonly byLabel: readonly Manifold[];
}

export function manifoldsOf(images: LabelledImages): Manifolds {
  const rowsOf = (label: number): number[] => [...images.labels.keys()].filter((row) => images.labels[row] === label);
  return {
    all: manifoldOf(images, MANIFOLD),
    byLabel: Array.from({ length: images.classes }, (_, label) =>
      manifoldOf(chooseImages(images, rowsOf(label)), CLASS_MANIFOLD),
    ),
  };
}

function manifoldOf(images: LabelledImages, dimensions: number): Manifold {
  const { count, size } = images;
  const mean = new Float64Array(size);
  for (let at = 0; at < images.pixels.length; at++) mean[at % size]! += images.pixels[at]! / count;
  const covariance = new Float64Array(size * size);
  for (let row = 0; row < count; row++) {
    const pixels = pixelsAt(images, row);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) covariance[i * size + j]! += (pixels[i]! - mean[i]!) * (pixels[j]! - mean[j]!);
  }
  return { mean, directions: symmetricEigen(covariance, size).vectors.slice(0, dimensions * size) };
}

function squaresOf(values: Float32Array, size: number): Float64Array {
  const squares = new Float64Array(values.length / size);
  for (let at = 0; at < values.length; at++) squares[Math.floor(at / size)]! += values[at]! ** 2;
  return squares;
}

/** Squared distances [rows, columns] between the rows of a matrix and those of each of others, all of `size` columns, in place of their products. */
async function* squaredDistances(
  a: Float32Array,
  others: readonly Float32Array[],
  size: number,
): AsyncGenerator<Float32Array> {
  const [rows, columns] = [a.length / size, others[0]!.length / size];
  const ofA = squaresOf(a, size);
  const product = await openProduct({ rows, columns: size }, { rows: columns, columns: size }, false, true);
  try {
    for (const b of others) {
      const ofB = squaresOf(b, size);
      const values = await product.multiply(a, b);
      for (let i = 0, at = 0; i < rows; i++)
        for (let j = 0; j < columns; j++, at++) values[at] = Math.max(0, ofA[i]! + ofB[j]! - 2 * values[at]!);
      yield values;
    }
  } finally {
    await product.release();
  }
}

async function squaredDistancesTo(a: Float32Array, b: Float32Array, size: number): Promise<Float32Array> {
  for await (const distances of squaredDistances(a, [b], size)) return distances;
  throw new Error("unreachable: one matrix has one product");
}

function unit(image: Float32Array): Float32Array {
  let squares = 0;
  for (const value of image) squares += value * value;
  const norm = Math.sqrt(squares);
  return norm === 0 ? image : image.map((value) => value / norm);
}

/** Squared distances of every later record to every earlier one, row by row, in the senses that are compared. */
export interface Distances {
  readonly pixels: Float32Array;
  /** Along the leading directions alone. */
  readonly leading: Float32Array;
  /** At equal brightness, from the nearest warp of the earlier record. */
  readonly warped: Float32Array;
}

/** Coordinates along a manifold's directions, and what is left of the image beside them. */
function project({ mean, directions }: Manifold, pixels: Float32Array): { along: Float64Array; residual: number } {
  const centred = Float64Array.from(pixels, (value, i) => value - mean[i]!);
  let rest = centred.reduce((sum, value) => sum + value * value, 0);
  const along = new Float64Array(directions.length / pixels.length);
  for (let d = 0; d < along.length; d++) {
    let sum = 0;
    for (let i = 0; i < pixels.length; i++) sum += directions[d * pixels.length + i]! * centred[i]!;
    along[d] = sum;
    rest -= sum * sum;
  }
  return { along, residual: Math.sqrt(Math.max(0, rest)) };
}

/** Images under each of {@link COMPARED_WARPS}, at equal brightness; kept as long as they are, since an attacker compares with the same ones often. */
const warpedBefore = new WeakMap<LabelledImages, Float32Array[]>();

function warpedUnits(images: LabelledImages): Float32Array[] {
  let warped = warpedBefore.get(images);
  if (warped === undefined) {
    warped = COMPARED_WARPS.map((warp) => {
      const one = new Float32Array(images.pixels.length);
      for (let row = 0; row < images.count; row++)
        one.set(unit(warpImage(pixelsAt(images, row), warp)), row * images.size);
      return one;
    });
    warpedBefore.set(images, warped);
  }
  return warped;
}

export async function distancesBetween(
  later: LabelledImages,
  earlier: LabelledImages,
  all: Manifold,
): Promise<Distances> {
  const { size } = later;
  const leadingOf = (images: LabelledImages): Float32Array =>
    Float32Array.from(
      Array.from({ length: images.count }, (_, row) => [
        ...project(all, pixelsAt(images, row)).along.subarray(0, LEADING),
      ]).flat(),
    );
  const units = new Float32Array(later.pixels.length);
  for (let row = 0; row < later.count; row++) units.set(unit(pixelsAt(later, row)), row * size);
  const warped = new Float32Array(later.count * earlier.count).fill(Infinity);
  for await (const distances of squaredDistances(units, warpedUnits(earlier), size))
    for (let at = 0; at < warped.length; at++) if (distances[at]! < warped[at]!) warped[at] = distances[at]!;
  return {
    pixels: await squaredDistancesTo(later.pixels, earlier.pixels, size),
    leading: await squaredDistancesTo(leadingOf(later), leadingOf(earlier), LEADING),
    warped,
  };
}

/** How far records are from the manifold of all records, and from that of their label. */
export interface Residuals {
  readonly all: Float64Array;
  readonly byLabel: Float64Array;
}

export function residualsOf(images: LabelledImages, { all, byLabel }: Manifolds): Residuals {
  const of = (manifold: (row: number) => Manifold): Float64Array =>
    Float64Array.from({ length: images.count }, (_, row) => project(manifold(row), pixelsAt(images, row)).residual);
  return { all: of(() => all), byLabel: of((row) => byLabel[images.labels[row]!]!) };
}

/** Features by which a record is judged: logarithms of distances and of their ratios. */
export const LIKENESS_SIZE = 9;

/** What is told of one record. */
export interface Likeness {
  readonly features: Float32Array;
  /** The nearest earlier record by any warp, and the nearest ones in each sense, of which this may be a copy. */
  readonly parent: number;
  readonly sources: readonly number[];
}

/** The nearest of `candidates` by one row of squared distances, and the nearest that is no sibling of it. */
function nearestTwo(
  row: Float32Array,
  candidates: readonly number[],
  parents: Int32Array,
): { nearest: number; first: number; second: number } {
  let nearest = -1;
  for (const at of candidates) if (nearest < 0 || row[at]! < row[nearest]!) nearest = at;
  let second = Infinity;
  for (const at of candidates)
    if (at !== nearest && parents[at] !== nearest && parents[nearest] !== at && row[at]! < second) second = row[at]!;
  return { nearest, first: Math.sqrt(row[nearest]!), second: Math.sqrt(second) };
}

/** The `count` least values at some places, rising. */
function leastOf(values: Float32Array, places: readonly number[], count: number): Float32Array {
  const least = new Float32Array(count).fill(Infinity);
  for (const place of places) {
    const value = values[place]!;
    let at = count;
    for (; at > 0 && value < least[at - 1]!; at--) if (at < count) least[at] = least[at - 1]!;
    if (at < count) least[at] = value;
  }
  return least;
}

/**
 * Features of the record at `row` of the distances.
 * @param candidates earlier records that are kept, at least {@link NEIGHBOURS}.
 * @param parents by earlier record, which one it is nearest to, −1 where unknown: records that came out of one source do not hide each other.
 */
export function likenessOf(
  { pixels, leading, warped }: Distances,
  residuals: Residuals,
  row: number,
  candidates: readonly number[],
  parents: Int32Array,
): Likeness {
  const columns = parents.length;
  const rowOf = (values: Float32Array): Float32Array => values.subarray(row * columns, (row + 1) * columns);
  const [byPixels, byLeading, byWarped] = [pixels, leading, warped].map((values) =>
    nearestTwo(rowOf(values), candidates, parents),
  );
  const ofRow = rowOf(pixels);
  const near = leastOf(ofRow, candidates, NEIGHBOURS);
  let crowd = 0;
  for (let i = 0; i < NEIGHBOURS; i++) crowd += Math.sqrt(near[i]!) / NEIGHBOURS;
  const log = (value: number): number => Math.log(value + 1e-3);
  const features = Float32Array.of(
    log(byPixels!.first),
    log(byPixels!.first / byPixels!.second),
    log(byLeading!.first / byLeading!.second),
    log(byLeading!.first),
    log(byWarped!.first),
    log(byWarped!.first / byWarped!.second),
    log(residuals.all[row]!),
    log(residuals.byLabel[row]!),
    log(crowd),
  );
  return {
    features,
    parent: byWarped!.nearest,
    sources: [...new Set([byWarped!.nearest, byPixels!.nearest, byLeading!.nearest])],
  };
}
