/** Linear warps of small square images: shift, turn, stretch. */

/** Row-major 2 × 2 map of coordinates about the image's centre, then a shift in pixels. */
export interface Warp {
  readonly matrix: readonly [number, number, number, number];
  readonly shift: readonly [number, number];
}

export function shiftBy(x: number, y: number): Warp {
  return { matrix: [1, 0, 0, 1], shift: [x, y] };
}

export function turnBy(radians: number): Warp {
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return { matrix: [cos, sin, -sin, cos], shift: [0, 0] };
}

export function stretchBy(x: number, y: number): Warp {
  return { matrix: [x, 0, 0, y], shift: [0, 0] };
}

/** The image resampled bilinearly; what comes from outside is 0. */
export function warpImage(image: Float32Array, { matrix: [a, b, c, d], shift: [dx, dy] }: Warp): Float32Array {
  const side = Math.round(Math.sqrt(image.length));
  const middle = (side - 1) / 2;
  const warped = new Float32Array(image.length);
  for (let at = 0; at < image.length; at++) {
    const [y, x] = [Math.floor(at / side) - middle, (at % side) - middle];
    warped[at] = sampleImage(image, side, a * x + b * y + middle + dx, c * x + d * y + middle + dy);
  }
  return warped;
}

function sampleImage(image: Float32Array, side: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  let sum = 0;
  for (let row = 0; row < 2; row++)
    for (let column = 0; column < 2; column++) {
      const [r, c] = [top + row, left + column];
      if (r < 0 || c < 0 || r >= side || c >= side) continue;
      sum += (row === 1 ? fy : 1 - fy) * (column === 1 ? fx : 1 - fx) * image[r * side + c]!;
    }
  return sum;
}
