// The statement that the browser saves, held against the one that the command prints from the chain and openings of its own.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
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

  it("as the browser saves it has every payment and all direct income of the command's, to the unit and by the same transactions", async () => {
    const { positions } = await place.ask<{ positions: { items: { id: string }[] } }>(
      '{ positions(where: { kind: contributor, claimedAttributed_gt: "0", accrued_gt: "0" }, limit: 1) { items { id } } }',
    );
    const { id } = positions.items[0]!;
    await visitor.goTo(`/positions/${id}`, `Position ${id}`);
    const downloading = visitor.page.waitForEvent("download");
    await visitor.page.getByRole("button", { name: "Statement of earnings (CSV)" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).to.equal(`tributary-position-${id}.csv`);
    const saved = parse(await readFile(await download.path(), "utf8"), { columns: true }) as Row[];

    const { rpcUrl, indexerUrl } = place.config;
    const args = [COMMAND, "statement", id, "--rpc", rpcUrl, "--deployment", file.path, "--indexer", indexerUrl];
    const printed = parse((await run(process.execPath, args)).stdout, { columns: true }) as Row[];
    const told = JSON.parse((await run(process.execPath, [...args, "--json"])).stdout) as Record<string, string>;

    expect(byTransaction(saved, "payment", -1n)).to.deep.equal(byTransaction(printed, "paid"));
    expect(byTransaction(saved, "direct income")).to.deep.equal(byTransaction(printed, "direct"));
    // The browser books it where it was claimed and what was not claimed yet, the command by the calls that it came from.
    const claimed = total(saved, "attributed income claimed");
    const unclaimed = total(saved, "attributed income not claimed");
    expect(claimed + unclaimed, "all that was attributed").to.equal(total(printed, "attributed"));
    expect(claimed > 0n).to.equal(true);
    // What the page says of it, what stands in it, and what the command says are one.
    const paid = -total(saved, "payment");
    const earned = total(saved, "direct income") + claimed + unclaimed;
    const shown = await amountsIn(visitor.page.locator(".statement"));
    expect(shown).to.deep.equal([earned, unclaimed, paid, earned - paid]);
    expect([earned, paid]).to.deep.equal([BigInt(told["earned"]!), BigInt(told["paid"]!)]);
    for (const row of saved) expect(parseEther(row["amount (OPEN)"]!)).to.equal(BigInt(row["amount (base units)"]!));
  });
});

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
