// The statement that the browser saves, held against the one that the command prints from the chain and openings of its own.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import type { Browser } from "playwright-core";
import { parseEther } from "viem";
import { hasChromium, startChromium } from "./browser.ts";
import { type DeploymentFile, writeDeployment } from "./deployment-file.ts";
import { DASHBOARD, type Place, thePlace } from "./place.ts";
import { amountsIn, visit, type Visitor } from "./visitor.ts";

const COMMAND = join(import.meta.dirname, "../../cli/src/main.ts");
const run = promisify(execFile);

type Row = Record<string, string>;

describe("a statement of earnings", function () {
  this.timeout(120_000);
  let place: Place;
  let browser: Browser;
  let visitor: Visitor;
  let file: DeploymentFile;

  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    place = await thePlace();
    file = writeDeployment(place);
    browser = await startChromium();
    visitor = await visit(browser, place);
  });
  after(async () => {
    await browser?.close();
    file?.remove();
    expect((visitor as Visitor | undefined)?.faults ?? []).to.deep.equal([]);
  });

  /** What the browser saves of a position, the sums that its page says, and what the command prints of it. */
  const statementsOf = async (id: string) => {
    await visitor.goTo(`/positions/${id}`, `Position ${id}`);
    const downloading = visitor.page.waitForEvent("download");
    await visitor.page.getByRole("button", { name: "Statement of earnings (CSV)" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).to.equal(`tributary-position-${id}.csv`);
    const saved = parse(await readFile(await download.path(), "utf8"), { columns: true }) as Row[];
    // Of a position that changed hands the page says more behind these.
    const shown = (await amountsIn(visitor.page.locator(".statement"))).slice(0, 4);
    const { rpcUrl, indexerUrl } = place.config;
    const args = [COMMAND, "statement", id, "--rpc", rpcUrl, "--deployment", file.path, "--indexer", indexerUrl];
    const printed = parse((await run(process.execPath, args)).stdout, { columns: true }) as Row[];
    const told = JSON.parse((await run(process.execPath, [...args, "--json"])).stdout) as Record<string, string>;
    // The browser counts what came with a position as earned.
    const earned = BigInt(told["earned"]!) + BigInt(told["takenOver"]!) - BigInt(told["handedOver"]!);
    return { saved, shown, printed, earned, paid: BigInt(told["paid"]!) };
  };

  it("as the browser saves it has every payment and all direct income of the command's, to the unit and by the same transactions", async () => {
    const { positions } = await place.ask<{ positions: { items: { id: string }[] } }>(
      '{ positions(where: { kind: contributor, claimedAttributed_gt: "0", accrued_gt: "0" }, limit: 1) { items { id } } }',
    );
    const { saved, shown, printed, earned, paid } = await statementsOf(positions.items[0]!.id);
    expect(byTransaction(saved, "payment", -1n)).to.deep.equal(byTransaction(printed, "paid"));
    expect(byTransaction(saved, "direct income")).to.deep.equal(byTransaction(printed, "direct"));
    // The browser books it where it was claimed, the command by the calls that it came from.
    const claimed = total(saved, "attributed income claimed");
    expect(claimed, "all that was attributed was claimed").to.equal(total(printed, "attributed"));
    expect(claimed > 0n).to.equal(true);
    expect(shown, "what the page says of it").to.deep.equal([earned, 0n, paid, earned - paid]);
    for (const row of saved) expect(parseEther(row["amount (OPEN)"]!)).to.equal(BigInt(row["amount (base units)"]!));
  });

  it("includes what was attributed and is not claimed yet, and says the sums of its lines and of the command's", async function () {
    const unclaimed = await unclaimedPosition(place);
    // A main job that was started by hand may have claimed for everybody.
    if (unclaimed === undefined) this.skip();
    const { saved, shown, printed, earned, paid } = await statementsOf(unclaimed.id);
    const waiting = total(saved, "attributed income not claimed");
    expect(waiting).to.equal(unclaimed.amount);
    expect(waiting + total(saved, "attributed income claimed")).to.equal(total(printed, "attributed"));
    const sum = saved.reduce((all, row) => all + BigInt(row["amount (base units)"]!), 0n);
    expect(sum, "what still waits").to.equal(earned - paid);
    expect(shown).to.deep.equal([earned, waiting, paid, sum]);
  });
});

/** A contributor's, with something attributed that nobody has claimed: the cumulative amount of its payout beyond what the chain says was claimed. */
async function unclaimedPosition({ ask, chain, config }: Place): Promise<{ id: string; amount: bigint } | undefined> {
  const { positions } = await ask<{ positions: { items: { id: string }[] } }>(
    "{ positions(where: { kind: contributor }, limit: 100) { items { id } } }",
  );
  for (const { id } of positions.items) {
    const served = await fetch(`${config.indexerUrl}/openings/claim/${id}`);
    const { claim } = (await served.json()) as { claim: { cumulative: string } };
    const claimed = await chain.readContract({
      ...{ address: config.deployment.addresses.RoyaltyVault, abi: royaltyVaultAbi, functionName: "claimedOf" },
      args: [BigInt(id)],
    });
    const amount = BigInt(claim.cumulative) - claimed;
    if (amount > 0n) return { id, amount };
  }
  return undefined;
}

/** What each transaction moved of one kind, in base units. */
function byTransaction(rows: readonly Row[], kind: string, sign = 1n): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const row of ofKind(rows, kind)) {
    const transaction = row["transaction"]!;
    sums[transaction] = (sums[transaction] ?? 0n) + sign * amountOf(row);
  }
  return sums;
}

function total(rows: readonly Row[], kind: string): bigint {
  return ofKind(rows, kind).reduce((sum, row) => sum + amountOf(row), 0n);
}

/** The columns have names of their own in each file. */
function ofKind(rows: readonly Row[], kind: string): Row[] {
  return rows.filter((row) => (row["entry"] ?? row["type"]) === kind);
}

function amountOf(row: Row): bigint {
  return parseEther(row["amount (OPEN)"] ?? row["amount"]!);
}
