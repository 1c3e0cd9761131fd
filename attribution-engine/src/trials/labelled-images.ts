// Images with their labels: what the trials of attribution are made on.
import { createRandom } from "../numerics/random.ts";

/** Images, a row of pixels each. */
export interface LabelledImages {
  readonly count: number;
  /** Pixels of an image. */
  readonly size: number;
  readonly classes: number;
  /** Row-major, `count` × `size`, from 0 to 1. */
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
}

/** Some of the images, in the order of `rows`. @throws RangeError that names the row that there is not */
export function chooseImages(images: LabelledImages, rows: ArrayLike<number>): LabelledImages {
  const { size, classes } = images;
  const pixels = new Float32Array(rows.length * size);
  const labels = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(row >= 0 && row < images.count)) throw new RangeError(`row ${row}: there are ${images.count} images`);
    pixels.set(images.pixels.subarray(row * size, (row + 1) * size), i * size);
    labels[i] = images.labels[row]!;
  }
  return { count: rows.length, size, classes, pixels, labels };
}

/** Images of several sets, one set after the other. */
export function joinImages(sets: readonly LabelledImages[]): LabelledImages {
  const { size, classes } = sets[0]!;
  const wrong = sets.find((set) => set.size !== size || set.classes !== classes);
  if (wrong !== undefined)
    throw new Error(`images of ${wrong.size} pixels and ${wrong.classes} classes joined to ${size} and ${classes}`);
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const pixels = new Float32Array(count * size);
  const labels = new Uint8Array(count);
  let at = 0;
  for (const set of sets) {
    pixels.set(set.pixels, at * size);
    labels.set(set.labels, at);
    at += set.count;
  }
  return { count, size, classes, pixels, labels };
}

/** Square images of half the side, each pixel the mean of 2 × 2. @throws RangeError if the side is odd */
export function halveImages(images: LabelledImages): LabelledImages {
  const side = Math.round(Math.sqrt(images.size));
  if (side % 2 !== 0) throw new RangeError(`images of ${side} × ${side} pixels cannot be halved`);
  const half = side / 2;
  const size = half * half;
  const pixels = new Float32Array(images.count * size);
  for (let at = 0; at < pixels.length; at++) {
    const [image, pixel] = [Math.floor(at / size), at % size];
    const corner = image * images.size + 2 * Math.floor(pixel / half) * side + 2 * (pixel % half);
    for (const offset of [0, 1, side, side + 1]) pixels[at]! += images.pixels[corner + offset]! / 4;
  }
  return { ...images, size, pixels };
}

/** Gives `share` of the images another label, drawn evenly from the wrong ones; with the rows that were changed, in ascending order. */
export function mislabel(
  images: LabelledImages,
  share: number,
  seed: number,
): { readonly images: LabelledImages; readonly changed: readonly number[] } {
  const random = createRandom(seed, "mislabel");
  const changed = random
    .shuffle([...images.labels.keys()])
    .slice(0, Math.round(share * images.count))
    .sort((a, b) => a - b);
  const labels = images.labels.slice();
  for (const row of changed) labels[row] = (labels[row]! + 1 + random.below(images.classes - 1)) % images.classes;
  return { images: { ...images, labels }, changed };
}

/** Images split at random into sets of the given sizes, no image in two of them. @throws if there are too few */
export function splitImages(images: LabelledImages, sizes: readonly number[], seed: number): LabelledImages[] {
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  if (wanted > images.count) throw new RangeError(`${wanted} images wanted of ${images.count}`);
  const order = createRandom(seed, "split").shuffle(Array.from({ length: images.count }, (_, row) => row));
  let at = 0;
  return sizes.map((size) => chooseImages(images, order.slice(at, (at += size))));
}
