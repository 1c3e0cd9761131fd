// Tests of finding a settlement's bundle where the names on the chain are false: anybody may commit sketches, with whatever name of a bundle.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import { expect } from "chai";
import { type Abi, type Address, encodeFunctionResult, type Hex } from "viem";
import { engineInputs } from "../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../attribution/test/random-epoch.ts";
import type { GroupInputs } from "../attribution/epoch-inputs.ts";
import { sliceReceipts } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { writeSettlementBundle } from "../bundle/settlement-bundle.ts";
import { BundleShelf } from "./bundle-shelf.ts";
import type { DataSource } from "./committed-data.ts";
import { publishedReceipts, publishedSketches } from "./input-trees.ts";
import { LogBook } from "./log-book.ts";
import { loggedEvent } from "./test/logged-event.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { scriptedNode } from "./test/scripted-node.ts";

const LEDGER: Address = "0x00000000000000000000000000000000000000cc";
const HASH: Hex = `0x${"11".repeat(32)}`;
const ID = 1n;

/** A group with receipts of one till. */
function someGroup(): GroupInputs {
  for (let seed = 0; ; seed++) {
    const plain = randomEpoch(seed);
    const [group] = plain.groups;
    if (group === undefined || (group.settlements[0]?.calls.length ?? 0) < 3) continue;
    for (const call of group.settlements[0]!.calls) call.till = "ab".repeat(20);
    return engineInputs(plain).groups[0]!;
  }
}

function chainRoot({ hash, sum }: Node): { hash: Hex; sum: bigint } {
  return { hash: bytesToHex(hash), sum };
}

describe("publishedReceipts and publishedSketches", () => {
  let folder = "";
  const { modelVersion, method, settlements } = someGroup();
  const { receipts } = settlements[0]!;
  const k = method.k;
  const sketches = settlements[0]!.sketches;
  const receiptsTree = buildReceiptsTree(receipts);
  const sketchesTree = buildSketchesTree(hashReceipts(receipts), sketches, k);
  const otherReceipts = { ...receipts, requestHashes: receipts.requestHashes.slice().fill(1) };
  /** What may be on the shelf: the receipts, the same with sketches, and sound bundles of something else, one with as many receipts. */
  const contents = {
    receipts: { chainId: 1n, modelVersion, receipts },
    sketches: { chainId: 1n, modelVersion, receipts, sketches: { settlementId: ID, k, sketches } },
    wrong: {
      chainId: 1n,
      modelVersion,
      receipts: sliceReceipts(receipts, 0, 1),
      sketches: { settlementId: ID, k, sketches: sketches.slice(0, k) },
    },
    other: { chainId: 1n, modelVersion, receipts: otherReceipts, sketches: { settlementId: ID, k, sketches } },
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-inputs-"));
  });

  after(() => rm(folder, { recursive: true }));

  /** A settlement whose till and whose commit name bundles. @param kept what is on the shelf */
  async function sourceOf(
    kept: (keyof typeof contents)[],
    named: { till?: keyof typeof contents; commit?: keyof typeof contents },
  ): Promise<DataSource> {
    const bundles = await mkdtemp(join(folder, "shelf-"));
    const elsewhere = await mkdtemp(join(folder, "elsewhere-"));
    const hashes = new Map<keyof typeof contents, Hex>();
    for (const name of ["receipts", "sketches", "wrong", "other"] as const) {
      const { hash } = await writeSettlementBundle(kept.includes(name) ? bundles : elsewhere, contents[name]);
      hashes.set(name, hash);
    }
    const nameOf = (name: keyof typeof contents | undefined): Hex => (name && hashes.get(name)) ?? HASH;
    const common = { settlement: ID, version: modelVersion, count: receipts.count, pool: 1n };
    const opened = { ...common, till: LEDGER, receipts: chainRoot(receiptsTree.root) };
    const committed = {
      settlement: ID,
      sketches: chainRoot(sketchesTree.root),
      committer: LEDGER,
      readyAt: 1,
      epoch: 0n,
    };
    const view = {
      ...opened,
      ...{ status: 2, openedAt: 0, readyAt: 1, commits: 1, epoch: 0n, group: 0, offset: 0 },
      sketches: committed.sketches,
    };
    const reader = scriptedNode({
      eth_getLogs: () => [
        loggedEvent(LEDGER, royaltyLedgerAbi, "SettlementOpened", opened),
        loggedEvent(LEDGER, royaltyLedgerAbi, "SketchesCommitted", { ...committed, bundleHash: nameOf(named.commit) }),
      ],
      eth_getTransactionReceipt: () => ({
        transactionHash: HASH,
        blockNumber: "0x1",
        status: "0x1",
        logs: [loggedEvent(LEDGER, modelTillAbi, "Closed", { ...opened, fee: 1n, bundleHash: nameOf(named.till) })],
      }),
      eth_call: () =>
        encodeFunctionResult({ abi: royaltyLedgerAbi as Abi, functionName: "settlementOf", result: view }),
    });
    const logs = new LogBook(reader, [LEDGER], 0n);
    await logs.refresh(1n);
    const contracts = ledgerAt(LEDGER);
    return {
      reader,
      contracts,
      logs,
      shelf: new BundleShelf([bundles], elsewhere + "-kept"),
      keptPayouts: () => undefined,
    };
  }

  it("find the receipts that the till names, behind a commit that names a sound bundle of something else", async () => {
    const source = await sourceOf(["receipts", "wrong"], { till: "receipts", commit: "wrong" });
    expect((await publishedReceipts(source, ID)).tree.root).to.deep.equal(receiptsTree.root);
  });

  it("find sketches by their root, where the commit names another bundle or one that is nowhere", async () => {
    for (const commit of ["wrong", "receipts"] as const) {
      const source = await sourceOf(["sketches", "wrong"], { till: "receipts", commit });
      expect((await publishedSketches(source, ID, 0)).table).to.deep.equal(sketches);
      expect((await publishedReceipts(source, ID)).tree.root).to.deep.equal(receiptsTree.root);
    }
  });

  it("say what is wrong where no bundle has the root", async () => {
    const messages = {
      wrong: /bundle 0x[0-9a-f]{64} is nowhere whole: manifest: 1 receipts, the settlement has \d+/,
      other: /bundle 0x[0-9a-f]{64}: the local data has the root/,
    };
    for (const name of ["wrong", "other"] as const) {
      const source = await sourceOf([name], { till: name, commit: name });
      expect(await publishedReceipts(source, ID).catch(String)).to.match(messages[name]);
      expect(await publishedSketches(source, ID, 0).catch(String)).to.match(messages[name]);
    }
  });
});
