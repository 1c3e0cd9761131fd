// Typed-array access to the WebAssembly kernels of `assembly/sumtree.ts`, in batches that fit a fixed scratch memory.
import { readFileSync } from "node:fs";

type Exports = {
  memory: WebAssembly.Memory;
  scratchBase(): number;
  reset(): void;
  absorb(input: number, blocks: number): void;
  finish(input: number, length: number, output: number): void;
  hashMany(input: number, length: number, count: number, output: number): void;
  resetTotal(): void;
  addSums(sums: number, count: number): number;
  hashLeaves(keys: number, sums: number, payloadHashes: number, count: number, output: number): void;
  hashLevel(
    keys: number,
    hashes: number,
    sums: number,
    count: number,
    outKeys: number,
    outHashes: number,
    outSums: number,
  ): number;
  hashForestLevel(
    counts: number,
    trees: number,
    hashes: number,
    sums: number,
    outHashes: number,
    outSums: number,
  ): number;
  lowerMinima(hashes: number, count: number, minima: number, bits: number): void;
};

/** The present nodes of one level of a tree, by ascending index; `sums` holds two words per node: high, low. */
export type Level = { keys: Uint32Array; hashes: Uint8Array; sums: BigUint64Array };

const RATE = 136;
/** Nodes per batch of a tree kernel. */
const BATCH = 8192;
const INPUT_BYTES = BATCH * 52 + 64;
const SCRATCH_BYTES = 2 * INPUT_BYTES;
const MODULE_URL = new URL("../wasm/sumtree.wasm", import.meta.url);

const kernel = load();
const base = (kernel.scratchBase() + 15) & ~15;
kernel.memory.grow(Math.ceil((base + SCRATCH_BYTES) / 65536));
const bytes = new Uint8Array(kernel.memory.buffer);
const words32 = new Uint32Array(kernel.memory.buffer);
const words64 = new BigUint64Array(kernel.memory.buffer);

// Two regions of scratch: what a kernel reads and what it writes. Each holds hashes, then sums, then indexes of a batch.
const IN = regionAt(base);
const OUT = regionAt(base + INPUT_BYTES);

function regionAt(start: number): { hashes: number; sums: number; keys: number } {
  return { hashes: start, sums: start + BATCH * 32, keys: start + BATCH * 48 };
}

function load(): Exports {
  let code: Uint8Array<ArrayBuffer>;
  try {
    code = readFileSync(MODULE_URL);
  } catch (cause) {
    throw new Error("protocol/wasm/sumtree.wasm is missing: run `npm run build:wasm`", { cause });
  }
  return new WebAssembly.Instance(new WebAssembly.Module(code), {}).exports as unknown as Exports;
}

/** Keccak-256 of a byte string of any length. */
export function hashOne(input: Uint8Array): Uint8Array {
  const blocksPerRun = Math.floor((INPUT_BYTES - 64) / RATE);
  let offset = 0;
  kernel.reset();
  while (input.length - offset >= RATE) {
    const blocks = Math.min(blocksPerRun, Math.floor((input.length - offset) / RATE));
    bytes.set(input.subarray(offset, offset + blocks * RATE), base);
    kernel.absorb(base, blocks);
    offset += blocks * RATE;
  }
  bytes.set(input.subarray(offset), base);
  kernel.finish(base, input.length - offset, OUT.hashes);
  return bytes.slice(OUT.hashes, OUT.hashes + 32);
}

/** Keccak-256 of each of the byte strings of `length` bytes that `input` holds one behind the other, 32 bytes each. */
export function hashEach(input: Uint8Array, length: number): Uint8Array {
  const count = length === 0 ? 0 : input.length / length;
  const output = new Uint8Array(32 * count);
  const perRun = Math.min(BATCH, Math.floor((INPUT_BYTES - 64) / length));
  for (let i = 0; i < count; i += perRun === 0 ? 1 : perRun) {
    if (perRun === 0) {
      output.set(hashOne(input.subarray(i * length, (i + 1) * length)), 32 * i);
      continue;
    }
    const n = Math.min(perRun, count - i);
    bytes.set(input.subarray(i * length, (i + n) * length), base);
    kernel.hashMany(base, length, n, OUT.hashes);
    output.set(bytes.subarray(OUT.hashes, OUT.hashes + 32 * n), 32 * i);
  }
  return output;
}

/** The position of the first leaf whose sum takes the running total past 2^128 − 1, or −1. */
export function findOverflow(sums: BigUint64Array): number {
  const count = sums.length / 2;
  kernel.resetTotal();
  for (let i = 0; i < count; i += BATCH) {
    const n = Math.min(BATCH, count - i);
    words64.set(sums.subarray(2 * i, 2 * (i + n)), IN.sums / 8);
    const at = kernel.addSums(IN.sums, n);
    if (at >= 0) return i + at;
  }
  return -1;
}

/** Leaf hashes (32 bytes each) from places, sums (two words each: high, low) and payload hashes (32 bytes each). */
export function hashLeaves(keys: Uint32Array, sums: BigUint64Array, payloadHashes: Uint8Array): Uint8Array {
  const output = new Uint8Array(32 * keys.length);
  for (let i = 0; i < keys.length; i += BATCH) {
    const n = Math.min(BATCH, keys.length - i);
    words32.set(keys.subarray(i, i + n), IN.keys / 4);
    words64.set(sums.subarray(2 * i, 2 * (i + n)), IN.sums / 8);
    bytes.set(payloadHashes.subarray(32 * i, 32 * (i + n)), IN.hashes);
    kernel.hashLeaves(IN.keys, IN.sums, IN.hashes, n, OUT.hashes);
    output.set(bytes.subarray(OUT.hashes, OUT.hashes + 32 * n), 32 * i);
  }
  return output;
}

/** How many parents the present nodes of a level have. */
function countParents(keys: Uint32Array): number {
  let parents = 0;
  for (let i = 0; i < keys.length; i++) {
    if (i === 0 || keys[i]! >>> 1 !== keys[i - 1]! >>> 1) parents++;
  }
  return parents;
}

/**
 * The level above a level.
 * @throws RangeError if a sum exceeds 2^128 − 1 (callers name the leaf beforehand, with `findOverflow`).
 */
export function hashLevel(level: Level): Level {
  const { keys } = level;
  const parents = countParents(keys);
  const above: Level = {
    keys: new Uint32Array(parents),
    hashes: new Uint8Array(32 * parents),
    sums: new BigUint64Array(2 * parents),
  };
  let written = 0;
  for (let i = 0; i < keys.length;) {
    let end = Math.min(i + BATCH, keys.length);
    if (end < keys.length && keys[end]! >>> 1 === keys[end - 1]! >>> 1) end--;
    words32.set(keys.subarray(i, end), IN.keys / 4);
    words64.set(level.sums.subarray(2 * i, 2 * end), IN.sums / 8);
    bytes.set(level.hashes.subarray(32 * i, 32 * end), IN.hashes);
    const n = kernel.hashLevel(IN.keys, IN.hashes, IN.sums, end - i, OUT.keys, OUT.hashes, OUT.sums);
    if (n < 0) throw new RangeError("sum of a tree level exceeds 2^128 - 1");
    above.keys.set(words32.subarray(OUT.keys / 4, OUT.keys / 4 + n), written);
    above.sums.set(words64.subarray(OUT.sums / 8, OUT.sums / 8 + 2 * n), 2 * written);
    above.hashes.set(bytes.subarray(OUT.hashes, OUT.hashes + 32 * n), 32 * written);
    written += n;
    i = end;
  }
  return above;
}

/** The roots of many trees whose leaves are contiguous from 0; `counts` are their leaves. */
export function hashForest(
  depth: number,
  counts: Uint32Array,
  sums: BigUint64Array,
  payloadHashes: Uint8Array,
): { hashes: Uint8Array; sums: BigUint64Array } {
  const roots = { hashes: new Uint8Array(32 * counts.length), sums: new BigUint64Array(2 * counts.length) };
  for (let tree = 0, leaf = 0; tree < counts.length;) {
    let end = tree;
    let leaves = 0;
    while (end < counts.length && leaves + counts[end]! <= BATCH && end - tree < BATCH) leaves += counts[end++]!;
    const isLarge = end === tree;
    if (isLarge) leaves = counts[end++]!;
    const treeSums = sums.subarray(2 * leaf, 2 * (leaf + leaves));
    const treePayloads = payloadHashes.subarray(32 * leaf, 32 * (leaf + leaves));
    if (isLarge) writeLargeRoot(depth, treeSums, treePayloads, roots, tree);
    else writeSmallRoots(depth, counts.subarray(tree, end), treeSums, treePayloads, roots, tree);
    leaf += leaves;
    tree = end;
  }
  return roots;
}

type Roots = { hashes: Uint8Array; sums: BigUint64Array };

function writeLargeRoot(
  depth: number,
  sums: BigUint64Array,
  payloadHashes: Uint8Array,
  roots: Roots,
  tree: number,
): void {
  const keys = Uint32Array.from({ length: sums.length / 2 }, (_, i) => i);
  let level: Level = { keys, sums, hashes: hashLeaves(keys, sums, payloadHashes) };
  for (let l = depth; l > 0; l--) level = hashLevel(level);
  roots.hashes.set(level.hashes, 32 * tree);
  roots.sums.set(level.sums, 2 * tree);
}

function writeSmallRoots(
  depth: number,
  counts: Uint32Array,
  sums: BigUint64Array,
  payloadHashes: Uint8Array,
  roots: Roots,
  firstTree: number,
): void {
  const keys = new Uint32Array(sums.length / 2);
  for (let tree = 0, leaf = 0; tree < counts.length; tree++) {
    for (let key = 0; key < counts[tree]!; key++) keys[leaf++] = key;
  }
  const hashes = hashLeaves(keys, sums, payloadHashes);
  bytes.set(hashes, IN.hashes);
  words64.set(sums, IN.sums / 8);
  words32.set(counts, IN.keys / 4);
  let from = IN;
  let to = OUT;
  for (let l = depth; l > 0; l--) {
    if (!kernel.hashForestLevel(IN.keys, counts.length, from.hashes, from.sums, to.hashes, to.sums)) {
      throw new RangeError(`sum of one of the trees ${firstTree} … ${firstTree + counts.length - 1} exceeds 2^128 - 1`);
    }
    [from, to] = [to, from];
  }
  for (let tree = 0, at = 0; tree < counts.length; tree++) {
    if (counts[tree] === 0) continue;
    roots.hashes.set(bytes.subarray(from.hashes + 32 * at, from.hashes + 32 * (at + 1)), 32 * (firstTree + tree));
    roots.sums.set(words64.subarray(from.sums / 8 + 2 * at, from.sums / 8 + 2 * (at + 1)), 2 * (firstTree + tree));
    at++;
  }
}

const encoder = new TextEncoder();
const inputBytes = bytes.subarray(base, base + INPUT_BYTES - 64);
/** Words of the output region that hold shingle hashes; the minima stand behind them. */
const SHINGLE_BATCH = 65_536;

/**
 * For each bit `b` the least `fmix32(h XOR seed_b)` over the shingles' hashes `h` (docs/formats.md §6.5).
 * @param bits a multiple of 4, at most 1024
 */
export function shingleMinima(shingles: readonly string[], bits: number): Uint32Array {
  const hashes = OUT.hashes / 4;
  const minima = hashes + SHINGLE_BATCH;
  words32.fill(0xffffffff, minima, minima + bits);
  for (let first = 0; first < shingles.length; first += SHINGLE_BATCH) {
    const count = Math.min(SHINGLE_BATCH, shingles.length - first);
    for (let i = 0; i < count; i++)
      words32[hashes + i] = hashPrefix(shingles[first + i]!, 4 * (hashes + SHINGLE_BATCH) + 4096);
    kernel.lowerMinima(4 * hashes, count, 4 * minima, bits);
  }
  return words32.slice(minima, minima + bits);
}

/** The first four bytes of the hash of a text, as a big-endian number; the hash is written to `output`. */
function hashPrefix(text: string, output: number): number {
  const { read, written } = encoder.encodeInto(text, inputBytes);
  if (read < text.length) return readBigEndian(hashOne(encoder.encode(text)), 0);
  const blocks = Math.floor(written / RATE);
  kernel.reset();
  kernel.absorb(base, blocks);
  kernel.finish(base + blocks * RATE, written % RATE, output);
  return readBigEndian(bytes, output);
}

function readBigEndian(source: Uint8Array, at: number): number {
  return ((source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!) >>> 0;
}
