// What pages say of things that are there, held against the chain: numbers, owners, roots and divisions, and not only that a page opens.
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { expect } from "chai";
import type { Locator } from "playwright-core";
import { encodeFunctionData, parseEventLogs, stringToHex } from "viem";
import { deriveModel } from "./derive-model.ts";
import { GUEST, type Place } from "./place.ts";
import { amountsIn, type Visitor } from "./visitor.ts";
import { useVisits } from "./visits.ts";

describe("pages about things that are there", function () {
  this.timeout(120_000);
  const visits = useVisits();
  let place: Place;
  let visitor: Visitor;

  beforeEach(() => {
    ({ place, visitor } = visits);
  });

  const registry = () => ({ address: place.addresses.ModelRegistry, abi: modelRegistryAbi }) as const;
  const datanets = () => ({ address: place.addresses.DatanetRegistry, abi: datanetRegistryAbi }) as const;
  const ledger = () => ({ address: place.addresses.RoyaltyLedger, abi: royaltyLedgerAbi }) as const;
  /** Whose address stands first in a place. */
  const accountIn = (where: Locator) => where.locator("a[title^='0x']").first().getAttribute("title");

  it("count paid calls, fees and records on the overview as the index does, which the main job held against the chain", async () => {
    const { protocols } = await place.ask<{
      protocols: { items: Record<"calls" | "fees" | "acceptedRecords", string>[] };
    }>("{ protocols { items { calls fees acceptedRecords } } }");
    const { calls, fees, acceptedRecords } = protocols.items[0]!;
    await visitor.goTo("/");
    await visitor.seen(new RegExp(`Paid calls ${calls} `), visitor.tile("Paid calls"));
    expect(await amountsIn(visitor.tile("Fees"))).to.deep.equal([BigInt(fees)]);
    const records = await acceptedRecordsOf(place);
    expect(BigInt(acceptedRecords)).to.equal(records);
    await visitor.seen(new RegExp(`Records in use ${spaced(records)} `), visitor.tile("Records in use"));
    await visitor.page.getByRole("img", { name: "Flow of the fees" }).waitFor();
  });

  it("have a datanet's records, contributions, acceptance and terms", async () => {
    await visitor.goTo("/datanets", "Datanets");
    await visitor.rows("Datanets").first().getByRole("link").first().click();
    await visitor.titled(/Datanet \d+/);
    const id = BigInt(new URL(visitor.page.url()).pathname.split("/")[2]!);
    const [count, records] = await place.chain.readContract({
      ...{ ...datanets(), functionName: "acceptedOf", args: [id] },
    });
    const terms = await place.chain.readContract({ ...datanets(), functionName: "termsOf", args: [id] });
    await visitor.seen(new RegExp(`Records ${spaced(records)} in ${count} accepted contributions`));
    const { datanet } = await place.ask<{ datanet: { rejectedContributions: string } }>(
      `{ datanet(id: "${id}") { rejectedContributions } }`,
    );
    const tenths = (count * 1_000n) / (count + BigInt(datanet.rejectedContributions));
    await visitor.seen(new RegExp(`Accepted of those decided ${tenths / 10n}\\.${tenths % 10n} %`));
    expect(await amountsIn(visitor.fact("Bond per record"))).to.deep.equal([terms.bondPerRecord]);
    expect(await amountsIn(visitor.fact("Licence fee of a model version"))).to.deep.equal([terms.licenceFee]);
    await visitor.seen(
      new RegExp(`^${terms.leastDataShareBps / 100} %$`),
      visitor.fact("Least data share of a model's fees"),
    );
    const owner = await place.chain.readContract({ ...datanets(), functionName: "ownerOf", args: [id] });
    expect(await accountIn(visitor.page.locator("p.lead"))).to.equal(owner.toLowerCase());
    const listed = visitor.rows("Contributors by accepted records");
    expect(await listed.count()).to.be.above(0);
  });

  it("turn the pages of a datanet's contributions, ten at a time, each row once", async () => {
    const { datanets: listed } = await place.ask<{
      datanets: { items: { id: string; contributions: { totalCount: number } }[] };
    }>("{ datanets(limit: 20) { items { id contributions(limit: 1) { totalCount } } } }");
    const [{ id, contributions }] = listed.items.toSorted(
      (a, b) => b.contributions.totalCount - a.contributions.totalCount,
    ) as [(typeof listed.items)[number]];
    const total = contributions.totalCount;
    expect(total).to.be.above(10);
    await visitor.goTo(`/datanets/${id}`);
    const rows = visitor.rows("Contributions, newest first");
    const pages = visitor.page.getByRole("navigation", { name: "Pages of contributions" });
    const seen: string[] = [];
    for (let number = 1, left = total; left > 0; number++, left -= 10) {
      await pages.getByText(`Page ${number} of ${Math.ceil(total / 10)} (${total} in all)`).waitFor();
      // The rows of the page before stay until those of this one are there.
      const [first = ""] = seen.slice(-10);
      if (first !== "") await rows.getByRole("link", { name: first, exact: true }).waitFor({ state: "detached" });
      const names = await rows.locator("td:first-child").allInnerTexts();
      expect(names).to.have.length(Math.min(10, left));
      seen.push(...names.map((name) => name.trim()));
      if (left > 10) await pages.getByRole("link", { name: "Next" }).click();
    }
    expect(new Set(seen).size).to.equal(total);
  });

  it("draw a model's lineage, and have its prices, division of fees and attribution index", async () => {
    const parent = 1n;
    const child = await deriveModel(place, parent, "ipfs://derived");
    const { model } = await place.chain.readContract({ ...registry(), functionName: "versionOf", args: [parent] });
    await visitor.goTo(`/models/${model}`, `Model ${model}`);
    const [[split], [input, output], index, version] = await Promise.all([
      place.chain.readContract({ ...registry(), functionName: "splitOf", args: [parent] }),
      place.chain.readContract({ ...registry(), functionName: "pricesOf", args: [parent] }),
      place.chain.readContract({ ...registry(), functionName: "indexOf", args: [parent] }),
      place.chain.readContract({ ...registry(), functionName: "versionOf", args: [parent] }),
    ]);
    expect(await amountsIn(visitor.fact("Price of 1 000 tokens in"))).to.deep.equal([input]);
    expect(await amountsIn(visitor.fact("Price of 1 000 tokens out"))).to.deep.equal([output]);
    const parts = visitor.page.locator(".split").first();
    for (const [name, bps] of [
      ["Data", split.data],
      ["Developer", split.developer],
      ["Curators", split.curators],
      ["Stakers", split.stakers],
      ["Gateway", split.gateway],
      ["Treasury", split.treasury],
    ] as const)
      await visitor.seen(new RegExp(`${name} ${bps / 100} %`), parts);
    expect(await parts.locator("rect").count()).to.equal(6);
    expect(await visitor.fact("Root").locator("code").first().getAttribute("title")).to.equal(index.hash);
    await visitor.seen(new RegExp(`^${spaced(version.records)} `), visitor.fact("Records"));
    await visitor.seen(/Attribution index usable/);
    expect(await accountIn(visitor.fact("Committed by"))).to.equal(index.committer.toLowerCase());

    const picture = visitor.page.getByRole("group", { name: "Lineage of the versions, parents on the left" });
    await picture.getByText(`Version ${parent}, model ${model}`).waitFor();
    await picture.getByText(`Version ${child.version}, model ${child.model}`).waitFor();
    expect(await picture.locator("path.lineage-line").count()).to.be.above(0);
    const [x, childX] = await Promise.all(
      [`Version ${parent},`, `Version ${child.version},`].map(async (name) => {
        return (await picture.locator("a", { hasText: name }).boundingBox())!.x;
      }),
    );
    expect(x, "parents stand on the left").to.be.below(childX!);
    await picture.getByRole("link", { name: `Version ${child.version}, model ${child.model}` }).click();
    await visitor.titled(`Model ${child.model}`);
    const [childSplit, ancestors] = await place.chain.readContract({
      ...{ ...registry(), functionName: "splitOf", args: [child.version] },
    });
    await visitor.seen(new RegExp(`Developer ${childSplit.developer / 100} %`));
    await visitor.seen(
      new RegExp(`Upstream developers: position ${ancestors[0]!.position} ${ancestors[0]!.bps / 100} %`),
    );
    await visitor.seen(/None is committed yet: its fees wait/);
  });

  it("show an epoch's proven fault: what was wrong, who proved it, what it cost, and that another proposal is final", async function () {
    const { provenFaults } = await place.ask<{
      provenFaults: { items: Record<"epochId" | "proposal" | "kind" | "transactionHash", string>[] };
    }>("{ provenFaults(where: { target: proposal }, limit: 1) { items { epochId proposal kind transactionHash } } }");
    const [fault] = provenFaults.items;
    // A main job that was started by hand may have had no liar.
    if (fault === undefined) this.skip();
    const { logs } = await place.chain.getTransactionReceipt({ hash: fault.transactionHash as `0x${string}` });
    const [ended] = parseEventLogs({ abi: royaltyLedgerAbi, eventName: "ProposalEnded", logs });
    const { prover, reward, burned } = ended!.args;
    const epoch = BigInt(fault.epochId);
    await visitor.goTo(`/epochs/${epoch}`, `Epoch ${epoch}`);
    const wrong = visitor.rows("Faults that were proven on the chain");
    await visitor.seen(new RegExp(`^${fault.proposal} ${fault.kind} `), wrong.first());
    expect(await accountIn(wrong.first())).to.equal(prover.toLowerCase());
    const lie = visitor.rows("Proposals, in their order").nth(Number(fault.proposal));
    await visitor.seen(/ended/, lie);
    expect((await amountsIn(lie)).slice(-2)).to.deep.equal([reward, burned]);
    expect((await amountsIn(lie))[0], "the whole bond").to.equal(reward + burned);
    await visitor.seen(/^(?!.*proposal 0).*, proposal \d+$/, visitor.fact("Final since"));
    const { hash, sum } = await place.chain.readContract({ ...ledger(), functionName: "payoutsRoot" });
    expect(await visitor.fact("Payouts root").locator("code").first().getAttribute("title")).to.equal(hash);
    expect(await amountsIn(visitor.fact("Payouts root"))).to.deep.equal([sum]);
    const pools = await place.chain.readContract({ ...ledger(), functionName: "epochPools", args: [epoch] });
    expect(await amountsIn(visitor.fact("Divided among records"))).to.deep.equal([pools]);
  });

  it("have of each listed position the owner, and what was claimed and waits", async () => {
    await visitor.goTo("/positions", "Positions");
    const rows = visitor.rows("Positions");
    await rows.first().waitFor();
    for (const row of (await rows.all()).slice(0, 5)) {
      const id = BigInt(/Position (\d+)/.exec(await row.innerText())![1]!);
      const [owner, attributed, accrued] = await Promise.all([
        place.chain.readContract({
          ...{
            address: place.addresses.RoyaltyPositions,
            abi: royaltyPositionsAbi,
            functionName: "ownerOf",
            args: [id],
          },
        }),
        place.chain.readContract({
          ...{ address: place.addresses.RoyaltyVault, abi: royaltyVaultAbi, functionName: "claimedOf", args: [id] },
        }),
        place.chain.readContract({ ...ledger(), functionName: "accruedOf", args: [id] }),
      ]);
      const [, byAttribution, waiting] = await amountsIn(row);
      expect([byAttribution, waiting], `position ${id}`).to.deep.equal([attributed, accrued]);
      expect(await accountIn(row)).to.equal(owner.toLowerCase());
    }
  });

  it("have an agent's owner, wallet, file and what it says of itself", async () => {
    const uri = "https://example.org/agent.json";
    const metadata = [{ metadataKey: "task", metadataValue: stringToHex("answers letters") }];
    const data = encodeFunctionData({ abi: agentRegistryAbi, functionName: "register", args: [uri, metadata] });
    const { logs } = await place.send(GUEST, place.addresses.AgentRegistry, data);
    const [registered] = parseEventLogs({ abi: agentRegistryAbi, eventName: "Registered", logs });
    const { agentId } = registered!.args;
    await visitor.goTo("/agents", "Agents");
    await visitor.page.getByRole("link", { name: `Agent ${agentId}`, exact: true }).click();
    await visitor.titled(`Agent ${agentId}`);
    expect(await accountIn(visitor.fact("Owner"))).to.equal(GUEST.address.toLowerCase());
    const wallet = await place.chain.readContract({
      ...{ address: place.addresses.AgentRegistry, abi: agentRegistryAbi, functionName: "getAgentWallet" },
      args: [agentId],
    });
    expect(await accountIn(visitor.fact("Wallet, where it is paid and acts from"))).to.equal(wallet.toLowerCase());
    expect(await visitor.fact("Registration file").locator("a").getAttribute("href")).to.equal(uri);
    await visitor.seen(/task answers letters/, visitor.rows("What its owner set, newest first").first());
  });
});

/** Groups of three, as pages write them. */
function spaced(value: bigint): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** All accepted records, by the chain. */
async function acceptedRecordsOf({ chain, addresses }: Place): Promise<bigint> {
  const contract = { address: addresses.DatanetRegistry, abi: datanetRegistryAbi } as const;
  const count = await chain.readContract({ ...contract, functionName: "datanetCount" });
  let records = 0n;
  for (let id = 1n; id <= count; id++)
    records += (await chain.readContract({ ...contract, functionName: "acceptedOf", args: [id] }))[1];
  return records;
}
