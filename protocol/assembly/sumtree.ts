// Batch kernels over linear memory for what this package hashes in bulk (docs/formats.md §2, §6.5), two Keccak-256 hashes at a time in SIMD lanes.

/** Round constants of Keccak-f[1600]. */
const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

/** Two interleaved Keccak states: 25 lanes of two 64-bit words. */
const STATE = memory.data(400, 16);

/** The hash of an absent node; its sum stands behind it. */
const ABSENT_HASH = memory.data(48, 16);
const ABSENT_SUM = ABSENT_HASH + 32;

/** The rate of Keccak-256 in bytes, and the last bit of its padding. */
const RATE = 136;
const PADDING_END: u64 = 0x8000000000000000;

/** Running total of `addSums`. */
let totalHigh: u64 = 0;
let totalLow: u64 = 0;

/** First byte of linear memory that callers may use. */
export function scratchBase(): usize {
  return __heap_base;
}

// @ts-ignore: decorator
@inline
function rotl(x: v128, bits: i32): v128 {
  return v128.or(i64x2.shl(x, bits), i64x2.shr_u(x, 64 - bits));
}

// @ts-ignore: decorator
@inline
function xor5(a: v128, b: v128, c: v128, d: v128, e: v128): v128 {
  return v128.xor(v128.xor(v128.xor(a, b), v128.xor(c, d)), e);
}

// @ts-ignore: decorator
@inline
function chi(x: v128, y: v128, z: v128): v128 {
  return v128.xor(x, v128.andnot(z, y));
}

/** Keccak-f[1600] on both states. */
function permute(): void {
  let a0 = v128.load(STATE, 0);
  let a1 = v128.load(STATE, 16);
  let a2 = v128.load(STATE, 32);
  let a3 = v128.load(STATE, 48);
  let a4 = v128.load(STATE, 64);
  let a5 = v128.load(STATE, 80);
  let a6 = v128.load(STATE, 96);
  let a7 = v128.load(STATE, 112);
  let a8 = v128.load(STATE, 128);
  let a9 = v128.load(STATE, 144);
  let a10 = v128.load(STATE, 160);
  let a11 = v128.load(STATE, 176);
  let a12 = v128.load(STATE, 192);
  let a13 = v128.load(STATE, 208);
  let a14 = v128.load(STATE, 224);
  let a15 = v128.load(STATE, 240);
  let a16 = v128.load(STATE, 256);
  let a17 = v128.load(STATE, 272);
  let a18 = v128.load(STATE, 288);
  let a19 = v128.load(STATE, 304);
  let a20 = v128.load(STATE, 320);
  let a21 = v128.load(STATE, 336);
  let a22 = v128.load(STATE, 352);
  let a23 = v128.load(STATE, 368);
  let a24 = v128.load(STATE, 384);
  for (let round = 0; round < 24; round++) {
    const c0 = xor5(a0, a5, a10, a15, a20);
    const c1 = xor5(a1, a6, a11, a16, a21);
    const c2 = xor5(a2, a7, a12, a17, a22);
    const c3 = xor5(a3, a8, a13, a18, a23);
    const c4 = xor5(a4, a9, a14, a19, a24);
    const d0 = v128.xor(c4, rotl(c1, 1));
    const d1 = v128.xor(c0, rotl(c2, 1));
    const d2 = v128.xor(c1, rotl(c3, 1));
    const d3 = v128.xor(c2, rotl(c4, 1));
    const d4 = v128.xor(c3, rotl(c0, 1));

    const b0 = v128.xor(a0, d0);
    const b1 = rotl(v128.xor(a6, d1), 44);
    const b2 = rotl(v128.xor(a12, d2), 43);
    const b3 = rotl(v128.xor(a18, d3), 21);
    const b4 = rotl(v128.xor(a24, d4), 14);
    const b5 = rotl(v128.xor(a3, d3), 28);
    const b6 = rotl(v128.xor(a9, d4), 20);
    const b7 = rotl(v128.xor(a10, d0), 3);
    const b8 = rotl(v128.xor(a16, d1), 45);
    const b9 = rotl(v128.xor(a22, d2), 61);
    const b10 = rotl(v128.xor(a1, d1), 1);
    const b11 = rotl(v128.xor(a7, d2), 6);
    const b12 = rotl(v128.xor(a13, d3), 25);
    const b13 = rotl(v128.xor(a19, d4), 8);
    const b14 = rotl(v128.xor(a20, d0), 18);
    const b15 = rotl(v128.xor(a4, d4), 27);
    const b16 = rotl(v128.xor(a5, d0), 36);
    const b17 = rotl(v128.xor(a11, d1), 10);
    const b18 = rotl(v128.xor(a17, d2), 15);
    const b19 = rotl(v128.xor(a23, d3), 56);
    const b20 = rotl(v128.xor(a2, d2), 62);
    const b21 = rotl(v128.xor(a8, d3), 55);
    const b22 = rotl(v128.xor(a14, d4), 39);
    const b23 = rotl(v128.xor(a15, d0), 41);
    const b24 = rotl(v128.xor(a21, d1), 2);

    a0 = v128.xor(chi(b0, b1, b2), v128.load_splat<u64>(ROUND_CONSTANTS + (round << 3)));
    a1 = chi(b1, b2, b3);
    a2 = chi(b2, b3, b4);
    a3 = chi(b3, b4, b0);
    a4 = chi(b4, b0, b1);
    a5 = chi(b5, b6, b7);
    a6 = chi(b6, b7, b8);
    a7 = chi(b7, b8, b9);
    a8 = chi(b8, b9, b5);
    a9 = chi(b9, b5, b6);
    a10 = chi(b10, b11, b12);
    a11 = chi(b11, b12, b13);
    a12 = chi(b12, b13, b14);
    a13 = chi(b13, b14, b10);
    a14 = chi(b14, b10, b11);
    a15 = chi(b15, b16, b17);
    a16 = chi(b16, b17, b18);
    a17 = chi(b17, b18, b19);
    a18 = chi(b18, b19, b15);
    a19 = chi(b19, b15, b16);
    a20 = chi(b20, b21, b22);
    a21 = chi(b21, b22, b23);
    a22 = chi(b22, b23, b24);
    a23 = chi(b23, b24, b20);
    a24 = chi(b24, b20, b21);
  }
  v128.store(STATE, a0, 0);
  v128.store(STATE, a1, 16);
  v128.store(STATE, a2, 32);
  v128.store(STATE, a3, 48);
  v128.store(STATE, a4, 64);
  v128.store(STATE, a5, 80);
  v128.store(STATE, a6, 96);
  v128.store(STATE, a7, 112);
  v128.store(STATE, a8, 128);
  v128.store(STATE, a9, 144);
  v128.store(STATE, a10, 160);
  v128.store(STATE, a11, 176);
  v128.store(STATE, a12, 192);
  v128.store(STATE, a13, 208);
  v128.store(STATE, a14, 224);
  v128.store(STATE, a15, 240);
  v128.store(STATE, a16, 256);
  v128.store(STATE, a17, 272);
  v128.store(STATE, a18, 288);
  v128.store(STATE, a19, 304);
  v128.store(STATE, a20, 320);
  v128.store(STATE, a21, 336);
  v128.store(STATE, a22, 352);
  v128.store(STATE, a23, 368);
  v128.store(STATE, a24, 384);
}

/** The words at `a` (first state) and `b` (second state). */
// @ts-ignore: decorator
@inline
function pair(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

// @ts-ignore: decorator
@inline
function pairOf(a: u64, b: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(a), 1, b);
}

/** The big-endian words of two sums or keys, as Keccak's little-endian lanes see them. */
// @ts-ignore: decorator
@inline
function pairSwapped(a: usize, b: usize): v128 {
  return pairOf(bswap<u64>(load<u64>(a)), bswap<u64>(load<u64>(b)));
}

/** Lane of a preimage whose fields are 8-byte words behind a one-byte tag. */
// @ts-ignore: decorator
@inline
function shifted(previous: v128, word: v128): v128 {
  return v128.or(i64x2.shr_u(previous, 56), i64x2.shl(word, 8));
}

// @ts-ignore: decorator
@inline
function setLane(lane: i32, value: v128): void {
  v128.store(STATE + (lane << 4), value);
}

// @ts-ignore: decorator
@inline
function xorLane(lane: i32, value: v128): void {
  const at = STATE + (lane << 4);
  v128.store(at, v128.xor(v128.load(at), value));
}

/** Lanes 13 to 24 of a one-block preimage of at most 104 bytes: zero but for the end of the padding in lane 16. */
function closeSingleBlock(): void {
  memory.fill(STATE + (13 << 4), 0, 12 << 4);
  setLane(16, i64x2.splat(PADDING_END));
}

// @ts-ignore: decorator
@inline
function storeHashes(a: usize, b: usize): void {
  for (let word = 0; word < 4; word++) {
    const value = v128.load(STATE + (word << 4));
    v128.store64_lane(a + (word << 3), value, 0);
    v128.store64_lane(b + (word << 3), value, 1);
  }
}

// One message, in both states

/** Empties both states. */
export function reset(): void {
  memory.fill(STATE, 0, 400);
}

/** Absorbs `blocks` whole blocks of 136 bytes of one message. */
export function absorb(input: usize, blocks: i32): void {
  absorbPair(input, input, blocks);
}

/** Absorbs the last `length < 136` bytes of one message and writes its 32-byte hash to `output`; reads up to 7 bytes past the input. */
export function finish(input: usize, length: i32, output: usize): void {
  finishPair(input, input, length);
  storeHashes(output, output);
}

function absorbPair(a: usize, b: usize, blocks: i32): void {
  for (let block = 0; block < blocks; block++) {
    for (let lane = 0; lane < 17; lane++) xorLane(lane, pair(a + (lane << 3), b + (lane << 3)));
    permute();
    a += RATE;
    b += RATE;
  }
}

function finishPair(a: usize, b: usize, length: i32): void {
  const whole = length >> 3;
  for (let lane = 0; lane < whole; lane++) xorLane(lane, pair(a + (lane << 3), b + (lane << 3)));
  const bits = (length & 7) << 3;
  const kept = i64x2.splat(((<u64>1) << bits) - 1);
  const last = v128.and(pair(a + (whole << 3), b + (whole << 3)), kept);
  xorLane(whole, v128.or(last, i64x2.splat((<u64>1) << bits)));
  xorLane(16, i64x2.splat(PADDING_END));
  permute();
}

// Batches

/** Hashes `count` payloads of `length` bytes each, standing one behind the other, to 32 bytes each; reads up to 7 bytes past the input. */
export function hashMany(input: usize, length: i32, count: i32, output: usize): void {
  const blocks = length / RATE;
  const rest = length % RATE;
  for (let i = 0; i < count; i += 2) {
    const j = min(i + 1, count - 1);
    const a = input + i * length;
    const b = input + j * length;
    reset();
    absorbPair(a, b, blocks);
    finishPair(a + blocks * RATE, b + blocks * RATE, rest);
    storeHashes(output + (i << 5), output + (j << 5));
  }
}

/** Starts the running total of `addSums` at 0. */
export function resetTotal(): void {
  totalHigh = 0;
  totalLow = 0;
}

/** Adds `count` sums (two words each: high, low) to the running total; the position of the first that takes it past 2^128 − 1, or −1. */
export function addSums(sums: usize, count: i32): i32 {
  for (let i = 0; i < count; i++) {
    const high = load<u64>(sums + (i << 4));
    const low = load<u64>(sums + (i << 4), 8);
    const newLow = totalLow + low;
    const carry = <u64>(newLow < low);
    const partial = totalHigh + high;
    const newHigh = partial + carry;
    if (partial < high || newHigh < partial) return i;
    totalHigh = newHigh;
    totalLow = newLow;
  }
  return -1;
}

/** Leaf hashes from places (u32 words), sums (two u64 words each: high, low) and payload hashes. */
export function hashLeaves(keys: usize, sums: usize, payloadHashes: usize, count: i32, output: usize): void {
  for (let i = 0; i < count; i += 2) {
    const j = min(i + 1, count - 1);
    const sumA = sums + (i << 4);
    const sumB = sums + (j << 4);
    const payloadA = payloadHashes + (i << 5);
    const payloadB = payloadHashes + (j << 5);
    const key = pairOf(bswap<u64>(load<u32>(keys + (i << 2))), bswap<u64>(load<u32>(keys + (j << 2))));
    const high = pairSwapped(sumA, sumB);
    const low = pairSwapped(sumA + 8, sumB + 8);
    const p0 = pair(payloadA, payloadB);
    const p1 = pair(payloadA + 8, payloadB + 8);
    const p2 = pair(payloadA + 16, payloadB + 16);
    const p3 = pair(payloadA + 24, payloadB + 24);
    setLane(0, i64x2.shl(key, 8));
    setLane(1, shifted(key, high));
    setLane(2, shifted(high, low));
    setLane(3, shifted(low, p0));
    setLane(4, shifted(p0, p1));
    setLane(5, shifted(p1, p2));
    setLane(6, shifted(p2, p3));
    setLane(7, shifted(p3, i64x2.splat(1)));
    memory.fill(STATE + (8 << 4), 0, 5 << 4);
    closeSingleBlock();
    permute();
    storeHashes(output + (i << 5), output + (j << 5));
  }
}

/** A pending inner node: where its children stand and where its hash goes. */
let pendingLeftHash: usize = 0;
let pendingLeftSum: usize = 0;
let pendingRightHash: usize = 0;
let pendingRightSum: usize = 0;
let pendingOutput: usize = 0;
let isPending = false;

/**
 * Queues the inner node over two children; every second call hashes two of them. The sum is written at once.
 * False if it exceeds 2^128 − 1.
 */
function queueInner(
  leftHash: usize, leftSum: usize, rightHash: usize, rightSum: usize, outHash: usize, outSum: usize,
): bool {
  const leftLow = load<u64>(leftSum, 8);
  const rightHigh = load<u64>(rightSum);
  const low = leftLow + load<u64>(rightSum, 8);
  const partial = load<u64>(leftSum) + rightHigh;
  const high = partial + <u64>(low < leftLow);
  if (partial < rightHigh || high < partial) return false;
  store<u64>(outSum, high);
  store<u64>(outSum, low, 8);
  if (isPending) {
    hashInnerPair(pendingLeftHash, pendingLeftSum, pendingRightHash, pendingRightSum, leftHash, leftSum, rightHash, rightSum);
    storeHashes(pendingOutput, outHash);
    isPending = false;
  } else {
    pendingLeftHash = leftHash;
    pendingLeftSum = leftSum;
    pendingRightHash = rightHash;
    pendingRightSum = rightSum;
    pendingOutput = outHash;
    isPending = true;
  }
  return true;
}

/** Hashes the inner node that still waits for a second one, if any. */
function flushInner(): void {
  if (!isPending) return;
  hashInnerPair(
    pendingLeftHash, pendingLeftSum, pendingRightHash, pendingRightSum,
    pendingLeftHash, pendingLeftSum, pendingRightHash, pendingRightSum,
  );
  storeHashes(pendingOutput, pendingOutput);
  isPending = false;
}

function hashInnerPair(
  leftHashA: usize, leftSumA: usize, rightHashA: usize, rightSumA: usize,
  leftHashB: usize, leftSumB: usize, rightHashB: usize, rightSumB: usize,
): void {
  const l0 = pair(leftHashA, leftHashB);
  const l1 = pair(leftHashA + 8, leftHashB + 8);
  const l2 = pair(leftHashA + 16, leftHashB + 16);
  const l3 = pair(leftHashA + 24, leftHashB + 24);
  const l4 = pairSwapped(leftSumA, leftSumB);
  const l5 = pairSwapped(leftSumA + 8, leftSumB + 8);
  const r0 = pair(rightHashA, rightHashB);
  const r1 = pair(rightHashA + 8, rightHashB + 8);
  const r2 = pair(rightHashA + 16, rightHashB + 16);
  const r3 = pair(rightHashA + 24, rightHashB + 24);
  const r4 = pairSwapped(rightSumA, rightSumB);
  const r5 = pairSwapped(rightSumA + 8, rightSumB + 8);
  setLane(0, shifted(i64x2.splat(0x0100000000000000), l0));
  setLane(1, shifted(l0, l1));
  setLane(2, shifted(l1, l2));
  setLane(3, shifted(l2, l3));
  setLane(4, shifted(l3, l4));
  setLane(5, shifted(l4, l5));
  setLane(6, shifted(l5, r0));
  setLane(7, shifted(r0, r1));
  setLane(8, shifted(r1, r2));
  setLane(9, shifted(r2, r3));
  setLane(10, shifted(r3, r4));
  setLane(11, shifted(r4, r5));
  setLane(12, shifted(r5, i64x2.splat(1)));
  closeSingleBlock();
  permute();
}

/**
 * The level above `count` present nodes, given by their ascending indexes (u32), hashes and sums; no pair of siblings may be cut in two by the batch.
 * Writes the indexes, hashes and sums of the present parents and returns how many they are; −1 if a sum exceeds 2^128 − 1.
 */
export function hashLevel(
  keys: usize, hashes: usize, sums: usize, count: i32, outKeys: usize, outHashes: usize, outSums: usize,
): i32 {
  let parents = 0;
  isPending = false;
  for (let i = 0; i < count; i++) {
    const key = load<u32>(keys + (i << 2));
    let leftHash = hashes + (i << 5);
    let leftSum = sums + (i << 4);
    let rightHash = ABSENT_HASH;
    let rightSum = ABSENT_SUM;
    if (key & 1) {
      rightHash = leftHash;
      rightSum = leftSum;
      leftHash = ABSENT_HASH;
      leftSum = ABSENT_SUM;
    } else if (i + 1 < count && load<u32>(keys + (i << 2), 4) == key + 1) {
      i++;
      rightHash = hashes + (i << 5);
      rightSum = sums + (i << 4);
    }
    store<u32>(outKeys + (parents << 2), key >> 1);
    if (!queueInner(leftHash, leftSum, rightHash, rightSum, outHashes + (parents << 5), outSums + (parents << 4))) return -1;
    parents++;
  }
  flushInner();
  return parents;
}

/**
 * One level of many trees whose leaves are contiguous from 0, standing one behind the other: `counts` (u32) are the present nodes per tree and
 * become those of the level above. False if a sum exceeds 2^128 − 1.
 */
export function hashForestLevel(
  counts: usize, trees: i32, hashes: usize, sums: usize, outHashes: usize, outSums: usize,
): bool {
  isPending = false;
  for (let tree = 0; tree < trees; tree++) {
    const count = load<u32>(counts + (tree << 2));
    for (let i: u32 = 0; i < count; i += 2) {
      const hasRight = i + 1 < count;
      const rightHash = hasRight ? hashes + 32 : ABSENT_HASH;
      const rightSum = hasRight ? sums + 16 : ABSENT_SUM;
      if (!queueInner(hashes, sums, rightHash, rightSum, outHashes, outSums)) return false;
      hashes += hasRight ? 64 : 32;
      sums += hasRight ? 32 : 16;
      outHashes += 32;
      outSums += 16;
    }
    store<u32>(counts + (tree << 2), (count + 1) >> 1);
  }
  flushInner();
  return true;
}

// Content signatures

/** Murmur3's finaliser on four words. */
// @ts-ignore: decorator
@inline
function fmix32(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x85ebca6b));
  x = v128.xor(x, i32x4.shr_u(x, 13));
  x = i32x4.mul(x, i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Lowers `minima[b]`, a u32 for each `b < bits` (a multiple of 4), to the least `fmix32(hash XOR seed_b)` over `count` hashes (docs/formats.md §6.5). */
export function lowerMinima(hashes: usize, count: i32, minima: usize, bits: i32): void {
  for (let bit = 0; bit < bits; bit += 4) {
    const numbers = i32x4.add(i32x4.splat(bit), i32x4(0, 1, 2, 3));
    const seeds = fmix32(i32x4.add(i32x4.mul(numbers, i32x4.splat(0x9e3779b9)), i32x4.splat(1)));
    let least = v128.load(minima + (bit << 2));
    for (let i = 0; i < count; i++) {
      const hash = v128.load_splat<u32>(hashes + (i << 2));
      least = i32x4.min_u(least, fmix32(v128.xor(hash, seeds)));
    }
    v128.store(minima + (bit << 2), least);
  }
}
