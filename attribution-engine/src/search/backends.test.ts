// Tests that every way of searching that runs here gives the lists of the plain reference, and that one which is not exact is never used.
import { expect } from "chai";
import fc from "fast-check";
import { InferenceSession } from "onnxruntime-node";
import { BACKEND_NAMES, chooseBackend, chosenOf, openBackend, tryBackend } from "./backends.ts";
import type { BackendName, SearchBackend } from "./backend.ts";
import { createRandom } from "../numerics/random.ts";
import { rank } from "./rank.ts";
import { checkExact } from "./self-test.ts";
import { inexactBackend, saturatingPairs, singlePrecision } from "./test/inexact-backend.ts";
import { listAt, plainLists } from "./test/plain-search.ts";
import { useSoftwareGpu } from "./test/software-gpu.ts";
import { wasmBackend } from "./wasm-backend.ts";

useSoftwareGpu();

/** Extremes, ties, zeroes and anything, so that sums overflow what is too narrow and equal weights are frequent. */
const coordinate = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(-127, 127) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0, 1) },
  { weight: 1, arbitrary: fc.integer({ min: -127, max: 127 }) },
);

/** A sketch repeats a short pattern: the whole range of sums at any k, from few numbers. */
const sketch = fc.array(coordinate, { minLength: 1, maxLength: 8 });

const search = fc.record({
  k: fc.oneof(
    fc.integer({ min: 1, max: 128 }).map((n) => 32 * n),
    fc.constantFrom(32, 512, 4_096),
  ),
  records: fc.array(
    fc.record({
      sketch,
      scale: fc.oneof(fc.constantFrom(0, 1, 2 ** 24 - 1), fc.nat({ max: 2 ** 24 - 1 })),
      novelty: fc.oneof(fc.constantFrom(0, 255), fc.nat({ max: 255 })),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  queries: fc.array(sketch, { minLength: 1, maxLength: 19 }),
  topK: fc.integer({ min: 1, max: 40 }),
  // A thread takes longer to start than such a search lasts.
  threads: fc.constantFrom(1, 1, 1, 3),
});

const repeated = (patterns: readonly number[][], k: number): Int8Array =>
  Int8Array.from({ length: patterns.length * k }, (_, at) => {
    const pattern = patterns[Math.floor(at / k)]!;
    return pattern[(at % k) % pattern.length]!;
  });

/** The software GPU takes a second a search. */
const RUNS = { gpu: 12, others: 30 };

describe("search backends", function () {
  this.timeout(60_000);

  for (const name of BACKEND_NAMES) {
    it(`${name} gives the lists of the plain reference, with extremes, ties and zeroes`, async function () {
      const { failure } = await tryBackend(name);
      if (failure !== undefined) this.skip();
      await fc.assert(
        fc.asyncProperty(search, async ({ k, records, queries, topK, threads }) => {
          const scored = {
            count: records.length,
            k,
            sketches: repeated(
              records.map((record) => record.sketch),
              k,
            ),
            scales: Uint32Array.from(records, ({ scale }) => scale),
            novelties: Uint8Array.from(records, ({ novelty }) => novelty),
          };
          const asked = { count: queries.length, k, sketches: repeated(queries, k) };
          const lists = await rank(scored, asked, topK, {
            backend: name,
            threads,
            blockQueries: 7,
            memoryBytes: 34 * k,
          });
          for (let query = 0; query < asked.count; query++) {
            const [helpful, harmful] = plainLists(scored, asked, topK, query);
            expect(listAt(lists, 2 * query)).to.deep.equal(helpful);
            expect(listAt(lists, 2 * query + 1)).to.deep.equal(harmful);
          }
        }),
        { numRuns: name === "gpu" ? RUNS.gpu : RUNS.others },
      );
    });
  }

  const selfTest = (backend: SearchBackend, kinds?: readonly ("extreme" | "random")[]): Promise<string> =>
    checkExact(backend, wasmBackend, createRandom(1), kinds).then(
      () => "exact",
      (error: unknown) => (error as Error).message,
    );

  it("the self-test refuses one whose sums of two products saturate at 16 bits", async () => {
    const message = await selfTest(inexactBackend(saturatingPairs));
    expect(message).to.equal("its products of extreme sketches of 32 coordinates are not exact");
    expect(await selfTest(wasmBackend)).to.equal("exact");
  });

  it("the self-test refuses one that only extreme sketches tell: its sums lose bits above 2^24", async () => {
    const backend = inexactBackend(singlePrecision);
    expect(await selfTest(backend, ["random"])).to.equal("exact");
    expect(await selfTest(backend)).to.equal("its products of extreme sketches of 4096 coordinates are not exact");
  });

  it("the copies of products that ONNX Runtime hands out are given back, none left to the collector", async function () {
    if ((await tryBackend("u8u8")).failure !== undefined) this.skip();
    const [k, count] = [32, 10_000];
    const records = {
      ...{ count, k, sketches: new Int8Array(count * k).fill(1) },
      ...{ scales: new Uint32Array(count).fill(1), novelties: new Uint8Array(count).fill(1) },
    };
    const copies: ArrayBuffer[] = [];
    const create = InferenceSession.create.bind(InferenceSession);
    InferenceSession.create = async (model: unknown, options: unknown) => {
      const session = await create(model as Uint8Array, options as InferenceSession.SessionOptions);
      const run = session.run.bind(session);
      session.run = async (feeds: InferenceSession.FeedsType, fetches: unknown) => {
        const results = await run(feeds, fetches as InferenceSession.FetchesType);
        copies.push(...Object.values(results).map(({ data }) => (data as Int32Array<ArrayBuffer>).buffer));
        return results;
      };
      return session;
    };
    try {
      await rank(records, { count: 1, k, sketches: new Int8Array(k).fill(1) }, 1, { backend: "u8u8" });
    } finally {
      InferenceSession.create = create;
    }
    expect(copies.length).to.be.above(2);
    expect(copies.filter(({ detached }) => !detached)).to.deep.equal([]);
  });

  it("auto takes WebAssembly for little work, and for much one that passed", async () => {
    expect((await chooseBackend("auto", 1_000)).name).to.equal("wasm");
    const { name } = await chooseBackend("auto", Infinity);
    expect((await tryBackend(name)).failure).to.equal(undefined);
  });

  it("auto takes the one expected to be fastest, unless another took less than half as long, and none that failed", () => {
    const trial = (name: BackendName, seconds?: number) => ({ name, failure: undefined, seconds });
    expect(chosenOf([trial("vnni", 1.9), trial("u8u8", 1.5), trial("wasm", 1)])).to.equal("vnni");
    expect(chosenOf([trial("vnni", 2.1), trial("u8u8", 1.5), trial("wasm", 1)])).to.equal("u8u8");
    expect(chosenOf([trial("vnni"), trial("u8u8", 2.1), trial("wasm", 1)])).to.equal("wasm");
    expect(chosenOf([trial("vnni")])).to.equal(undefined);
  });

  it("refuses a name that there is not, with those that there are", async () => {
    let failure: unknown;
    await openBackend("cuda" as BackendName).catch((error: unknown) => (failure = error));
    expect(String(failure)).to.match(/no search backend cuda; there are auto, gpu, vnni, u8u8, wasm/);
  });
});
