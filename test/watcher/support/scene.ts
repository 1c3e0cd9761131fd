// A small epoch on a real local node, published in bundles, with a deployment file that the watcher reads.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NONE } from "@tributary/protocol/bytes";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { DEPLOYED_CONTRACTS } from "@tributary/protocol/deployment";
import { network } from "hardhat";
import { zeroAddress, zeroHash } from "viem";
import { attributeEpoch, type AttributedEpoch } from "../../../attribution-engine/src/attribution/epoch.ts";
import { buildGroupsTree, buildPayoutsTree } from "../../../attribution-engine/src/attribution/epoch-trees.ts";
import { writeEpochBundle } from "../../../attribution-engine/src/bundle/epoch-bundle.ts";
import { writeIndexBundle } from "../../../attribution-engine/src/bundle/index-bundle.ts";
import { writeSettlementBundle } from "../../../attribution-engine/src/bundle/settlement-bundle.ts";
import { u128ColumnOf } from "../../../attribution-engine/src/trees/u128-words.ts";
import {
  place,
  placementOn,
  rootOf,
  setStage,
  type StageOptions,
} from "../../../attribution-engine/src/mutation/chain/stage.ts";
import { type DrawnEpoch, drawEpoch, type Placement } from "../../../attribution-engine/src/mutation/drawn-epoch.ts";
import type { Node } from "@tributary/protocol/node";
import { killWatchers } from "./watcher-process.ts";
import { anvilBinary, type Chain, startChain } from "../../deployment/support/chain.ts";

/** `IRoyaltyLedger.ProposalStatus`. */
export const pending = 1;
export const ended = 4;

/** Positions that may have earned nothing in an epoch. */
export const THIEVES = [11n, 10n, 9n];

const NO_PAYOUTS = { hash: zeroHash, sum: "0" } as const;

/** Everything that a test of the watcher works with. */
export type Scene = Awaited<ReturnType<typeof setScene>>;

/**
 * Starts a node, deploys ledger and courts, and makes an epoch ready to be proposed.
 * @param seed of the epoch; the next one in which somebody earns, whose inputs are all well-formed, and that has payouts before it, or that has none
 */
export async function setScene(seed: number, hasPrevious: boolean, options: StageOptions) {
  const chain = await startChain();
  try {
    return await furnish(chain, seed, hasPrevious, options);
  } catch (error) {
    chain.process.kill();
    throw error;
  }
}

/** Sets a scene for all tests of a suite, each of which finds it as it was at first. Skips where there is no node for this platform. */
export function useScene(seed: number, hasPrevious = false, options: StageOptions = {}): () => Scene {
  let scene: Scene | undefined;
  let untouched: `0x${string}`;
  before(async function () {
    if (anvilBinary() === undefined) this.skip();
    this.timeout(60_000);
    scene = await setScene(seed, hasPrevious, options);
  });
  beforeEach(async () => {
    scene!.emptyFolders();
    untouched = await scene!.chain.controls.snapshot();
  });
  afterEach(async () => {
    killWatchers();
    await scene!.chain.controls.revert({ id: untouched });
  });
  after(() => scene?.close());
  return () => scene!;
}

async function furnish(chain: Chain, seed: number, hasPrevious: boolean, options: StageOptions) {
  const stage = await setStage(network.create({ network: "local", override: { url: chain.rpcUrl } }), options);
  const folder = mkdtempSync(join(tmpdir(), "tributary-watch-"));
  const bundles = join(folder, "bundles");
  const drawn = await drawPlainly(seed, await placementOn(stage), hasPrevious);
  const { inputs, epoch } = drawn.honest;
  const published = new Map<string, string>();
  const { chainId } = inputs;
  const modelRegistry = (await stage.origins.getAddress()) as `0x${string}`;
  for (const { modelVersion, method, index, settlements } of inputs.groups) {
    const { hash } = await writeIndexBundle(bundles, { chainId, modelRegistry, modelVersion, method }, index);
    published.set(`index ${modelVersion}`, hash);
    for (const { settlementId, receipts, sketches } of settlements) {
      const contents = { settlementId, k: method.k, sketches };
      const bundle = await writeSettlementBundle(bundles, { chainId, modelVersion, receipts, sketches: contents });
      published.set(`settlement ${settlementId}`, bundle.hash);
    }
  }
  await place(stage, drawn, {
    previous: hasPrevious ? await publishPrevious(bundles, drawn) : zeroHash,
    indexOf: (version) => published.get(`index ${version}`)!,
    sketchesOf: (id) => published.get(`settlement ${id}`)!,
  });
  const deployment = join(folder, "deployment.json");
  writeFileSync(deployment, JSON.stringify(await deploymentOf(stage)));
  return {
    chain,
    stage,
    drawn,
    folder,
    bundles,
    deployment,
    honest: epoch,
    /** Publishes an epoch's tables. */
    publish: async (proposed: AttributedEpoch) =>
      (await writeEpochBundle(bundles, inputs, proposed, manifestRoot(drawn.honest.previous.tree.root))).hash,
    /** Proposes roots. @returns the number of the proposal */
    async propose(
      { groups, payouts }: { groups: Node; payouts: Node },
      bundleHash: string = zeroHash,
      from = stage.proposer,
    ) {
      const { ledger } = stage;
      const count = Number(await ledger.proposalCount(inputs.epoch));
      const sent = await ledger.connect(from).propose(inputs.epoch, rootOf(groups), rootOf(payouts), bundleHash);
      await sent.wait();
      return count;
    },
    async statusOf(proposal: number) {
      return Number((await stage.ledger.proposalOf(inputs.epoch, proposal)).status);
    },
    /** The same file for another chain. */
    deploymentFor(chainId: number): string {
      const file = join(folder, `deployment-${chainId}.json`);
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(deployment, "utf8")) as object), chainId }));
      return file;
    },
    /** Forgets what watchers kept. */
    emptyFolders() {
      rmSync(join(folder, "watchers"), { recursive: true, force: true });
    },
    close() {
      chain.process.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function drawPlainly(seed: number, at: Placement, hasPrevious: boolean): Promise<DrawnEpoch> {
  for (let tried = seed; ; tried++) {
    const drawn = await drawEpoch(tried, at);
    const isStealable = drawn.honest.epoch.earnings.records.some((record) => record !== NONE);
    if (isStealable && !drawn.hasFlaws && drawn.plain.previous.length > 0 === hasPrevious) return drawn;
  }
}

/** The epoch before: nothing but the payouts that the next one adds to. */
async function publishPrevious(bundles: string, { honest }: DrawnEpoch): Promise<string> {
  const { inputs, previous } = honest;
  const paid = inputs.previousPayouts;
  const none = new Uint32Array();
  const earnings = { count: 0, positions: none, groups: none, records: none, amounts: u128ColumnOf([]) };
  const payouts = {
    count: paid.length,
    positions: Uint32Array.from(paid, ([position]) => Number(position)),
    earningOffsets: new Uint32Array(paid.length + 1),
    previous: u128ColumnOf(paid.map(() => 0n)),
    earned: u128ColumnOf(paid.map(([, cumulative]) => cumulative)),
    cumulative: u128ColumnOf(paid.map(([, cumulative]) => cumulative)),
  };
  const payoutsTree = buildPayoutsTree(earnings, payouts);
  if (Buffer.compare(payoutsTree.root.hash, previous.tree.root.hash) !== 0) throw new Error("other previous payouts");
  const epoch = { groups: [], earnings, payouts, groupsTree: buildGroupsTree([]), payoutsTree };
  const before = { ...inputs, epoch: inputs.epoch - 1n, groups: [], previousPayouts: [] };
  return (await writeEpochBundle(bundles, before, epoch, NO_PAYOUTS)).hash;
}

async function deploymentOf({ ledger, faults, demands, origins, token }: Awaited<ReturnType<typeof setStage>>) {
  const at = async (contract: { getAddress(): Promise<string> }): Promise<string> => contract.getAddress();
  const openToken = await at(token);
  return {
    chainId: 31337,
    block: 0,
    deployer: zeroAddress,
    addresses: {
      // In place of contracts that no test here calls stands one that has nothing of theirs.
      ...Object.fromEntries(DEPLOYED_CONTRACTS.map((name) => [name, openToken])),
      OpenToken: openToken,
      RoyaltyLedger: await at(ledger),
      ModelRegistry: await at(origins),
      DatanetRegistry: await at(origins),
      FaultProofs: await at(faults),
      Demands: await at(demands),
    },
    paymentTokens: [],
    transactions: {},
    parameters: {},
  };
}

/** The epoch with another owner for what the first contribution that earns anything has earned: consistent, and wrong. */
export async function stolenEpoch(
  { drawn }: Pick<Scene, "drawn">,
  thieves: readonly bigint[] = THIEVES,
): Promise<AttributedEpoch> {
  const { inputs, epoch } = drawn.honest;
  for (const thief of thieves) {
    const stolen = await attributeEpoch({ ...inputs, positionOf: () => thief });
    if (Buffer.compare(stolen.payoutsTree.root.hash, epoch.payoutsTree.root.hash) !== 0) return stolen;
  }
  throw new Error("nothing to steal in this epoch");
}

export function rootsOf({ groupsTree, payoutsTree }: AttributedEpoch): { groups: Node; payouts: Node } {
  return { groups: groupsTree.root, payouts: payoutsTree.root };
}
