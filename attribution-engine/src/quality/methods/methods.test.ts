// Every method against its formula, computed plainly; wrong sizes are refused.
import { expect } from "chai";
import { createRandom, normals } from "../../numerics/random.ts";
import type { LinearMap, Rows, VectorSource } from "../../sketch/vector-source.ts";
import { buildBasis } from "../../sketch/basis.ts";
import { checkpointMaps, checkpointSum } from "../../sketch/checkpoint-sum.ts";
import { joinedSource } from "../../sketch/joined-source.ts";
import { dataInf } from "./datainf.ts";
import { gradientDot } from "./gradient-dot.ts";
import { lexicalSimilarity } from "./lexical.ts";
import { representationSimilarity } from "./representation.ts";
import { sketchMethods } from "./sketch.ts";

const [RECORDS, QUERIES, SIZE] = [40, 3, 6];
const WORK = { workers: 1 };

function rows(count: number, label: string, size = SIZE): Rows {
  return { count, size, values: normals(createRandom(1, label), count * size, 1) };
}

function row({ size, values }: Rows, at: number, from = 0, to = size): number[] {
  return [...values.subarray(at * size + from, at * size + to)];
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** A source whose drawn vectors are its own. */
function sourceOf(all: Rows): VectorSource {
  return {
    count: all.count,
    partRows: 8,
    rows(chosen, _kind, map) {
      const columns = map?.columns ?? all.size;
      const column = (c: number): number[] => Array.from({ length: all.size }, (_, i) => map!.matrix[i * columns + c]!);
      const values = chosen.flatMap((at) =>
        map === undefined ? row(all, at) : Array.from({ length: columns }, (_, c) => dot(row(all, at), column(c))),
      );
      return Promise.resolve({ count: chosen.length, size: columns, values: Float32Array.from(values) });
    },
  };
}

describe("the methods of attribution", () => {
  const [records, queries] = [rows(RECORDS, "records"), rows(QUERIES, "queries")];

  it("gradient-dot: plain products, or of records of length 1", async () => {
    const [plain, normalised] = [await gradientDot(records, queries), await gradientDot(records, queries, true)];
    const expected = dot(row(queries, 2), row(records, 5));
    expect(plain.scores(2)[5]!).to.be.closeTo(expected, 1e-4);
    expect(normalised.scores(2)[5]!).to.be.closeTo(expected / Math.hypot(...row(records, 5)), 1e-4);
    expect([plain.k, plain.bytes]).to.deep.equal([SIZE, 4 * SIZE]);
  });

  it("datainf: per block, the mean over records of (gᵢgᵢᵀ + λI)⁻¹ between query and record", async () => {
    const blocks = [2, 4];
    const method = await dataInf(records, queries, blocks, 0.1);
    const [query, record] = [1, 7];
    let expected = 0;
    for (const [from, to] of [
      [0, 2],
      [2, 6],
    ] as const) {
      const own = Array.from({ length: RECORDS }, (_, i) => row(records, i, from, to));
      const lambda = (0.1 * own.reduce((sum, g) => sum + dot(g, g), 0)) / (RECORDS * (to - from));
      const [q, g] = [row(queries, query, from, to), row(records, record, from, to)];
      // (λI + hhᵀ)⁻¹ x, solved by its eigenvectors: h, where the value is λ + |h|², and what is orthogonal to it, where it is λ.
      for (const h of own) {
        const along = dot(q, h) / dot(h, h);
        const solved = q.map((value, i) => (along * h[i]!) / (lambda + dot(h, h)) + (value - along * h[i]!) / lambda);
        expected += dot(solved, g) / RECORDS;
      }
    }
    expect(method.scores(query)[record]!).to.be.closeTo(expected, 1e-3 * Math.abs(expected));
    expect([...method.scores(query)].length).to.equal(RECORDS);
  });

  it("representation: cosines, their sign reversed where the classes differ", async () => {
    const classes = { records: Array.from({ length: RECORDS }, (_, i) => i % 2), queries: [0, 1, 0] };
    const [plain, signed] = [
      await representationSimilarity(records, queries),
      await representationSimilarity(records, queries, classes),
    ];
    const [q, r] = [row(queries, 1), row(records, 4)];
    expect(plain.scores(1)[4]!).to.be.closeTo(dot(q, r) / Math.hypot(...q) / Math.hypot(...r), 1e-5);
    expect(signed.scores(1)[4]!).to.equal(-plain.scores(1)[4]!);
    expect(signed.scores(1)[5]!).to.equal(plain.scores(1)[5]!);
  });

  it("lexical: BM25 of the texts", () => {
    const texts = ["the whale", "a whale and the sea", "a ship"];
    const method = lexicalSimilarity(texts, ["whale"], { k1: 1.2, b: 0.75 });
    const scores = method.scores(0);
    expect([scores[0]! > scores[1]!, scores[2]]).to.deep.equal([true, 0]);
    // Nine different words of records in three records.
    expect([method.k, method.bytes]).to.deep.equal([3, 24]);
    expect(() => method.scores(1)).to.throw("query 1: there are 1");
  });

  for (const limit of [{}, { sizeLimit: 0.25 }])
    it(`sketch: int8 sketches order records as unrounded ones do, but for rounding, with ${"sizeLimit" in limit ? "a limit" : "no limit"} of size`, async () => {
      const method = { k: SIZE, seed: 1, curvatureSamples: RECORDS, damping: 0.5, draws: 2, ...limit };
      const { sketch, unquantised } = await sketchMethods(sourceOf(records), sourceOf(queries), method, WORK);
      const [rounded, exact] = [sketch.scores(0), unquantised.scores(0)];
      const factor = dot([...rounded], [...exact]) / dot([...exact], [...exact]);
      const largest = Math.max(...exact.map(Math.abs));
      exact.forEach((value, i) => expect(rounded[i]! / factor).to.be.closeTo(value, 0.03 * largest));
      expect([sketch.bytes, unquantised.bytes]).to.deep.equal([SIZE, 4 * SIZE]);
    });

  it("a joined source's products are the sums of its sources' products", async () => {
    const other = rows(RECORDS, "other", 3);
    const joined = joinedSource([sourceOf(records), sourceOf(other)]);
    const [both] = [await joined.rows([4, 9], "own", undefined, WORK)];
    const expected = dot(row(records, 4), row(records, 9)) + dot(row(other, 4), row(other, 9));
    expect(dot(row(both, 0), row(both, 1))).to.be.closeTo(expected, 1e-5);
    const map = { matrix: Float32Array.from({ length: 9 }, (_, i) => i), columns: 1 };
    const mapped = await joined.rows([4], "own", map, WORK);
    expect(mapped.values[0]!).to.be.closeTo(dot(row(both, 0), [0, 1, 2, 3, 4, 5, 6, 7, 8]), 1e-4);
    expect(() => joinedSource([sourceOf(records), sourceOf(queries)])).to.throw("sources of 40 and 3 rows");
  });

  it("a sum over checkpoints whitens each by its own curvature, and its basis leaves the sum as it is", async () => {
    const sources = [sourceOf(records), sourceOf(rows(RECORDS, "second checkpoint"))];
    const method = { k: SIZE, seed: 1, curvatureSamples: RECORDS, damping: 1 };
    const maps = await checkpointMaps(sources, [method, method], WORK);
    const joined = checkpointSum(sources, maps);
    const products = async (source: VectorSource, map: LinearMap): Promise<number> => {
      const pair = await source.rows([4, 9], "own", map, WORK);
      return dot(row(pair, 0), row(pair, 1));
    };
    const sum = (await products(sources[0]!, maps[0]!)) + (await products(sources[1]!, maps[1]!));
    const { map } = await buildBasis(joined, { ...method, k: 2 * SIZE, isWhitened: true }, WORK);
    const both = await joined.rows([4, 9], "own", undefined, WORK);
    expect(dot(row(both, 0), row(both, 1))).to.be.closeTo(sum, 1e-3);
    const last = Array.from({ length: 2 }, (_, at) =>
      Array.from({ length: 2 * SIZE }, (_c, c) =>
        dot(
          row(both, at),
          Array.from({ length: 2 * SIZE }, (_i, i) => map[i * 2 * SIZE + c]!),
        ),
      ),
    );
    expect(dot(last[0]!, last[1]!)).to.be.closeTo(sum, 1e-3);
  });

  it("refuse vectors of other sizes", async () => {
    const failure = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "no error",
        (error: unknown) => (error as Error).message,
      );
    const wide = rows(QUERIES, "wide", SIZE + 1);
    expect(await failure(gradientDot(records, wide))).to.equal("vectors of queries have 7 coordinates, of records 6");
    expect(await failure(dataInf(records, queries, [5]))).to.equal(
      "blocks of 5 coordinates; records have 6, queries 6",
    );
  });
});
