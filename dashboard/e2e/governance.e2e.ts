// Governance in Chromium, by a wallet that signs for real: lock, delegate, vote, queue and execute, each held against the chain.
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { encodeFunctionData, parseAbi, parseEther, parseEventLogs } from "viem";
import { hasChromium, startChromium } from "./browser.ts";
import { DASHBOARD, giveOpen, GUEST, type Place, thePlace } from "./place.ts";
import { injectTestWallet, TEST_WALLET_NAME, type TestWallet } from "./test-wallet.ts";
import { visit, type Visitor } from "./visitor.ts";

/** More than a proposal needs, and than a quorum. */
const LOCKED = parseEther("2000");
const [PENDING, ACTIVE, SUCCEEDED, QUEUED, EXECUTED] = [0, 1, 4, 5, 7];
const timelockAbi = parseAbi(["function getMinDelay() view returns (uint256)"]);
const POLL_MILLISECONDS = 100;

describe("governance with a wallet", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let visitor: Visitor;
  let wallet: TestWallet;

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    await giveOpen(place, GUEST.address, LOCKED);
    browser = await startChromium();
    visitor = await visit(browser, place);
    wallet = await injectTestWallet(visitor.page, { rpcUrl: place.config.rpcUrl, account: GUEST });
    await visitor.goTo("/governance", "Governance");
    await visitor.page.getByRole("button", { name: `Connect ${TEST_WALLET_NAME}` }).click();
  });
  after(async () => {
    await browser?.close();
    expect((visitor as Visitor | undefined)?.faults ?? []).to.deep.equal([]);
  });

  const gopen = () => ({ address: place.addresses.GovernanceOpen, abi: governanceOpenAbi }) as const;
  const governor = () => ({ address: place.addresses.OpenGovernor, abi: openGovernorAbi }) as const;
  const votesOf = () => place.chain.readContract({ ...gopen(), functionName: "getVotes", args: [GUEST.address] });
  const stateOf = (id: bigint) => place.chain.readContract({ ...governor(), functionName: "state", args: [id] });
  const pass = async (seconds: bigint): Promise<void> => {
    await place.anvil.increaseTime({ seconds: Number(seconds) });
    await place.anvil.mine({ blocks: 1 });
  };
  const thresholdOf = () => place.chain.readContract({ ...governor(), functionName: "proposalThreshold" });
  const press = (name: string) => visitor.page.getByRole("button", { name, exact: true }).click();

  it("locks OPEN and delegates it, and shows the votes that the chain counts", async () => {
    const { page } = visitor;
    const held = await place.chain.readContract({ ...gopen(), functionName: "balanceOf", args: [GUEST.address] });
    await page.getByLabel(/^Lock, in OPEN/).fill("2000");
    await press("Lock as gOPEN");
    await visitor.seen(/All transactions were mined/);
    await page.getByLabel("Delegate to").fill("0x1234");
    await press("Delegate");
    await visitor.seen(/That is no address/);
    expect(wallet.sent).to.have.length(2);
    await press("Delegate to yourself");
    await visitor.seen(/delegate to yourself: block/);
    expect(await votesOf()).to.equal(held + LOCKED);
    await visitor.seen(/Your gOPEN is delegated to yourself/);
    const own = page.locator("section", { hasText: "Your votes" }).locator("p").first();
    await own
      .locator(`data[value="${held + LOCKED}"]`)
      .nth(1)
      .waitFor();
  });

  it("votes on a proposal that comes while the page is open, queues and executes it, and shows what became of it", async () => {
    const { page } = visitor;
    const votes = await votesOf();
    // A proposer's votes are those of the second before.
    await pass(2n);
    const title = `Ask a little more of proposers (${Date.now()})`;
    const { OpenGovernor, TimelockController } = place.addresses;
    // Of no weight for anybody after this test.
    const threshold = (await thresholdOf()) + 1n;
    const call = encodeFunctionData({ abi: openGovernorAbi, functionName: "setProposalThreshold", args: [threshold] });
    const proposed = await place.send(
      GUEST,
      OpenGovernor,
      encodeFunctionData({
        abi: openGovernorAbi,
        functionName: "propose",
        args: [[OpenGovernor], [0n], [call], title],
      }),
    );
    const [created] = parseEventLogs({ abi: openGovernorAbi, eventName: "ProposalCreated", logs: proposed.logs });
    const id = created!.args.proposalId;
    await page.getByRole("link", { name: title }).waitFor();
    while ((await stateOf(id)) === PENDING) await page.waitForTimeout(POLL_MILLISECONDS);
    expect(await stateOf(id)).to.equal(ACTIVE);

    await page.getByRole("link", { name: title }).click();
    await visitor.titled(title);
    await press("Vote for");
    await visitor.seen(/You have voted on it/);
    const [against, votesFor] = await place.chain.readContract({
      ...{ ...governor(), functionName: "proposalVotes", args: [id] },
    });
    expect([against, votesFor]).to.deep.equal([0n, votes]);
    await visitor.fact("For").locator(`data[value="${votesFor}"]`).waitFor();
    const row = visitor.rows("Votes, heaviest first").first();
    expect(await row.innerText()).to.match(/for/);
    expect(await row.locator("a").first().getAttribute("title")).to.equal(GUEST.address.toLowerCase());
    await visitor.seen(new RegExp(`OpenGovernor setProposalThreshold\\(${threshold}\\) nothing`));
    const snapshot = await place.chain.readContract({ ...governor(), functionName: "proposalSnapshot", args: [id] });
    const quorum = await place.chain.readContract({ ...governor(), functionName: "quorum", args: [snapshot] });
    const shownQuorum = visitor.fact("Quorum: for and abstain together");
    await shownQuorum.locator(`data[value="${quorum}"]`).waitFor();
    await visitor.seen(votes >= quorum ? /: reached/ : /: not reached/, shownQuorum);

    const period = await place.chain.readContract({ ...governor(), functionName: "votingPeriod" });
    await pass(period + 1n);
    expect(await stateOf(id)).to.equal(SUCCEEDED);
    await visitor.seen(/carried: anyone may queue it/, visitor.fact("State"));

    const delay = await place.chain.readContract({
      ...{ address: TimelockController, abi: timelockAbi, functionName: "getMinDelay" },
    });
    await press("Queue");
    await visitor.seen(/queue the proposal: block/);
    expect(await stateOf(id)).to.equal(QUEUED);
    await visitor.seen(/Its calls can be made in \d+/);
    const execute = page.getByRole("button", { name: "Execute", exact: true });
    expect(await execute.isDisabled()).to.equal(true);
    await pass(delay);
    await visitor.seen(/The timelock's delay is over/);
    await execute.click();
    await visitor.seen(/execute the proposal: block/);
    expect(await stateOf(id)).to.equal(EXECUTED);
    expect(await thresholdOf()).to.equal(threshold);
    await visitor.seen(/its calls were made/, visitor.fact("State"));
    await visitor.fact("Executed").waitFor();
    await execute.waitFor({ state: "detached" });

    await visitor.seen(/What it says and what it does, below, is what is voted on: proven/);
    await page.route("**/graphql", async (route) => {
      const asked = route.request().postDataJSON() as { query: string };
      if (!asked.query.includes("query GovernanceProposal(")) return route.fallback();
      const response = await route.fetch();
      const told = (await response.json()) as { data: { governanceProposal: { calldatas: string[] } } };
      told.data.governanceProposal.calldatas = [call.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))];
      return route.fulfill({ response, json: told });
    });
    await page.reload();
    await visitor.seen(/refused What this indexer says of the proposal is not what is voted on/);
    expect(await page.getByText("setProposalThreshold").count()).to.equal(0);
    expect(await page.getByRole("heading", { name: "Your vote" }).count()).to.equal(0);
  });
});
