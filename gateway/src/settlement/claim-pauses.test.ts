// Waits of channels whose claims were reverted: twice as long each time, at most a day, kept over restarts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { toHex } from "viem";
import { ClaimPauses } from "./claim-pauses.ts";

describe("waits after reverted claims", () => {
  const [a, b] = [toHex(1, { size: 32 }), toHex(2, { size: 32 })];
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pauses-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("double up to a day, for each channel by itself, and outlast the process", async () => {
    const file = join(folder, "settlements", "pauses.json");
    let seconds = 1_000;
    const now = (): number => seconds * 1_000;
    const pauses = new ClaimPauses(file, now);
    const waits: number[] = [];
    for (let time = 0; time < 13; time++) {
      await pauses.reverted(a);
      waits.push((await pauses.of(a))!.until - seconds);
    }
    expect(waits.slice(0, 4)).to.deep.equal([60, 120, 240, 480]);
    expect(waits.slice(-2)).to.deep.equal([86_400, 86_400]);
    expect([await pauses.of(b), pauses.waiting, pauses.reverts]).to.deep.equal([undefined, 1, 13]);

    const restarted = new ClaimPauses(file, now);
    expect((await restarted.of(a))?.times).to.equal(13);
    seconds += 86_400;
    expect([await restarted.of(a), restarted.waiting]).to.deep.equal([undefined, 0]);
    await restarted.claimed([a, b]);
    await restarted.reverted(a);
    expect((await new ClaimPauses(file, now).of(a))?.times).to.equal(1);
  });
});
