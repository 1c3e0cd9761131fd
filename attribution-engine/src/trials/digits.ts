// The handwritten digits of scikit-learn, 8 × 8 pixels each (data/README.md says where they come from).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { LabelledImages } from "./labelled-images.ts";

const FILE = fileURLToPath(new URL("../../data/digits.csv.gz", import.meta.url));
const PIXELS = 64;
const BRIGHTEST = 16;
const CLASSES = 10;

/** All 1,797 digits, in the file's order. @throws Error that names the file, and the row that is wrong */
export function loadDigits(path = FILE): LabelledImages {
  let text: string;
  try {
    text = gunzipSync(readFileSync(path)).toString("latin1");
  } catch (cause) {
    throw new Error(`${path} cannot be read or is damaged: ${(cause as Error).message}`, { cause });
  }
  const lines = text.trimEnd().split("\n");
  const pixels = new Float32Array(lines.length * PIXELS);
  const labels = new Uint8Array(lines.length);
  lines.forEach((line, row) => {
    const values = line.split(",").map(Number);
    const label = values.pop()!;
    const isRight =
      values.length === PIXELS && values.every((value) => value >= 0 && value <= BRIGHTEST) && CLASSES > label;
    if (!isRight || !Number.isInteger(label) || label < 0)
      throw new Error(`${path} row ${row}: not ${PIXELS} values from 0 to ${BRIGHTEST} and a digit`);
    pixels.set(
      values.map((value) => value / BRIGHTEST),
      row * PIXELS,
    );
    labels[row] = label;
  });
  return { count: lines.length, size: PIXELS, classes: CLASSES, pixels, labels };
}
