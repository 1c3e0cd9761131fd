// Vectors that are kept are not made again, and are the same.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keptRows } from "./kept-rows.ts";
import type { VectorSource } from "./vector-source.ts";

/** Row r is [r, 10 r]; `until` says after how many rows in all the making fails. */
function source(made: number[], until = Infinity): VectorSource {
  return {
    count: 100,
    partRows: 4,
    rows(chosen, _kind, _map, { onPart }) {
      const values = Float32Array.from(chosen.flatMap((row) => [row, 10 * row]));
      for (let first = 0; first < chosen.length; first += 4) {
        if (made.length >= until) return Promise.reject(new Error("interrupted"));
        const count = Math.min(4, chosen.length - first);
        made.push(...chosen.slice(first, first + count));
        onPart?.(first, { count, size: 2, values: values.subarray(2 * first, 2 * (first + count)) });
      }
      return Promise.resolve({ count: chosen.length, size: 2, values });
    },
  };
}

describe("keptRows", () => {
  const CHOSEN = [3, 5, 8, 13, 21, 34, 40, 41, 50, 55];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-kept-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes only the parts that are missing", async () => {
    let failure: unknown;
    await keptRows(source([], 8), folder)
      .rows(CHOSEN, "own", undefined, { workers: 1 })
      .catch((error: unknown) => (failure = error));
    expect(String(failure)).to.contain("interrupted");
    expect(readdirSync(folder).length).to.equal(2);
    const made: number[] = [];
    const rows = await keptRows(source(made), folder).rows(CHOSEN, "own", undefined, {
      workers: 1,
    });
    expect(made).to.deep.equal([50, 55]);
    expect(rows.count).to.equal(10);
    expect([...rows.values]).to.deep.equal(CHOSEN.flatMap((row) => [row, 10 * row]));
  });

  it("makes a part again that is damaged, and no other", async () => {
    const whole = await keptRows(source([]), folder).rows(CHOSEN, "own", undefined, { workers: 1 });
    const [name] = readdirSync(folder).filter((one) => one.startsWith("own-4-"));
    const bytes = readFileSync(join(folder, name!));
    bytes.writeUInt8(bytes.at(-1)! ^ 1, bytes.length - 1);
    writeFileSync(join(folder, name!), bytes);
    const made: number[] = [];
    const again = await keptRows(source(made), folder).rows(CHOSEN, "own", undefined, { workers: 1 });
    expect(made).to.deep.equal([21, 34, 40, 41]);
    expect(again).to.deep.equal(whole);
  });

  it("tells sampled vectors from own, and keeps none that are mapped", async () => {
    const made: number[] = [];
    const kept = keptRows(source(made), folder);
    await kept.rows([1, 2], "own", undefined, { workers: 1 });
    await kept.rows([1, 2], "sampled", undefined, { workers: 1 });
    await kept.rows([1, 2], "own", { matrix: new Float32Array(2), columns: 1 }, { workers: 1 });
    expect(made).to.deep.equal([1, 2, 1, 2, 1, 2]);
    expect(readdirSync(folder).length).to.equal(2);
  });
});
