// What a contributor, a buyer and an auditor do with the dashboard of the main job: they begin at its address, click, and read what is to be seen.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { parseEventLogs } from "viem";
import { violationsOf } from "./axe.ts";
import { hasChromium, startChromium } from "./browser.ts";
import { type DeploymentFile, writeDeployment } from "./deployment-file.ts";
import { type Place, thePlace } from "./place.ts";
import { keepPicture } from "./screenshots.ts";
import { amountsIn } from "./visitor.ts";

/** Where the main job serves it. */
const DASHBOARD = process.env["TRIBUTARY_DASHBOARD"];
const AMOUNT = String.raw`([\d\u202f.]+) OPEN`;
const SEEN_MILLISECONDS = 60_000;
/** Where the main job publishes bundles. */
const BUNDLES = process.env["TRIBUTARY_BUNDLES"];
const COMMAND = join(import.meta.dirname, "../../cli/src/main.ts");
const run = promisify(execFile);
/** The ledger's words for the states of a proposal, as pages write them. */
/** How long a window that is seen to close is open for. */
const WINDOW_SECONDS = 9;

interface ToldEpoch {
  proposals: { items: object[] };
}

const PROPOSAL_STATES = ["none", "pending", "final", "superseded", "ended"];
const PHONE = { width: 390, height: 844 };

describe("the dashboard of the main job", function () {
  this.timeout(180_000);
  let browser: Browser;
  let page: Page;
  let place: Place;
  let file: DeploymentFile;
  const faults: string[] = [];

  before(async function () {
    if (DASHBOARD === undefined || !hasChromium()) this.skip();
    place = await thePlace();
    file = writeDeployment(place);
    browser = await startChromium();
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    (file as DeploymentFile | undefined)?.remove();
  });
  beforeEach(async () => {
    faults.length = 0;
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(DASHBOARD!);
  });
  afterEach(async () => {
    await page.close();
    expect(faults, "errors of pages").to.deep.equal([]);
  });

  /** What a command says of the same chain, which it reads and verifies by itself. */
  const told = async <Told>(name: string, ...args: string[]): Promise<Told> => {
    const of = ["--rpc", place.config.rpcUrl, "--deployment", file.path, "--json"];
    return JSON.parse((await run(process.execPath, [COMMAND, name, ...args, ...of])).stdout) as Told;
  };
  const ledger = () => ({ address: place.addresses.RoyaltyLedger, abi: royaltyLedgerAbi }) as const;
  const follow = (name: string | RegExp) => page.getByRole("link", { name }).first().click();
  const titled = (title: string | RegExp) => page.getByRole("heading", { level: 1, name: title }).waitFor();
  /** Waits until what is to be seen of the page's main part, its spaces made one, has the pattern. */
  const seen = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const giveUpAt = Date.now() + SEEN_MILLISECONDS;
    for (;;) {
      const text = (await page.getByRole("main").innerText()).replaceAll(/[ \t\n]+/g, " ");
      const found = pattern.exec(text);
      if (found !== null) return found;
      if (Date.now() > giveUpAt) throw new Error(`${String(pattern)} is not to be seen in:\n${text}`);
      await page.waitForTimeout(100);
    }
  };

  /** From a datanet to the contribution that stands in it longest, which was accepted. */
  const toContribution = async (): Promise<void> => {
    const links = page.locator('main a[href^="/contributions/"]');
    await links.first().waitFor();
    const next = page.getByRole("navigation", { name: "Pages of contributions" }).getByRole("link", { name: "Next" });
    while (await next.isVisible()) {
      // The rows of the page before stay until those of the next one are there.
      const shown = links.and(page.locator(`[href="${await links.last().getAttribute("href")}"]`));
      await next.click();
      await shown.waitFor({ state: "detached" });
    }
    await links.last().click();
    await titled(/Contribution \d+/);
  };

  /** From the first page to an answer that paid the first contribution. */
  const toAnAnswer = async (): Promise<void> => {
    await follow("Datanets");
    await titled(/Datanets/);
    await page.getByRole("main").getByRole("link").first().click();
    await titled(/Datanet \d+/);
    await toContribution();
    await page.locator('main a[href^="/answers/"]').first().click();
    await titled("An answer, and who was paid for it");
  };

  it("tells a contributor when and why a contribution was accepted, what it earned and by which answers, and gives a statement", async () => {
    await follow("Datanets");
    await page.getByRole("main").getByRole("link").first().click();
    await toContribution();
    await seen(/Accepted on .* because nobody objected/);
    const [, epoch, , calls] = await seen(new RegExp(String.raw`Epoch (\d+): ${AMOUNT} for helping in (\d+) calls?`));
    const [earned] = await amountsIn(page.getByText(`Epoch ${epoch}:`));
    await page
      .getByRole("button", { name: /Check it/ })
      .first()
      .click();
    await seen(/Proven: every step holds/);
    await keepPicture(page, "contribution");
    await page.locator('main a[href^="/positions/"]').first().click();
    await titled(/Position \d+/);
    const position = new URL(page.url()).pathname.split("/")[2]!;
    const { entries } = await told<Statement>("statement", position, "--indexer", place.config.indexerUrl);
    const ofEpoch = entries.filter((entry) => entry.what === "attributed" && entry.epoch === epoch);
    expect(earned).to.equal(ofEpoch.reduce((sum, { amount }) => sum + BigInt(amount), 0n));
    expect(Number(calls)).to.equal(ofEpoch.filter(({ receipt }) => receipt !== undefined && receipt !== null).length);
    await page.locator('main a[href^="/answers/"], main a[href^="/epochs/"]').first().waitFor();
    const downloading = page.waitForEvent("download");
    await page
      .getByRole("button", { name: /statement/i })
      .first()
      .click();
    const file = readFileSync(await (await downloading).path(), "utf8");
    expect(file.split("\n")[0]).to.include("time (UTC),");
    expect(file.trim().split("\n").length).to.be.above(1);
    await keepPicture(page, "position");
  });

  it("tells a buyer, from visible text alone, who was paid for an answer, how much, because of which records, whether that is proven, and what may be claimed", async () => {
    await toAnAnswer();
    await seen(/Proven: every step holds/);
    const receipt = new URL(page.url()).pathname.split("/")[2]!;
    // The command reads the same answer from the chain and an opening that it verifies by itself.
    const explained = await told<Explained>("explain", receipt, "--indexer", place.config.indexerUrl);
    expect(explained.status).to.equal("proven");
    const kept = (await (await fetch(`${DASHBOARD}/answers/${receipt}.json`)).json()) as Kept;
    const settlement = await place.chain.readContract({
      ...{ ...ledger(), functionName: "settlementOf", args: [BigInt(explained.settlement)] },
    });
    const byPosition = new Map<string, bigint>();
    for (const { position, paidByCall } of explained.records)
      if (position !== undefined && BigInt(paidByCall) > 0n)
        byPosition.set(position, (byPosition.get(position) ?? 0n) + BigInt(paidByCall));
    const [most, mostAmount] = [...byPosition].reduce((best, each) => (each[1] > best[1] ? each : best));
    const listed = (list: string) => explained.records.filter((record) => record.list === list);
    const [first] = listed("helpful");

    const sentence = page.locator(".sentence");
    const toRecords = [...byPosition.values()].reduce((sum, amount) => sum + amount, 0n);
    expect(await amountsIn(sentence)).to.deep.equal([
      ...[BigInt(kept.receipt.amount), BigInt(explained.toData), toRecords, mostAmount],
    ]);
    expect(explained.fee).to.equal(kept.receipt.amount);
    expect(Number(explained.epoch)).to.equal(Number(settlement.epoch));
    expect(kept.receipt.till).to.equal(settlement.till.toLowerCase());
    const positions = byPosition.size === 1 ? "1 position" : `${byPosition.size} positions`;
    await seen(
      new RegExp(
        String.raw`shared out in epoch ${settlement.epoch}(?::| together with that of other calls: this one brought) ${AMOUNT} to ${positions} of contributors, most to position ${most} \(`,
      ),
    );
    await seen(
      new RegExp(
        `because of the records that helped it, first of all record ${first!.recordIndex} of contribution ${first!.contributionId}\\.`,
      ),
    );
    await seen(/These amounts are proven; that the sketches behind them are true gradients is attested/);
    await seen(
      new RegExp(`${listed("helpful").length} records helped this answer and ${listed("harmful").length} hurt it`),
    );
    const texts = await page
      .locator("section", { hasText: "What was asked and answered" })
      .last()
      .locator(".words")
      .allInnerTexts();
    expect(texts).to.deep.equal([kept.prompt, kept.answer]);
    await keepPicture(page, "answer");

    await page.getByRole("searchbox", { name: "Id, address or receipt" }).fill(`position ${most}`);
    await page.getByRole("button", { name: "Find" }).click();
    await titled(`Position ${most}`);
    const check = page.locator(".check", { hasText: `what position ${most} may claim` }).first();
    await check.getByRole("button", { name: /^Check it yourself/ }).click();
    await check.getByText("Proven: every step holds").waitFor();
    const statement = await told<Statement>("statement", most, "--indexer", place.config.indexerUrl);
    const attributed = statement.entries
      .filter(({ what }) => what === "attributed")
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const [claimed, accrued] = await Promise.all([
      place.chain.readContract({
        ...{ address: place.addresses.RoyaltyVault, abi: royaltyVaultAbi, functionName: "claimedOf" },
        args: [BigInt(most)],
      }),
      place.chain.readContract({ ...ledger(), functionName: "accruedOf", args: [BigInt(most)] }),
    ]);
    expect(await amountsIn(check.locator(":scope > p:not(.check-head)"))).to.deep.equal([
      ...[attributed, claimed, attributed - claimed, ...(accrued > 0n ? [accrued] : [])],
    ]);
  });

  /** Opens the newest epoch. */
  const toAnEpoch = async (): Promise<bigint> => {
    await follow("Epochs");
    await page.locator('main a[href^="/epochs/"]').first().click();
    await titled(/Epoch \d+/);
    return BigInt(new URL(page.url()).pathname.split("/")[2]!);
  };
  it("lets an auditor see how long the window of a proposal is still open, second by second, until it is over", async () => {
    const epoch = await toAnEpoch();
    const finalizableAt = Math.floor(Date.now() / 1_000) + WINDOW_SECONDS;
    // The main job's epochs are final by now: the index tells of this one as it did before.
    await page.route("**/graphql", async (route) => {
      const { query } = route.request().postDataJSON() as { query: string };
      if (!/query Epoch\(/.test(query)) return route.fallback();
      const told = (await (await route.fetch()).json()) as { data: { epoch: ToldEpoch } };
      const { proposals } = told.data.epoch;
      const [first] = proposals.items;
      const items = [{ ...first, status: "pending", finalizableAt: String(finalizableAt) }];
      const open = { status: "proposed", finalizedAt: null, finalProposal: null, proposals: { ...proposals, items } };
      await route.fulfill({ json: { data: { epoch: { ...told.data.epoch, ...open } } } });
    });
    try {
      await page.goto(`${DASHBOARD}/epochs/${epoch}`);
      const said = page.getByRole("main").getByText(/It waits for challenges: the window is open for \d+ s more/);
      await said.waitFor();
      const left: number[] = [];
      const secondsIn = (text: string): number | undefined => {
        const found = /is open for (\d+) s more/.exec(text)?.[1];
        return found === undefined ? undefined : Number(found);
      };
      for (;;) {
        const seconds = secondsIn(await page.getByRole("main").innerText());
        if (seconds === undefined) break;
        const known = finalizableAt - Date.now() / 1_000;
        expect(Math.abs(seconds - known), `${seconds} s shown, ${known} s left`).to.be.below(2.5);
        if (seconds !== left.at(-1)) left.push(seconds);
        await page.waitForTimeout(200);
      }
      expect(left.length, left.join()).to.be.above(3);
      expect(left).to.deep.equal(left.toSorted((a, b) => b - a));
      await page.getByRole("main").getByText("It waits for somebody to finalise it: its window is over").waitFor();
    } finally {
      await page.unroute("**/graphql");
    }
  });

  const rowsOf = (caption: string) => page.getByRole("region", { name: caption }).first().locator("tbody tr");
  const fact = (name: string) =>
    page.locator(".facts > div", { has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd");

  it("lets an auditor see an epoch's state, its proposals and challenges, and check a settlement's division in the browser", async () => {
    const { chain } = place;
    const epoch = await toAnEpoch();
    const [pools, root, proposalCount, groups, settlementCount] = await Promise.all([
      chain.readContract({ ...ledger(), functionName: "epochPools", args: [epoch] }),
      chain.readContract({ ...ledger(), functionName: "payoutsRoot" }),
      chain.readContract({ ...ledger(), functionName: "proposalCount", args: [epoch] }),
      chain.readContract({ ...ledger(), functionName: "groupCount", args: [epoch] }),
      chain.readContract({ ...ledger(), functionName: "settlementCount" }),
    ]);
    const proposals = await Promise.all(
      Array.from({ length: proposalCount }, (_, proposal) =>
        chain.readContract({ ...ledger(), functionName: "proposalOf", args: [epoch, proposal] }),
      ),
    );
    const all = await Promise.all(
      Array.from({ length: Number(settlementCount) }, async (_, i) => ({
        id: BigInt(i + 1),
        ...(await chain.readContract({ ...ledger(), functionName: "settlementOf", args: [BigInt(i + 1)] })),
      })),
    );
    const settlements = all.filter((each) => BigInt(each.epoch) === epoch);
    const calls = settlements.reduce((sum, { count }) => sum + count, 0);
    // The ledger pays by the payouts of its final proposal.
    const final = proposals.findIndex(({ status }) => PROPOSAL_STATES[status] === "final");
    expect(proposals[final]!.payouts).to.deep.equal(root);

    await seen(/^Epoch \d+ final It waits for nothing/);
    expect(await amountsIn(fact("Divided among records"))).to.deep.equal([pools]);
    expect(await fact("Calls").innerText()).to.equal(String(calls));
    expect(await fact("Settlements").innerText()).to.equal(
      `${settlements.length} in ${groups} ${groups === 1 ? "group" : "groups"}`,
    );
    expect(await fact("Final since").innerText()).to.match(new RegExp(`, proposal ${final}$`));
    expect(await fact("Payouts root").locator("code").first().getAttribute("title")).to.equal(root.hash);
    expect(await amountsIn(fact("Payouts root"))).to.deep.equal([root.sum]);

    const rows = rowsOf("Proposals, in their order");
    expect(await rows.count()).to.equal(proposalCount);
    for (const [number, { status, proposer, bundleHash }] of proposals.entries()) {
      const cells = rows.nth(number).locator("td");
      expect(await cells.nth(0).innerText()).to.equal(String(number));
      expect(await cells.nth(1).innerText()).to.equal(PROPOSAL_STATES[status]);
      expect(await cells.nth(2).locator("a").getAttribute("title")).to.equal(proposer.toLowerCase());
      expect(await cells.last().locator("code").getAttribute("title")).to.equal(bundleHash);
    }
    const ended = parseEventLogs({
      ...{ abi: royaltyLedgerAbi, eventName: "ProposalEnded" },
      logs: await chain.getLogs({ address: ledger().address, fromBlock: 0n }),
    }).filter(({ args }) => BigInt(args.epoch) === epoch);
    expect(ended).to.have.length(proposals.filter(({ status }) => PROPOSAL_STATES[status] === "ended").length);
    const faults = rowsOf("Faults that were proven on the chain");
    if (ended.length === 0) await seen(/No fault was proven against a proposal of this epoch\. provable/);
    else {
      expect(await faults.count()).to.equal(ended.length);
      for (const [i, { args }] of ended.entries()) {
        expect(await faults.nth(i).locator("td").first().innerText()).to.equal(String(args.proposal));
        expect(await faults.nth(i).locator("a[title^='0x']").first().getAttribute("title")).to.equal(
          args.prover.toLowerCase(),
        );
      }
    }

    const listed = rowsOf("Settlements of this epoch");
    const ids = await listed.locator("td:first-child").allInnerTexts();
    expect(ids.map(BigInt)).to.have.members(settlements.map(({ id }) => id));
    for (const { id, count, pool } of settlements) {
      const row = listed.nth(ids.indexOf(String(id)));
      expect(await row.locator("td").nth(3).innerText()).to.equal(String(count));
      const [fee, data] = await amountsIn(row);
      expect(data).to.equal(pool);
      const check = page.locator(".check", { hasText: `how the fee of settlement ${id} was divided` }).first();
      await check.getByRole("button", { name: /^Check it yourself/ }).click();
      await check.getByText("Proven: every step holds").waitFor();
      const parts = await amountsIn(rowsOf(`Parts of the fee of settlement ${id}`));
      expect(
        parts.reduce((sum, part) => sum + part, 0n),
        `the fee of settlement ${id}`,
      ).to.equal(fee);
      expect(parts).to.include(pool);
    }
    await keepPicture(page, "epoch");
  });

  it("tells an auditor of an epoch what the command audit finds of it", async function () {
    // Whoever gives a main job that is up names its bundles as well.
    if (BUNDLES === undefined) this.skip();
    const epoch = await toAnEpoch();
    await seen(new RegExp(`tributary audit ${epoch} rebuilds the epoch and says whether it is right`));
    const audited = await told<Audited>("audit", String(epoch), "--bundles", BUNDLES);
    expect(audited).to.deep.include({
      ok: true,
      epoch: String(epoch),
      status: "finalized",
      faults: [],
      isPublished: true,
    });
    await seen(/^Epoch \d+ final It waits for nothing/);
    expect(await fact("Final since").innerText()).to.match(new RegExp(`, proposal ${audited.proposal}$`));
    expect(await fact("Calls").innerText()).to.equal(String(audited.calls));
    expect(await fact("Settlements").innerText()).to.match(new RegExp(`^${audited.settlements} in `));
    const [sum] = await amountsIn(fact("Payouts root"));
    const hash = await fact("Payouts root").locator("code").first().getAttribute("title");
    expect(audited.reason).to.include(`its payouts ${hash!.slice(0, 10)}… are over ${sum} base units`);
    const state = rowsOf("Proposals, in their order").nth(audited.proposal).locator("td").nth(1);
    expect(await state.innerText()).to.equal("final");
  });

  it("refuses what was tampered with on its way from the indexer", async () => {
    await page.route("**/openings/call/*", async (route) => {
      const response = await route.fetch();
      const [served, opened] = (await response.text()).split('"opened":');
      // A hexadecimal digit of the first payload that is opened.
      const changed = opened?.replace(
        /("payload":"0x.)(.)/,
        (_, before: string, digit: string) => before + (digit === "0" ? "1" : "0"),
      );
      await route.fulfill({ response, body: `${served}"opened":${changed}` });
    });
    await toAnAnswer();
    await seen(/[Rr]efused/);
    expect(await page.getByRole("main").innerText()).not.to.include("For this answer");
  });

  it("helps where an address leads nowhere", async () => {
    await page.goto(`${DASHBOARD}/positions/999999`);
    await seen(/999999/);
    await page.goto(`${DASHBOARD}/no/such/page`);
    await page.getByRole("main").getByRole("searchbox").or(page.getByRole("searchbox")).first().waitFor();
    await keepPicture(page, "nowhere");
  });

  it("is accessible by axe's rules, light on a desktop and dark on a phone, with nothing wider than the screen", async () => {
    const addresses = [
      "/",
      "/datanets",
      "/models",
      "/positions",
      "/epochs",
      "/wallet",
      "/staking",
      "/governance",
      "/agents",
      "/node",
    ];
    for (const address of addresses) {
      for (const [width, scheme] of [
        [1280, "light"],
        [PHONE.width, "dark"],
      ] as const) {
        await page.setViewportSize({ width, height: PHONE.height });
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(`${DASHBOARD}${address}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");
        await keepPicture(page, `${address.slice(1) || "overview"}-${scheme}`);
        const violations = await violationsOf(page);
        expect(violations, `${address}, ${scheme}, ${width} px`).to.deep.equal([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${address}, ${width} px`).to.be.at.most(0);
      }
    }
  });
});

/** What commands print, as far as it is compared. */
interface Explained {
  readonly status: string;
  readonly epoch: string;
  readonly settlement: string;
  readonly fee: string;
  readonly toData: string;
  readonly records: readonly {
    readonly list: string;
    readonly contributionId: string;
    readonly recordIndex: number;
    readonly position?: string;
    readonly paidByCall: string;
  }[];
}

interface Statement {
  readonly entries: readonly {
    readonly what: string;
    readonly epoch?: string | null;
    readonly receipt?: string | null;
    readonly amount: string;
  }[];
}

interface Audited {
  readonly reason: string;
  readonly proposal: number;
  readonly settlements: number;
  readonly calls: number;
}

/** What the payer kept: the receipt as the gateway signed it. */
interface Kept {
  readonly receipt: { readonly till: string; readonly amount: string };
  readonly prompt: string;
  readonly answer: string;
}
