// The benchmark's command, made small: it prints its figures and draws its curves. What they must reach is for a quiet machine to show, not for a test.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { recallOf } from "./search/compare.ts";
import { ceilingOf } from "./search/machine.ts";
import { drawPlot } from "./search/plot.ts";
import { pipError } from "./search/python.ts";
import { shortfalls } from "./search/report.ts";

const COMMAND = fileURLToPath(new URL("search.ts", import.meta.url));

function bench(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
}

interface Figures {
  pairsPerSecond: number;
  ceilingShare: number | null;
  bestPeer: string | null;
  ratioToBestPeer: number | null;
  threads: { ceiling: { reason: string | null }; standings: { name: string; isPeer: boolean; isExact: boolean }[] }[];
  missing: Record<string, string>;
  stored: { pairsPerSecond: number };
  gpu: object | null;
  gpuReason: string | null;
}

describe("bench:search", function () {
  this.timeout(60_000);

  it("measures backends, a peer and the ceiling in one run, and names what is missing", () => {
    const { stdout, stderr } = bench("--quick", "--records", "4000", "--rounds", "1", "--json");
    const figures = JSON.parse(stdout) as Figures;
    expect(figures.pairsPerSecond, stderr).to.be.above(0);
    expect(figures.bestPeer).to.equal("onnxruntime");
    expect(figures.ratioToBestPeer).to.be.above(0);
    for (const { ceiling, standings } of figures.threads) {
      expect(ceiling.reason === null || figures.ceilingShare === null).to.equal(true);
      expect(ceiling.reason).not.to.equal("it was not measured");
      const own = standings.filter(({ isPeer }) => !isPeer);
      expect(own.map(({ name }) => name)).to.include("wasm");
      expect(own.every(({ isExact }) => isExact)).to.equal(true);
    }
    expect(figures.missing).to.include.keys("numpy", "torch", "faiss", "usearch");
    expect(figures.stored.pairsPerSecond).to.be.above(0);
    expect(figures.gpu === null).to.equal(figures.gpuReason !== null);
  });

  it("keeps what pip said at last of a package that it did not install", () => {
    const said = [
      "WARNING: Retrying",
      "ERROR: Could not find a version",
      "ERROR: No matching distribution found for x",
    ];
    expect(pipError(`${said.join("\n")}\n\n[notice] a newer pip\n`)).to.equal(said[2]);
    expect(pipError("No module named pip\n")).to.equal("No module named pip");
  });

  it("refuses a size that is none, and an option that there is not", () => {
    for (const [options, message] of [
      [["--k", "100"], "--k 100: give a multiple of 32"],
      [["--nope"], "'--nope'"],
      [["--peers", "/no-such-folder/peers"], "--peers /no-such-folder/peers: there is no folder /no-such-folder"],
    ] as const) {
      const { status, stderr } = bench(...options);
      expect(status).to.equal(2);
      expect(stderr).to.include(message).and.not.to.include("    at ");
    }
  });

  it("takes the median of the ceilings that were measured between the rounds, or the reason why there is none", () => {
    const run = (operationsPerSecond: number) => ({ operationsPerSecond, readBytesPerSecond: 7 });
    const none = { operationsPerSecond: null, operationsRange: null };
    expect(ceilingOf([run(5), run(1), run(2)])).to.deep.equal({
      ...{ operationsPerSecond: 2, operationsRange: [1, 5], readBytesPerSecond: 7, reason: null },
    });
    expect(ceilingOf([run(0)])).to.include({ ...none, readBytesPerSecond: 7 });
    expect(ceilingOf([run(5), "no compiler"])).to.deep.equal({
      ...none,
      readBytesPerSecond: null,
      reason: "no compiler",
    });
  });

  it("says which aims are missed or were not measured", () => {
    expect(shortfalls({ ratioToBestPeer: 1.3, ceilingShare: 0.25 })).to.deep.equal([]);
    expect(shortfalls({ ratioToBestPeer: 1.29, ceilingShare: null })).to.deep.equal([
      "ratioToBestPeer is 1.290; the aim is 1.3",
      "ceilingShare was not measured; the aim is 0.25",
    ]);
  });

  it("tells the share of the exact lists that other lists have", () => {
    expect(recallOf(Uint32Array.of(1, 2, 9, 9), Uint32Array.of(2, 1, 9, 4), 2)).to.equal(0.75);
  });

  it("draws a line for each series, between powers of ten", () => {
    const svg = drawPlot({
      title: "a < b",
      x: "records",
      y: "seconds",
      series: [
        {
          name: "wasm",
          points: [
            [10, 0.01],
            [1_000, 1],
          ],
        },
      ],
    });
    expect(svg).to.include("<title>a &lt; b</title>");
    expect(svg).to.include('<path d="M72.0 348.0L556.0 40.0"');
  });
});
