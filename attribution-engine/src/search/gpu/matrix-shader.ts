// The kernel that scores square tiles by the subgroup matrices of the device (tensor cores) instead of packed dot products.
import { SCORING, STEP_COORDINATES, TILE_RECORDS } from "./scoring.ts";
import { THREADS } from "./wgsl.ts";

/** The one shape that the kernel is written for, which NVIDIA's drivers offer: 16 × 32 times 32 × 16 coordinates into 32-bit sums. */
export const MATRIX = { M: 16, N: 16, K: STEP_COORDINATES, componentType: "i8", resultComponentType: "i32" } as const;

/** Threads of a subgroup; the device must have no other size. */
export const MATRIX_SUBGROUP = 32;

const TILE_QUERIES = 128;
const SUBGROUPS = THREADS / MATRIX_SUBGROUP;
/** Each subgroup scores 32 queries against 64 records. */
const QUERY_BLOCKS = 2;
const RECORD_BLOCKS = 4;
const RECORD_GROUPS = TILE_RECORDS / (RECORD_BLOCKS * MATRIX.N);
const BLOCK = MATRIX.M * MATRIX.N;

/** `vec4<u32>`s of a row in a step, and between rows in workgroup memory, where a third one keeps rows on different banks. */
const STEP = STEP_COORDINATES / 16;
const PITCH = STEP + 1;
const TILE_VECTORS = TILE_RECORDS * PITCH;

/**
 * Scores tiles of 128 queries, as `scoreShader(8)` does, with the same bindings. Offsets and strides of matrices are counted in elements
 * of the array. A matrix's elements can't be told apart while a subgroup holds it, so each block goes through workgroup memory.
 */
export function matrixShader(): string {
  const blocks = range(QUERY_BLOCKS).flatMap((i) => range(RECORD_BLOCKS).map((j) => ({ i, j })));
  const left = `subgroup_matrix_left<i8, ${MATRIX.K}, ${MATRIX.M}>`;
  const right = `subgroup_matrix_right<i8, ${MATRIX.N}, ${MATRIX.K}>`;
  const result = `subgroup_matrix_result<i32, ${MATRIX.N}, ${MATRIX.M}>`;
  const multiply = [
    ...range(QUERY_BLOCKS).map((i) => {
      const offset = `half * ${TILE_VECTORS}u + (blockQuery + ${16 * i}u) * ${PITCH}u`;
      return `let a${i} = subgroupMatrixLoad<${left}, row_major>(&tileQueries, ${offset}, ${PITCH}u);`;
    }),
    ...range(RECORD_BLOCKS).map((j) => {
      const offset = `half * ${TILE_VECTORS}u + (blockRecord + ${16 * j}u) * ${PITCH}u`;
      return `let b${j} = subgroupMatrixLoad<${right}, col_major>(&tileRecords, ${offset}, ${PITCH}u);`;
    }),
    ...blocks.map(({ i, j }) => `c${i}_${j} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, c${i}_${j});`),
  ];
  const filter = blocks.flatMap(({ i, j }) => [
    `subgroupMatrixStore<row_major>(&sums, subgroup * ${BLOCK}u, c${i}_${j}, ${MATRIX.N}u);`,
    `workgroupBarrier();`,
    `offerBlock(firstQuery + blockQuery + ${16 * i}u, firstRecord + blockRecord + ${16 * j}u, subgroup * ${BLOCK}u, lane);`,
    `workgroupBarrier();`,
  ]);
  return /* wgsl */ `
enable subgroups;
enable chromium_experimental_subgroup_matrix;
requires subgroup_id;
${SCORING}
var<workgroup> tileRecords: array<vec4<u32>, ${2 * TILE_VECTORS}>;
var<workgroup> tileQueries: array<vec4<u32>, ${2 * TILE_VECTORS}>;
var<workgroup> sums: array<i32, ${SUBGROUPS * BLOCK}>;

fn offerBlock(firstQuery: u32, firstRecord: u32, at: u32, lane: u32) {
  for (var i = lane; i < ${BLOCK}u; i += ${MATRIX_SUBGROUP}u) {
    let query = firstQuery + i / ${MATRIX.N}u;
    let record = firstRecord + i % ${MATRIX.N}u;
    let dot = sums[at + i];
    let product = f32(dot) * f32(multiplier(scores[record]));
    if (product >= boundOf(query, 0u) || product <= -boundOf(query, 1u)) { offer(query, record, dot); }
  }
}

@compute @workgroup_size(${THREADS})
fn score(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let firstQuery = group.x * ${TILE_QUERIES}u;
  let firstRecord = order[round.firstTile + group.y] * ${TILE_RECORDS}u;
  let blockQuery = (subgroup / ${RECORD_GROUPS}u) * ${16 * QUERY_BLOCKS}u;
  let blockRecord = (subgroup % ${RECORD_GROUPS}u) * ${16 * RECORD_BLOCKS}u;
  let vectors = round.steps * ${STEP}u;
  let row = thread / ${STEP}u;
  let column = thread % ${STEP}u;
  let recordAt = (firstRecord + row) * vectors + column;
  let queryAt = (firstQuery + row) * vectors + column;
  let to = row * ${PITCH}u + column;
  ${blocks.map(({ i, j }) => `var c${i}_${j}: ${result};`).join("\n  ")}

  tileRecords[to] = records[recordAt] ^ vec4(round.flip);
  tileQueries[to] = queries[queryAt];
  workgroupBarrier();
  for (var step = 0u; step < round.steps; step++) {
    let half = step % 2u;
    let later = ${STEP}u * (step + 1u);
    let more = step + 1u < round.steps;
    var nextRecord: vec4<u32>;
    var nextQuery: vec4<u32>;
    if (more) {
      nextRecord = records[recordAt + later] ^ vec4(round.flip);
      nextQuery = queries[queryAt + later];
    }
    ${multiply.join("\n    ")}
    if (more) {
      tileRecords[(1u - half) * ${TILE_VECTORS}u + to] = nextRecord;
      tileQueries[(1u - half) * ${TILE_VECTORS}u + to] = nextQuery;
    }
    workgroupBarrier();
  }

  ${filter.join("\n  ")}
}
`;
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
