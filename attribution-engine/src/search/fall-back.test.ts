// Tests that a search goes on by the processor when its GPU is lost, with the same lists, and says so once.
import { expect } from "chai";
import { fallingBack } from "./fall-back.ts";
import { GpuFailedError, GpuUnavailableError, openGpu, type GpuDevice } from "./gpu/device.ts";
import { gpuBackend } from "./gpu/gpu-backend.ts";
import { rank } from "./rank.ts";
import type { ScoredRecords } from "./records.ts";
import { openSearcherOn, type Searcher } from "./searcher.ts";
import { anyCoordinate, recordsOf, sketchesOf } from "./test/plain-search.ts";
import { useSoftwareGpu } from "./test/software-gpu.ts";
import { wasmBackend } from "./wasm-backend.ts";

useSoftwareGpu();

const K = 64;
const TOP_K = 8;
const records: ScoredRecords = recordsOf(3, 700, K, anyCoordinate);
const queries = { count: 40, k: K, sketches: sketchesOf(4, 40, K, anyCoordinate) };

/** A search by a device of its own, and how to lose that. */
async function losable(gpu: GpuDevice, notices: string[]): Promise<Searcher> {
  const open = (backend = wasmBackend) =>
    openSearcherOn(backend, { kind: "memory", records }, TOP_K, { blockQueries: 4, memoryBytes: 100 * K });
  return fallingBack(
    () => open(gpuBackend(gpu)),
    () => open(),
    (message) => void notices.push(message),
  );
}

describe("a search whose GPU is lost (skipped without a Vulkan driver: Debian has libvulkan1 and, in chromium-common, a software one)", function () {
  this.timeout(60_000);
  let gpu: GpuDevice;

  beforeEach(async function () {
    try {
      gpu = await openGpu();
    } catch (error) {
      if (!(error instanceof GpuUnavailableError)) throw error;
      this.skip();
    }
  });

  it("gives the same lists by the processor, from the middle of a run on, and says so once", async () => {
    const expected = await rank(records, queries, TOP_K);
    const notices: string[] = [];
    const searcher = await losable(gpu, notices);
    expect(searcher.backend).to.equal("gpu");
    expect(await searcher.rank(queries)).to.deep.equal(expected);
    expect(notices).to.deep.equal([]);
    let blocks = 0;
    const onProgress = (): void => {
      if (++blocks === 3) gpu.device.destroy();
    };
    const [one, other] = await Promise.all([searcher.rank(queries, { onProgress }), searcher.rank(queries)]);
    expect(one).to.deep.equal(expected);
    expect(other).to.deep.equal(expected);
    expect(notices).to.have.length(1);
    expect(notices[0]).to.match(/^the GPU .* was lost: .*; the processor goes on$/);
    expect(searcher.backend).to.equal("wasm");
    expect(await searcher.rank(queries)).to.deep.equal(expected);
    await searcher.close();
  });

  it("is opened by the processor where it is lost before", async () => {
    gpu.device.destroy();
    await gpu.device.lost;
    const notices: string[] = [];
    const searcher = await losable(gpu, notices);
    expect(searcher.backend).to.equal("wasm");
    expect(notices).to.have.length(1);
    expect(await searcher.rank(queries)).to.deep.equal(await rank(records, queries, TOP_K));
    await searcher.close();
  });

  it("stays a failure where the fault is not the GPU's", async () => {
    const searcher = await losable(gpu, []);
    const failure: unknown = await searcher.rank({ ...queries, k: 32 }).catch((error: unknown) => error);
    expect(String(failure))
      .to.match(/coordinates for 40 sketches of 32/)
      .and.not.instanceOf(GpuFailedError);
    await searcher.close();
    gpu.close();
  });
});
