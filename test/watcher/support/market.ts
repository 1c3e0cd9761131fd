// The whole protocol on a node: datanets with records, a model whose index is to be committed, a till with a staked gateway, attributors; with a deployment file
// that the watcher reads, and a folder of bundles.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { bytesToHex } from "@tributary/protocol/bytes";
import { DEPLOYED_CONTRACTS } from "@tributary/protocol/deployment";
import { INDEX } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import { decodeContent } from "@tributary/protocol/payloads/content";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { sketchAttestationTypedData } from "@tributary/protocol/typed-data/sketch-attestation";
import { network } from "hardhat";
import { type Hex, zeroAddress, zeroHash } from "viem";
import { type ReceiptTable, receiptTableOf } from "../../../attribution-engine/src/attribution/receipt-table.ts";
import {
  buildReceiptsTree,
  buildSketchesTree,
  hashReceipts,
} from "../../../attribution-engine/src/attribution/settlement-trees.ts";
import { generator } from "../../../attribution-engine/src/attribution/test/random-epoch.ts";
import { writeIndexBundle } from "../../../attribution-engine/src/bundle/index-bundle.ts";
import { writeSettlementBundle } from "../../../attribution-engine/src/bundle/settlement-bundle.ts";
import type { AttributionIndex } from "../../../attribution-engine/src/index/attribution-index.ts";
import { buildIndexTree } from "../../../attribution-engine/src/index/index-tree.ts";
import { readCommittedIndex } from "../../../attribution-engine/src/watcher/committed-inputs.ts";
import { PreimageStore } from "../../../attribution-engine/src/watcher/preimage-store.ts";
import { wholeTree } from "../../../attribution-engine/src/watcher/shown-tree.ts";
import { drawIndex } from "../../../attribution-engine/src/watcher/test/drawn-index.ts";
import { buildWildTree, type WildLeaf } from "../../../attribution-engine/src/watcher/test/plain-proposal.ts";
import { drawHistory } from "../../../attribution-engine/src/watcher/test/settled-history.ts";
import { freePort } from "../../deployment/support/chain.ts";
import { contribute, INDEX_WINDOW, OPEN, protocol, registration, TERMS } from "../../support/protocol.ts";
import { killWatchers } from "./watcher-process.ts";

const GATEWAY_POOL = 3n;
const GATEWAY_STAKE = 1_000n * OPEN;
const VERSION = 1n;

/** Everything that a test works with. */
export type Market = Awaited<ReturnType<typeof openMarket>>;

/** Opens a market for all tests of a suite, each of which finds it as it was at first, with no index committed yet. */
export function useMarket(seed: number): () => Market {
  let market: Market | undefined;
  let untouched: string;
  before(async function () {
    this.timeout(120_000);
    market = await openMarket(seed);
  });
  beforeEach(async () => {
    market!.emptyFolders();
    untouched = await market!.send("evm_snapshot");
  });
  afterEach(async () => {
    killWatchers();
    await market!.send("evm_revert", untouched);
  });
  after(() => market?.close());
  return () => market!;
}

async function openMarket(seed: number) {
  const port = await freePort();
  const server = await network.createServer(undefined, "127.0.0.1", port);
  await server.listen();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const connection = await network.create({ network: "local", override: { url: rpcUrl } });
  const { ethers } = connection as unknown as Awaited<ReturnType<typeof network.create>>;
  const folder = mkdtempSync(join(tmpdir(), "tributary-market-"));
  const [bundles, contents] = [join(folder, "bundles"), join(folder, "contents")];
  mkdirSync(bundles);
  mkdirSync(contents);
  const send = (method: string, ...params: unknown[]): Promise<string> => ethers.provider.send(method, params);
  const pass = async (seconds: bigint): Promise<void> => {
    await send("evm_increaseTime", Number(seconds));
    await send("evm_mine");
  };
  const p = await protocol({ ethers });
  const drawn = await drawIndex(seed);
  await contributeAll(p, drawn, pass);
  const datanets = drawn.facts.layout.map((_, i) => BigInt(i + 1));
  await p.models.connect(p.developer).register(registration({ datanets }));
  await p.tills.createTill(1n, p.gateway.address);
  const { predicted } = await p.tills.tillOf(1n, p.gateway.address);
  const till = await ethers.getContractAt("ModelTill", predicted);
  await p.token.transfer(p.gateway, GATEWAY_STAKE);
  await p.token.connect(p.gateway).approve(p.staking, GATEWAY_STAKE);
  await p.staking.connect(p.gateway).openPool(GATEWAY_POOL, 0n, 0n);
  const gatewayPool = await p.staking.poolWith(GATEWAY_POOL, 0n, p.gateway.address);
  await p.staking.connect(p.gateway).stake(gatewayPool, GATEWAY_STAKE);
  const deployment = join(folder, "deployment.json");
  writeFileSync(deployment, JSON.stringify(await deploymentOf(p)));
  const chainId = (await ethers.provider.getNetwork()).chainId;
  const identity = {
    chainId,
    modelRegistry: (await p.models.getAddress()) as Hex,
    modelVersion: VERSION,
    method: drawn.method,
  };
  const { k } = drawn.method;
  return {
    ...p,
    chain: { rpcUrl },
    folder,
    bundles,
    contents,
    deployment,
    send,
    pass,
    till,
    gatewayPool,
    drawn,
    /** The index as it ought to be. */
    index: (): AttributionIndex => readCommittedIndex(drawn.facts.records, k, wholeTree(INDEX, drawn.tree, k)),
    /** Publishes an index and commits it. */
    async commitIndex(index: AttributionIndex) {
      const { hash } = await writeIndexBundle(bundles, identity, index);
      const root = rootOf(buildIndexTree(index).root);
      await p.models.connect(p.developer).commitIndex(VERSION, drawn.method, root, hash);
    },
    /** Commits an index with leaves as they are given, and publishes nothing. @returns what is under its root */
    async commitUnpublished(leaves: readonly WildLeaf[]): Promise<PreimageStore> {
      const store = new PreimageStore();
      // The registry takes no other sum.
      const root = { ...buildWildTree(INDEX, [], leaves, {}, store), sum: BigInt(drawn.facts.records) };
      await p.models.connect(p.developer).commitIndex(VERSION, drawn.method, rootOf(root), zeroHash);
      return store;
    },
    passIndexWindow: () => pass(INDEX_WINDOW),
    /** Publishes what each contribution committed to. */
    publishContents() {
      for (const [id, tree] of drawn.contents) {
        const hashes = Array.from(
          { length: Number(tree.root.sum) },
          (_, i) => decodeContent(tree.payload(i)!).recordHash,
        );
        writeFileSync(join(contents, `contribution-${id}`), hashes.map((hash) => `${bytesToHex(hash)}\n`).join(""));
      }
    },
    /** Receipts of three channels for two settlements, the second of which goes on where the first one ends. */
    receipts(): { earlier: ReceiptTable; later: ReceiptTable } {
      const { earlier, later } = drawHistory(generator(seed));
      const ours = (receipt: Receipt): Receipt => ({ ...receipt, till: predicted as Hex, modelVersion: VERSION });
      return { earlier: receiptTableOf(earlier.map(ours)), later: receiptTableOf(later.map(ours)) };
    },
    /** Publishes receipts, pays for them and closes the till. @returns the settlement's id */
    async settle(receipts: ReceiptTable): Promise<bigint> {
      const { hash } = await writeSettlementBundle(bundles, { chainId, modelVersion: VERSION, receipts });
      const root = rootOf(buildReceiptsTree(receipts).root);
      await p.token.transfer(predicted, root.sum);
      await till.connect(p.gateway).close(VERSION, root, receipts.count, hash);
      return p.ledger.settlementCount();
    },
    /** Publishes sketches of receipts and commits them, signed by two attributors, for a settlement. */
    async sketch(settlementId: bigint, receipts: ReceiptTable): Promise<void> {
      const next = generator(seed + 1);
      const sketches = Int8Array.from({ length: k * receipts.count }, () => next(255) - 127);
      const contents = { chainId, modelVersion: VERSION, receipts, sketches: { settlementId, k, sketches } };
      const { hash } = await writeSettlementBundle(bundles, contents);
      const { root } = buildSketchesTree(hashReceipts(receipts), sketches, k);
      const attestation = {
        settlementId,
        indexRoot: (await p.models.indexOf(VERSION)).hash as Hex,
        sketchesRoot: bytesToHex(root.hash),
        count: BigInt(receipts.count),
      };
      const ledger = (await p.ledger.getAddress()) as Hex;
      const { domain, types, message } = sketchAttestationTypedData(attestation, { chainId: Number(chainId), ledger });
      const signers = [p.attributorA, p.attributorB].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
      const fields = types as unknown as Record<string, { name: string; type: string }[]>;
      const signatures = await Promise.all(
        signers.map((signer) => signer.signTypedData(domain as never, fields, message)),
      );
      await p.ledger.commitSketches(settlementId, rootOf(root), hash, signatures);
    },
    /** What the till's gateway, or an attributor, has at stake. */
    stakeOf: async (pool: bigint): Promise<bigint> => (await p.staking.poolOf(pool)).stake,
    emptyFolders() {
      for (const kept of ["watchers", "bundles"]) rmSync(join(folder, kept), { recursive: true, force: true });
      mkdirSync(bundles);
      rmSync(contents, { recursive: true, force: true });
      mkdirSync(contents);
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A datanet for each segment of the drawn layout, with its contributions, in the order of their ids; the last one is accepted by no datanet. */
async function contributeAll(
  p: Awaited<ReturnType<typeof protocol>>,
  { facts, contents }: Awaited<ReturnType<typeof drawIndex>>,
  pass: (seconds: bigint) => Promise<void>,
): Promise<void> {
  const accepted: bigint[] = [];
  for (const [i, segment] of facts.layout.entries()) {
    await p.datanets.connect(p.curator).createDatanet(TERMS, `ipfs://datanet-${i}`);
    for (const { contribution } of segment.accepted) {
      const root = rootOf(contents.get(contribution)!.root);
      await contribute(p.datanets.connect(p.alice), BigInt(i + 1), 0n, root, zeroHash, `ipfs://${contribution}`);
      accepted.push(contribution);
    }
  }
  await pass(TERMS.reviewWindowSeconds + 1n);
  for (const contribution of accepted) await p.datanets.accept(contribution);
  for (const contribution of accepted.filter(facts.isWithdrawn))
    await p.datanets.connect(p.alice).withdraw(contribution);
}

async function deploymentOf(p: Awaited<ReturnType<typeof protocol>>) {
  const at = async (contract: { getAddress(): Promise<string> }): Promise<string> => contract.getAddress();
  const openToken = await at(p.token);
  return {
    chainId: 31337,
    block: 0,
    deployer: zeroAddress,
    addresses: {
      // In place of contracts that no test here calls stands one that has nothing of theirs.
      ...Object.fromEntries(DEPLOYED_CONTRACTS.map((name) => [name, openToken])),
      OpenToken: openToken,
      RoyaltyLedger: await at(p.ledger),
      ModelRegistry: await at(p.models),
      DatanetRegistry: await at(p.datanets),
      FaultProofs: await at(p.proofs),
      Demands: await at(p.demands),
      IndexProofs: await at(p.indexProofs),
      SettlementProofs: await at(p.settlementProofs),
    },
    paymentTokens: [],
    transactions: {},
    parameters: {},
  };
}

function rootOf(root: Node): { hash: string; sum: bigint } {
  const { hash, sum } = manifestRoot(root);
  return { hash, sum: BigInt(sum) };
}
