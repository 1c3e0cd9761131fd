// The kernel that scores tiles of queries against tiles of records, and offers only what may still be listed.
import { ENTRIES, HEAD_WORDS, ROUND, THREADS } from "./wgsl.ts";

/** Records of a tile: 16 columns of threads with 8 records each. */
export const TILE_RECORDS = 128;

/** Queries that each of the 16 rows of threads may hold; 8 make the tile square, fewer waste less where queries are few. */
export type QueryRows = 1 | 2 | 4 | 8;

/** Rows and columns of a workgroup's threads. */
export const ROW_THREADS = 16;

/** Coordinates that a step brings into workgroup memory; they divide every k. */
export const STEP_COORDINATES = 32;

/** As `vec4<u32>`s. */
const STEP = STEP_COORDINATES / 16;

const RECORD_COLUMNS = 8;

/**
 * The kernel for tiles of `16·queryRows` queries. Sums are exact: |dot| ≤ 4096·127² < 2^26 in an `i32`.
 *
 * The filter compares `f32(dot)·f32(scale·novelty)` with the list's bound. Each of the three roundings is off by less than 2^-22 of its
 * value in whichever direction the device rounds, and the bound is 2^-18 below the weight of the list's last entry (`select-shader.ts`),
 * so nothing that belongs on the list is left out; what passes is compared exactly, by 64-bit weight and place.
 *
 * Group 0 is the shard, group 1 the queries' state, group 2 the round. Places past the last record have scale and novelty 0 and so weight 0;
 * places past the last query are zero vectors. Neither is ever offered.
 */
export function scoreShader(queryRows: QueryRows): string {
  const tileQueries = ROW_THREADS * queryRows;
  const rows = range(queryRows);
  const columns = range(RECORD_COLUMNS);
  const words = ["x", "y", "z", "w"];
  const accumulate = [
    ...rows.map((i) => `let a${i} = tileQueries[v * ${tileQueries}u + ${ROW_THREADS * i}u + y];`),
    ...columns.flatMap((j) => [
      `let b${j} = tileRecords[v * ${TILE_RECORDS}u + ${ROW_THREADS * j}u + x];`,
      ...rows.map((i) => {
        const sum = words.reduce((acc, word) => `dot4I8Packed(a${i}.${word}, b${j}.${word}) + (${acc})`, `c${i}_${j}`);
        return `c${i}_${j} = ${sum};`;
      }),
    ]),
  ];
  const filter = rows.flatMap((i) => [
    `let query${i} = firstQuery + ${ROW_THREADS * i}u + y;`,
    `let helpful${i} = max(0.5, bitcast<f32>(thresholds[2u * query${i}].w));`,
    `let harmful${i} = -max(0.5, bitcast<f32>(thresholds[2u * query${i} + 1u].w));`,
    `var passed${i} = 0u;`,
    ...columns.flatMap((j) => [
      `let p${i}_${j} = f32(c${i}_${j}) * factor${j};`,
      `passed${i} |= select(0u, ${1 << j}u, p${i}_${j} >= helpful${i} || p${i}_${j} <= harmful${i});`,
    ]),
    `if (passed${i} != 0u) {`,
    `  offer(query${i}, firstRecord + x, passed${i}, array(${columns.map((j) => `c${i}_${j}`).join(", ")}));`,
    `}`,
  ]);
  return /* wgsl */ `
requires packed_4x8_integer_dot_product;
${ROUND}
@group(0) @binding(0) var<storage, read> records: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> scores: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(1) @binding(0) var<storage, read> queries: array<vec4<u32>>;
@group(1) @binding(1) var<storage, read> thresholds: array<vec4<u32>>;
@group(1) @binding(2) var<storage, read_write> heads: array<atomic<u32>>;
@group(1) @binding(3) var<storage, read_write> fresh: array<vec4<u32>>;
@group(2) @binding(0) var<uniform> round: Round;

var<workgroup> tileRecords: array<vec4<u32>, ${2 * STEP * TILE_RECORDS}>;
var<workgroup> tileQueries: array<vec4<u32>, ${2 * STEP * tileQueries}>;
${ENTRIES}
fn offer(query: u32, firstRecord: u32, passed: u32, dots: array<i32, ${RECORD_COLUMNS}>) {
  var choices = dots;
  for (var left = passed; left != 0u; left &= left - 1u) {
    let column = firstTrailingBit(left);
    let dot = choices[column];
    let record = firstRecord + ${ROW_THREADS}u * column;
    let side = select(0u, 1u, dot < 0);
    let scored = scores[record];
    let entry = vec4(weight(u32(abs(dot)), multiplier(scored)), round.firstRecord + record, scored);
    if (before(entry, thresholds[2u * query + side])) {
      let place = atomicAdd(&heads[${HEAD_WORDS}u * query], 1u);
      if (place < round.capacity) { fresh[query * round.capacity + place] = entry | vec4(side << 31u, 0u, 0u, 0u); }
    }
  }
}

@compute @workgroup_size(${THREADS})
fn score(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let x = thread % ${ROW_THREADS}u;
  let y = thread / ${ROW_THREADS}u;
  let firstQuery = group.x * ${tileQueries}u;
  let firstRecord = order[round.firstTile + group.y] * ${TILE_RECORDS}u;
  let vectors = round.steps * ${STEP}u;
  let row = thread / ${STEP}u;
  let column = thread % ${STEP}u;
  let loadsQuery = thread < ${STEP * tileQueries}u;
  let recordAt = (firstRecord + row) * vectors + column;
  let queryAt = (firstQuery + row) * vectors + column;
  let recordTo = column * ${TILE_RECORDS}u + row;
  let queryTo = column * ${tileQueries}u + row;
  ${rows.flatMap((i) => columns.map((j) => `var c${i}_${j} = 0i;`)).join(" ")}

  tileRecords[recordTo] = records[recordAt] ^ vec4(round.flip);
  if (loadsQuery) { tileQueries[queryTo] = queries[queryAt]; }
  workgroupBarrier();
  for (var step = 0u; step < round.steps; step++) {
    let at = (step % 2u) * ${STEP}u;
    let later = ${STEP}u * (step + 1u);
    let more = step + 1u < round.steps;
    var nextRecord: vec4<u32>;
    var nextQuery: vec4<u32>;
    if (more) {
      nextRecord = records[recordAt + later] ^ vec4(round.flip);
      if (loadsQuery) { nextQuery = queries[queryAt + later]; }
    }
    for (var v = at; v < at + ${STEP}u; v++) {
      ${accumulate.join("\n      ")}
    }
    if (more) {
      let to = ${STEP}u - at;
      tileRecords[to * ${TILE_RECORDS}u + recordTo] = nextRecord;
      if (loadsQuery) { tileQueries[to * ${tileQueries}u + queryTo] = nextQuery; }
    }
    workgroupBarrier();
  }

  ${columns.map((j) => `let factor${j} = f32(multiplier(scores[firstRecord + ${ROW_THREADS * j}u + x]));`).join("\n  ")}
  ${filter.join("\n  ")}
}
`;
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
