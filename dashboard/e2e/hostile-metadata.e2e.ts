// Metadata that would run if it were anything but text, made on the running chain: pages show it as it is, and nothing runs.
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { encodeFunctionData, type Hex, parseEther, parseEventLogs, stringToHex } from "viem";
import { violationsOf } from "./axe.ts";
import { hasChromium, startChromium } from "./browser.ts";
import { deriveModel } from "./derive-model.ts";
import { approve, DASHBOARD, giveOpen, GUEST, type Place, thePlace } from "./place.ts";
import { visit, type Visitor } from "./visitor.ts";

const IMAGE = `"><img src="http://hostile.invalid/x" onerror="document.title='run'">`;
const SCRIPT = `<script>document.title = "run"; alert(1)</script>`;
const LINK = "javascript:alert(document.title = 'run')";
/** Of 4,000 characters, none of which a line would break at. */
const LONG = `https://long.invalid/${"x".repeat(4_000 - "https://long.invalid/".length)}`;
/** Turns the text after it round, where it is obeyed. */
const BIDI = "\u202egnp.exe\u202c";
const LEFT_MILLISECONDS = 500;

interface Hostile {
  path: string;
  /** What has to stand in the page as text, to the character. */
  texts: string[];
}

describe("hostile metadata", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let visitor: Visitor;
  const hostile: Record<string, Hostile> = {};

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    hostile["a datanet"] = await hostileDatanet(place);
    hostile["a model"] = await hostileModel(place);
    hostile["an agent"] = await hostileAgent(place);
    hostile["a long one"] = await longAgent(place);
    hostile["a proposal"] = await hostileProposal(place);
    browser = await startChromium();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    visitor = await visit(browser, place);
  });
  afterEach(async () => {
    await visitor.leave();
    expect(visitor.faults).to.deep.equal([]);
  });

  /** Nothing of it became part of the page, and no script of it ran. */
  const isHarmless = async (): Promise<void> => {
    const { page } = visitor;
    // Time for what would run by itself.
    await page.waitForTimeout(LEFT_MILLISECONDS);
    expect(await page.title()).to.match(/Tributary$/);
    expect(await page.locator("main img, main script, main iframe, main [onerror]").count()).to.equal(0);
    const links = await page.locator("a").evaluateAll((all) => all.map((each) => each.getAttribute("href") ?? ""));
    for (const link of links) expect(link).to.match(/^(\/(?![/\\])|#|https?:\/\/|ipfs:\/\/)/);
  };

  for (const kind of ["a datanet", "a model", "an agent", "a proposal"])
    it(`of ${kind} is shown as text, leads nowhere and runs nothing`, async () => {
      const { path, texts } = hostile[kind]!;
      await visitor.goTo(path);
      for (const text of texts) await visitor.page.locator(".foreign", { hasText: text }).first().waitFor();
      await isHarmless();
    });

  it("runs nothing in lists, nor where it is clicked", async () => {
    await visitor.goTo("/agents", "Agents");
    const uri = visitor.page.locator(".foreign", { hasText: LINK }).first();
    await uri.click();
    await isHarmless();
    await visitor.goTo("/governance", "Governance");
    await visitor.page.getByRole("link", { name: SCRIPT }).first().waitFor();
    await isHarmless();
  });

  it("is cut where it is long, and shown whole by keyboard, in words that a screen reader has", async () => {
    const { page } = visitor;
    await page.setViewportSize({ width: 360, height: 740 });
    await visitor.goTo(hostile["a long one"]!.path);
    const link = page.getByRole("main").getByRole("link", { name: LONG.slice(0, 160) });
    await link.waitFor();
    expect(await link.innerText()).to.equal(`${LONG.slice(0, 160)}…`);
    expect(await link.getAttribute("href"), "leads where it says").to.equal(LONG);
    const more = page.getByRole("button", { name: "Show all 4\u202f000 characters" });
    const text = page.locator(".foreign", { hasText: /^(word )+/ });
    expect(await text.innerText(), "a text of its metadata, too").to.match(/^(word )+…$/);
    expect(await violationsOf(page)).to.deep.equal([]);
    await more.press("Enter");
    const less = page.getByRole("button", { name: "Show less", expanded: true });
    await less.waitFor();
    expect(await page.getByRole("main").getByRole("link", { name: LONG }).innerText()).to.equal(LONG);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow <= 0, "the page is not pushed wide").to.equal(true);
    await less.press("Enter");
    await more.waitFor();
    await page.getByRole("button", { name: "Show all 1\u202f500 characters" }).press("Space");
    expect(await text.textContent()).to.equal("word ".repeat(300));
  });

  it("cannot turn the text around it: marks of direction stay within what they came with", async () => {
    await visitor.goTo(hostile["a datanet"]!.path);
    const foreign = visitor.page.locator(".foreign", { hasText: "gnp.exe" }).first();
    const style = await foreign.evaluate((element) => getComputedStyle(element).unicodeBidi);
    expect(style).to.match(/isolate/);
  });
});

async function hostileDatanet({ send, addresses }: Place): Promise<Hostile> {
  const terms = {
    ...{ bondPerRecord: 1n, licenceFee: 0n, reviewWindowSeconds: 4, leastDataShareBps: 0, curatorCutBps: 0 },
    ...{ mistakeBps: 100, negligenceBps: 200, maliceBps: 300, allowedUses: 1 },
  };
  const uri = `${IMAGE}${BIDI}`;
  const data = encodeFunctionData({ abi: datanetRegistryAbi, functionName: "createDatanet", args: [terms, uri] });
  const { logs } = await send(GUEST, addresses.DatanetRegistry, data);
  const [created] = parseEventLogs({ abi: datanetRegistryAbi, eventName: "DatanetCreated", logs });
  return { path: `/datanets/${created!.args.datanet}`, texts: [uri] };
}

async function hostileModel(place: Place): Promise<Hostile> {
  const { model } = await deriveModel(place, 1n, LINK);
  return { path: `/models/${model}`, texts: [LINK] };
}

async function hostileAgent({ send, addresses }: Place): Promise<Hostile> {
  const entries = [
    { metadataKey: SCRIPT, metadataValue: stringToHex(IMAGE) },
    { metadataKey: LINK, metadataValue: stringToHex(SCRIPT) },
  ];
  const data = encodeFunctionData({ abi: agentRegistryAbi, functionName: "register", args: [LINK, entries] });
  const { logs } = await send(GUEST, addresses.AgentRegistry, data);
  const [registered] = parseEventLogs({ abi: agentRegistryAbi, eventName: "Registered", logs });
  return { path: `/agents/${registered!.args.agentId}`, texts: [SCRIPT, IMAGE, LINK] };
}

async function longAgent({ send, addresses }: Place): Promise<Hostile> {
  const entries = [{ metadataKey: "about", metadataValue: stringToHex("word ".repeat(300)) }];
  const data = encodeFunctionData({ abi: agentRegistryAbi, functionName: "register", args: [LONG, entries] });
  const { logs } = await send(GUEST, addresses.AgentRegistry, data);
  const [registered] = parseEventLogs({ abi: agentRegistryAbi, eventName: "Registered", logs });
  return { path: `/agents/${registered!.args.agentId}`, texts: [] };
}

async function hostileProposal(place: Place): Promise<Hostile> {
  const { GovernanceOpen: token, OpenGovernor: governor } = place.addresses;
  const votes = parseEther("1000");
  await giveOpen(place, GUEST.address, votes);
  await approve(place, GUEST, token, votes);
  const own = (functionName: "depositFor" | "delegate"): Hex =>
    functionName === "delegate"
      ? encodeFunctionData({ abi: governanceOpenAbi, functionName, args: [GUEST.address] })
      : encodeFunctionData({ abi: governanceOpenAbi, functionName, args: [GUEST.address, votes] });
  await place.send(GUEST, token, own("depositFor"));
  await place.send(GUEST, token, own("delegate"));
  // A proposer's votes are those of the second before.
  await place.anvil.increaseTime({ seconds: 2 });
  await place.anvil.mine({ blocks: 1 });
  const description = `${SCRIPT}\n${IMAGE} ${LINK} ${Date.now()}`;
  const args = [[GUEST.address], [0n], ["0x"], description] as const;
  const { logs } = await place.send(
    GUEST,
    governor,
    encodeFunctionData({ abi: openGovernorAbi, functionName: "propose", args }),
  );
  const [created] = parseEventLogs({ abi: openGovernorAbi, eventName: "ProposalCreated", logs });
  return { path: `/governance/${created!.args.proposalId}`, texts: [SCRIPT, IMAGE, LINK] };
}
