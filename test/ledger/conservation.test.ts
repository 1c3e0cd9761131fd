// Money is conserved to the unit: after any sequence of steps every contract holds exactly what it says it owes.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import fc from "fast-check";
import { loadFixture, time } from "../support/network.ts";
import { accruedOnly, payoutsOf } from "../support/payouts.ts";
import {
  anyRoot,
  close,
  commitSketches,
  ledgerOwes,
  type Modelled,
  modelled,
  OPEN,
  PARAMETERS,
} from "../support/protocol.ts";

const SUPPLY = 1_000_000_000n * OPEN;

type Step = { what: (typeof STEPS)[number]; amount: bigint };

const STEPS = [
  "close",
  "plain",
  "accrue",
  "licence",
  "collect",
  "withdraw",
  "commit",
  "epoch",
  "claim",
  "expire",
] as const;

/** What the run remembers between its steps. */
type Run = { open: bigint[]; cumulative: Record<string, bigint>; payouts: ReturnType<typeof payoutsOf> | undefined };

async function perform(p: Modelled, run: Run, { what, amount }: Step): Promise<void> {
  switch (what) {
    case "close":
      run.open.push(await close(p, amount));
      return;
    case "plain":
      await p.token.transfer(p.till, amount);
      await p.till.connect(p.gateway).closePlain(p.version);
      return;
    case "accrue":
      await p.ledger.accrue([p.alicePosition, 1n], [amount, amount / 3n]);
      return;
    case "licence":
      await p.datanets.connect(p.stranger).payLicence(1n, amount);
      return;
    case "collect":
      for (const id of [1n, 2n, 3n]) await p.datanets.collectLicenceIncome(id);
      return;
    case "withdraw":
      // The third contribution stays, so that the datanet can be licensed.
      for (const [id, contributor] of [
        [1n, p.alice],
        [2n, p.bob],
      ] as const) {
        if ((await p.datanets.withdrawnAt(id)) !== 0n) continue;
        await p.datanets.connect(contributor).withdraw(id);
        return;
      }
      return;
    case "commit": {
      const settlement = run.open.shift();
      if (settlement !== undefined) await commitSketches(p, settlement);
      return;
    }
    case "epoch":
      await settleNext(p, run, amount);
      return;
    case "claim":
      await claimAll(p, run);
      return;
    case "expire":
      if (run.open.length === 0) return;
      await time.increase(PARAMETERS.settlementLifetimeSeconds);
      await p.ledger.expire(run.open.shift()!);
  }
}

async function settleNext(p: Modelled, run: Run, amount: bigint): Promise<void> {
  await time.increase(PARAMETERS.sketchWindowSeconds + PARAMETERS.epochSeconds);
  await p.ledger.advance(100n);
  for (;;) {
    let epoch: bigint;
    try {
      epoch = await p.ledger.nextEpoch();
    } catch {
      return;
    }
    const pools = await p.ledger.epochPools(epoch);
    const toAlice = pools === 0n ? 0n : amount % pools;
    for (const [position, earned] of [
      [p.alicePosition, toAlice],
      [p.bobPosition, pools - toAlice],
    ] as const) {
      run.cumulative[`${position}`] = (run.cumulative[`${position}`] ?? 0n) + earned;
    }
    run.payouts = payoutsOf(run.cumulative);
    await p.ledger.connect(p.proposer).propose(epoch, anyRoot(`g${epoch}`, pools), run.payouts.root, ZeroHash);
    await time.increase(PARAMETERS.challengeWindowSeconds);
    await p.ledger.finalize(epoch);
  }
}

async function claimAll(p: Modelled, run: Run): Promise<void> {
  const attributed = run.payouts;
  const claims = [1n, p.curatorPosition, p.developerPosition].map(accruedOnly);
  for (const position of [p.alicePosition, p.bobPosition]) {
    claims.push(attributed === undefined ? accruedOnly(position) : attributed.claimOf(position));
  }
  await p.vault.claim(claims);
}

/** What was finalised and nobody has claimed, by the books of the positions. */
async function unclaimed(p: Modelled): Promise<bigint> {
  const { sum } = await p.ledger.payoutsRoot();
  const claimed = await Promise.all([p.alicePosition, p.bobPosition].map((position) => p.vault.claimedOf(position)));
  return claimed.reduce((left, amount) => left - amount, sum);
}

describe("conservation of money", () => {
  it("holds after every step of random sequences", async () => {
    const step = fc.record({
      what: fc.constantFrom(...STEPS),
      amount: fc.oneof(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: 10_000n * OPEN })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 30 }), async (steps) => {
        const p = await loadFixture(modelled);
        const run: Run = { open: [], cumulative: {}, payouts: undefined };
        for (const next of steps) {
          await perform(p, run, next);
          expect(await p.token.balanceOf(p.ledger), `ledger after ${next.what}`).to.equal(await ledgerOwes(p));
          expect(await p.vault.unclaimed(), `vault after ${next.what}`).to.equal(await unclaimed(p));
          expect(await p.token.balanceOf(p.datanets), `datanets after ${next.what}`).to.equal(await p.datanets.owed());
          expect(await p.token.balanceOf(p.models), `models after ${next.what}`).to.equal(await p.models.owed());
          expect(await p.token.balanceOf(p.till), `till after ${next.what}`).to.equal(0n);
        }
        await settleNext(p, run, 1n);
        await claimAll(p, run);
        const { accrued, bonds } = await p.ledger.owed();
        expect([accrued, bonds, await p.vault.unclaimed()]).to.deep.equal([0n, 0n, 0n]);
        expect(await p.token.totalSupply()).to.equal(SUPPLY);
      }),
      { numRuns: 15, seed: 2 },
    );
  });

  it("a donation only makes the balance larger", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.ledger, 5n);
    expect(await p.token.balanceOf(p.ledger)).to.equal((await ledgerOwes(p)) + 5n);
    await p.ledger.accrue([p.alicePosition], [7n]);
    await p.vault.claim([accruedOnly(p.alicePosition)]);
    expect(await p.token.balanceOf(p.ledger)).to.equal((await ledgerOwes(p)) + 5n);
  });
});
