// Staking in Chromium, by a wallet that signs for real: stake, leave, and withdraw when it may, each held against the chain.
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { encodeFunctionData, parseEther } from "viem";
import { hasChromium, startChromium } from "./browser.ts";
import { approve, DASHBOARD, giveOpen, GUEST, openOf, type Place, RICH, thePlace } from "./place.ts";
import { injectTestWallet, TEST_WALLET_NAME, type TestWallet } from "./test-wallet.ts";
import { amountsIn, visit, type Visitor } from "./visitor.ts";

const PURSE = parseEther("100");
const STAKED = parseEther("12.5");
const TAKEN = parseEther("5");
const REWARD = parseEther("3");
const SECOND = 1_000;
/** The chain mines a block a second, and pages ask for it every two. */
const BLOCKS_MILLISECONDS = 3_000;

describe("staking with a wallet", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let visitor: Visitor;
  let wallet: TestWallet;
  /** A pool that can be slashed. */
  let pool: bigint;

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    const { stakePools } = await place.ask<{ stakePools: { items: { id: string }[] } }>(
      "{ stakePools(where: { kind: attributor }, limit: 1) { items { id } } }",
    );
    pool = BigInt(stakePools.items[0]!.id);
    await giveOpen(place, GUEST.address, PURSE);
    browser = await startChromium();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    visitor = await visit(browser, place);
    wallet = await injectTestWallet(visitor.page, { rpcUrl: place.config.rpcUrl, account: GUEST });
  });
  afterEach(async () => {
    await visitor.leave();
    expect(visitor.faults).to.deep.equal([]);
  });

  const staking = () => ({ address: place.addresses.OperatorStaking, abi: operatorStakingAbi }) as const;
  const poolOf = () => place.chain.readContract({ ...staking(), functionName: "poolOf", args: [pool] });
  const worthOf = async (generation: number): Promise<bigint> =>
    (
      await place.chain.readContract({
        ...{ ...staking(), functionName: "sharesOf" },
        args: [pool, generation, GUEST.address],
      })
    )[1];
  const connect = () => visitor.page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
  /** Fills the form of an amount and sends it. */
  const give = async (label: RegExp, amount: string, action: string): Promise<void> => {
    await visitor.page.getByLabel(label).fill(amount);
    await visitor.page.getByRole("button", { name: action, exact: true }).click();
  };
  /** Waits until the fact shows the amount, which comes without loading the page again. */
  const shows = async (name: string, amount: bigint): Promise<void> => {
    await visitor.fact(name).locator(`data[value="${amount}"]`).waitFor();
  };

  it("shows each pool's stake as the chain has it", async () => {
    await visitor.goTo("/staking", "Staking");
    const rows = visitor.rows("Pools, most staked first");
    await rows.first().waitFor();
    const count = await place.chain.readContract({ ...staking(), functionName: "poolCount" });
    expect(await rows.count()).to.equal(Number(count));
    for (const row of await rows.all()) {
      const id = BigInt(/Pool (\d+)/.exec(await row.innerText())![1]!);
      const { stake, unbonding } = await place.chain.readContract({ ...staking(), functionName: "poolOf", args: [id] });
      expect((await amountsIn(row)).slice(0, 2), `pool ${id}`).to.deep.equal([stake, unbonding]);
    }
  });

  it("stakes after approving exactly the amount, no more than there is, and shows it without being loaded again", async () => {
    const [before, purse] = [await poolOf(), await openOf(place, GUEST.address)];
    const held = await worthOf(before.generation);
    await visitor.goTo("/staking", "Staking");
    await visitor
      .rows("Pools, most staked first")
      .getByRole("link", { name: `Pool ${pool}` })
      .click();
    await visitor.titled(`Pool ${pool}`);
    await connect();
    await visitor.seen(
      /Stake leaves 2 min after you ask for it\. By the chain, everybody in this pool is slashed alike/,
    );
    await give(/^Stake, in OPEN/, "1000000", "Stake");
    await visitor.seen(/There is less than that in the wallet/);
    await give(/^Stake, in OPEN/, "no number", "Stake");
    await visitor.seen(/Give a number of OPEN above zero/);
    expect(wallet.sent).to.deep.equal([]);
    await give(/^Stake, in OPEN/, "12.5", "Stake");
    await visitor.seen(/All transactions were mined\. approve exactly 12\.5 OPEN: block .* stake 12\.5 OPEN in pool/);
    expect(wallet.sent).to.have.length(2);
    expect(await worthOf(before.generation)).to.equal(held + STAKED);
    expect(await openOf(place, GUEST.address)).to.equal(purse - STAKED);
    await shows("Staked", before.stake + STAKED);
    // What is said of the transactions stays while new blocks are read.
    await visitor.page.waitForTimeout(BLOCKS_MILLISECONDS);
    expect(await visitor.page.locator('.transaction[data-at="mined"]').count()).to.equal(1);
  });

  it("shows the rewards that wait for the account as the chain has them, and claims them to the unit", async () => {
    const { OpenToken: token, OperatorStaking: to } = place.addresses;
    const [{ streamSeconds }, { generation }] = await Promise.all([
      place.chain.readContract({ ...staking(), functionName: "parameters" }),
      poolOf(),
    ]);
    await approve(place, RICH, to, REWARD);
    const fund = { abi: operatorStakingAbi, functionName: "fund", args: [pool, token, REWARD] } as const;
    await place.send(RICH, to, encodeFunctionData(fund));
    await place.anvil.increaseTime({ seconds: streamSeconds + 1 });
    await place.anvil.mine({ blocks: 1 });
    const waits = await place.chain.readContract({
      ...{ ...staking(), functionName: "rewardsOf", args: [pool, generation, token, GUEST.address] },
    });
    expect(waits > 0n).to.equal(true);
    await visitor.goTo(`/staking/${pool}`, `Pool ${pool}`);
    await visitor.seen(/OPEN came in, .* was claimed; all is released by/, visitor.fact("Rewards"));
    await connect();
    const own = visitor.page.locator("li", { hasText: "waits for you" });
    expect(await amountsIn(own)).to.deep.equal([waits]);
    const purse = await openOf(place, GUEST.address);
    await own.getByRole("button", { name: "Claim rewards" }).click();
    await visitor.seen(/The transaction was mined/);
    expect(wallet.sent).to.have.length(1);
    expect((await openOf(place, GUEST.address)) - purse).to.equal(waits);
    await visitor.seen(/No rewards wait for you here/);
  });

  it("unbonds, says until when the stake is held, and withdraws it then", async () => {
    const before = await poolOf();
    await visitor.goTo(`/staking/${pool}`, `Pool ${pool}`);
    await connect();
    await give(/^Take out, in OPEN/, "5", "Unbond");
    await visitor.seen(/The transaction was mined/);
    await shows("Staked", before.stake - TAKEN);
    await shows("On its way out, still slashable", before.unbonding + TAKEN);
    await visitor.page.getByRole("link", { name: "All pools" }).click();
    const held = visitor.rows("On its way back to you; slashes still lower it").filter({ hasText: /in \d+ (min|s)/ });
    expect(await amountsIn(held.last())).to.deep.equal([TAKEN]);
    expect(await held.getByRole("button", { name: "Withdraw" }).count()).to.equal(0);

    const { unbondingSeconds } = await place.chain.readContract({ ...staking(), functionName: "parameters" });
    await place.anvil.increaseTime({ seconds: unbondingSeconds + 1 });
    await place.anvil.mine({ blocks: 1 });
    const { timestamp } = await place.chain.getBlock();
    const later = await visit(browser, place);
    wallet = await injectTestWallet(later.page, { rpcUrl: place.config.rpcUrl, account: GUEST });
    // The reader's clock goes with the chain's.
    await later.page.clock.setSystemTime(Number(timestamp) * SECOND);
    await later.goTo("/staking", "Staking");
    await later.page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
    const purse = await openOf(place, GUEST.address);
    await later.page.getByRole("button", { name: "Withdraw" }).first().click();
    await later.seen(/The transaction was mined/);
    expect(await openOf(place, GUEST.address)).to.equal(purse + TAKEN);
    await later.leave();
    expect(later.faults).to.deep.equal([]);
  });
});
