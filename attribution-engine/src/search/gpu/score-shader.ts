// The kernel that scores tiles of queries against tiles of records, and offers only what may still be listed.
import { SCORING, STEP_COORDINATES, TILE_RECORDS } from "./scoring.ts";
import { THREADS } from "./wgsl.ts";

/** Queries that each of the 16 rows of threads may hold; 8 make the tile square, fewer waste less where queries are few. */
export type QueryRows = 1 | 2 | 4 | 8;

/** Rows and columns of a workgroup's threads. */
export const ROW_THREADS = 16;

/** Of a row in a step, as `vec4<u32>`s. */
const STEP = STEP_COORDINATES / 16;

/** Records of a thread. */
const RECORD_COLUMNS = TILE_RECORDS / ROW_THREADS;

/**
 * The kernel for tiles of `16·queryRows` queries. What it shares with the other way of scoring is in `scoring.ts`.
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
    `let helpful${i} = boundOf(query${i}, 0u);`,
    `let harmful${i} = -boundOf(query${i}, 1u);`,
    `var passed${i} = 0u;`,
    ...columns.flatMap((j) => [
      `let p${i}_${j} = f32(c${i}_${j}) * factor${j};`,
      `passed${i} |= select(0u, ${1 << j}u, p${i}_${j} >= helpful${i} || p${i}_${j} <= harmful${i});`,
    ]),
    `if (passed${i} != 0u) {`,
    `  offerRow(query${i}, firstRecord + x, passed${i}, array(${columns.map((j) => `c${i}_${j}`).join(", ")}));`,
    `}`,
  ]);
  return /* wgsl */ `
requires packed_4x8_integer_dot_product;
${SCORING}
var<workgroup> tileRecords: array<vec4<u32>, ${2 * STEP * TILE_RECORDS}>;
var<workgroup> tileQueries: array<vec4<u32>, ${2 * STEP * tileQueries}>;

fn offerRow(query: u32, firstRecord: u32, passed: u32, dots: array<i32, ${RECORD_COLUMNS}>) {
  var choices = dots;
  for (var left = passed; left != 0u; left &= left - 1u) {
    let column = firstTrailingBit(left);
    offer(query, firstRecord + ${ROW_THREADS}u * column, choices[column]);
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
