// Writes a file of made sketches, of which every tenth is near an earlier one: a process of its own, so that its memory is not that of what is measured.
import { saveSketches } from "../src/sketch/sketch-file.ts";

const [path = "", records = "", dimensions = ""] = process.argv.slice(2);
const [count, k] = [Number(records), Number(dimensions)];
const sketches = new Int8Array(count * k);
// xorshift32: a seeded stream of the engine would take longer than what is measured.
let state = 1;
for (let i = 0; i < sketches.length; i++) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  sketches[i] = (state >> 24) >> 3;
}
for (let row = 10; row < count; row += 10) {
  const of = (row * 7_919) % row;
  for (let i = 0; i < k; i++) sketches[row * k + i] = sketches[of * k + i]! + (i % 3 === 0 ? 4 : 0);
}
saveSketches(path, { count, k, sketches, scales: new Uint32Array(count).fill(1_000) });
