// Tests of everything that is sent to the chain: what is sent, that it is sent once, and what is refused.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot, type ManifestRoot } from "@tributary/protocol/bundle-manifest";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { recoverAttributor, sketchAttestationDigest } from "@tributary/protocol/typed-data/sketch-attestation";
import { expect } from "chai";
import { type Address, encodeErrorResult, erc20Abi, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { poolOf } from "../attribution/epoch-inputs.ts";
import { attributeEpoch } from "../attribution/epoch.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { engineInputs } from "../attribution/test/engine-inputs.ts";
import { randomEpoch } from "../attribution/test/random-epoch.ts";
import { type AttributionIndex, sliceIndex } from "../index/attribution-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import { advanceLedger } from "./advance-ledger.ts";
import { attestSketches } from "./attest-sketches.ts";
import { commitIndex } from "./commit-index.ts";
import { commitSketches } from "./commit-sketches.ts";
import { proposeEpoch } from "./propose-epoch.ts";
import { readEpochInputs, type LocalData } from "./read-epoch-inputs.ts";
import { fakeChain, type FakeChain, Refusal } from "./test/fake-chain.ts";

const LEDGER: Address = "0x0000000000000000000000000000000000000001";
const MODELS: Address = "0x0000000000000000000000000000000000000002";
const DATANETS: Address = "0x0000000000000000000000000000000000000003";
const TOKEN: Address = "0x0000000000000000000000000000000000000004";
const CONTRACTS = { ledger: LEDGER, modelRegistry: MODELS, datanetRegistry: DATANETS };
const BUNDLE: Hex = `0x${"bb".repeat(32)}`;
const EPOCH_END = 1000;
const ABSENT = { hash: `0x${"00".repeat(32)}` as Hex, sum: 0n };

interface StoredRoot {
  hash: Hex;
  sum: bigint;
}

function stored({ hash, sum }: ManifestRoot): StoredRoot {
  return { hash, sum: BigInt(sum) };
}

function someInputs(): EpochInputs {
  for (let seed = 0; ; seed++) {
    const plain = randomEpoch(seed);
    for (const { records } of plain.groups) {
      for (const record of records) if (record.scale === 0n) record.scale = 1n;
      if (records[0]) records[0].novelty = 255n;
    }
    const inputs = engineInputs(plain);
    const ready = inputs.groups.every(({ settlements }) => settlements.length > 0);
    if (inputs.groups.length === 2 && ready && inputs.groups[0]!.settlements[0]!.receipts.count > 1) return inputs;
  }
}

/** The contracts in the state before an epoch is proposed; functions that change something change `state`. */
function chainOf(inputs: EpochInputs) {
  const sketchRoots = new Map<bigint, StoredRoot>();
  const settlements = new Map<bigint, object>();
  for (const [g, { settlements: own, modelVersion, method }] of inputs.groups.entries()) {
    let offset = 0;
    for (const { settlementId, pool, receipts, sketches } of own) {
      sketchRoots.set(
        settlementId,
        stored(manifestRoot(buildSketchesTree(hashReceipts(receipts), sketches, method.k).root)),
      );
      settlements.set(settlementId, {
        version: modelVersion,
        till: TOKEN,
        count: receipts.count,
        openedAt: 1,
        commits: 1,
        readyAt: 2,
        epoch: inputs.epoch,
        group: g,
        offset,
        pool,
        receipts: stored(manifestRoot(buildReceiptsTree(receipts).root)),
      });
      offset += receipts.count;
    }
  }
  const state = {
    status: 3,
    committed: new Map<bigint, StoredRoot>(sketchRoots),
    signatures: [] as readonly Hex[],
    index: undefined as StoredRoot | undefined,
    proposals: [] as { groups: StoredRoot; payouts: StoredRoot }[],
    queue: 40n,
    allowance: 0n,
    /** What the contracts refuse for before they take a bond. */
    refusal: undefined as Hex | undefined,
    unaccepted: undefined as bigint | undefined,
    payouts: { hash: `0x${"22".repeat(32)}` as Hex, sum: 0n },
  };
  state.payouts.sum = inputs.previousPayouts.reduce((sum, [, paid]) => sum + paid, 0n);
  /** Bonds are taken last, and only what is allowed. */
  const takeBond = (bond: bigint): void => {
    if (state.refusal !== undefined) throw new Refusal(state.refusal);
    if (state.allowance < bond)
      throw new Refusal(
        encodeErrorResult({ abi: openTokenAbi, errorName: "ERC20InsufficientAllowance", args: [LEDGER, 0n, bond] }),
      );
  };
  const groupWith = (version: bigint) => inputs.groups.find(({ modelVersion }) => modelVersion === version)!;
  const indexRoot = (version: bigint): StoredRoot =>
    stored(manifestRoot(buildIndexTree(groupWith(version).index).root));
  const chain: FakeChain = fakeChain({
    [LEDGER]: {
      abi: royaltyLedgerAbi,
      functions: {
        token: () => TOKEN,
        requiredBond: () => 500n,
        epochEnd: () => EPOCH_END,
        treasuryPosition: () => inputs.treasuryPosition,
        payoutsRoot: () => state.payouts,
        groupCount: () => inputs.groups.length,
        groupOf: ([, g]) => {
          const group = inputs.groups[g as number]!;
          const ids = group.settlements.map(({ settlementId }) => settlementId);
          const callCount = group.settlements.reduce((sum, { receipts }) => sum + receipts.count, 0);
          return { version: group.modelVersion, callCount, pool: poolOf(group), settlements: ids };
        },
        settlementOf: ([id]) => ({
          ...settlements.get(id as bigint),
          status: state.status,
          sketches: state.status > 1 ? state.committed.get(id as bigint) : ABSENT,
        }),
        attestationDigest: ([id, hash]) => {
          const { version, count } = settlements.get(id as bigint) as { version: bigint; count: number };
          const attestation = { indexRoot: indexRoot(version).hash, sketchesRoot: hash as Hex, count: BigInt(count) };
          return sketchAttestationDigest(
            { settlementId: id as bigint, ...attestation },
            { chainId: 31337, ledger: LEDGER },
          );
        },
        commitSketches: ([id, root, , signatures], sent) => {
          if (!sent) return undefined;
          state.committed.set(id as bigint, root as StoredRoot);
          state.signatures = signatures as readonly Hex[];
          state.status = 2;
          return undefined;
        },
        advance: ([most], sent) => {
          const moved = state.queue < (most as bigint) ? state.queue : (most as bigint);
          if (sent) state.queue -= moved;
          return moved;
        },
        proposalCount: () => state.proposals.length,
        proposalOf: ([, i]) => ({
          proposer: TOKEN,
          proposedAt: 1,
          finalizableAt: 2,
          status: 1,
          bond: 500n,
          ...state.proposals[i as number],
          bundleHash: BUNDLE,
        }),
        propose: ([, groups, payouts], sent) => {
          takeBond(500n);
          if (sent) state.proposals.push({ groups: groups as StoredRoot, payouts: payouts as StoredRoot });
          return 0;
        },
      },
    },
    [MODELS]: {
      abi: modelRegistryAbi,
      functions: {
        indexBond: () => 100n,
        indexOf: ([version]) => ({
          ...(state.index ?? indexRoot(version as bigint)),
          committedAt: state.index === ABSENT ? 0 : 1,
          usableAt: 2,
          committer: TOKEN,
          bond: 100n,
          methodId: methodId(groupWith(version as bigint).method),
          bundleHash: BUNDLE,
        }),
        commitIndex: ([, , root], sent) => {
          takeBond(100n);
          if (sent) state.index = root as StoredRoot;
          return undefined;
        },
      },
    },
    [DATANETS]: {
      abi: datanetRegistryAbi,
      functions: {
        earnerOf: ([id, time]) =>
          time === EPOCH_END && id !== state.unaccepted ? inputs.positionOf(id as bigint) : 0n,
      },
    },
    [TOKEN]: {
      abi: erc20Abi,
      functions: {
        balanceOf: () => 1000n,
        allowance: () => state.allowance,
        approve: ([, amount], sent) => {
          if (sent) state.allowance = amount as bigint;
          return true;
        },
      },
    },
  });
  return { chain, state };
}

function localData(inputs: EpochInputs, root: StoredRoot): LocalData {
  const settlements = inputs.groups.flatMap((group) => group.settlements);
  return {
    settlementOf: (id) => Promise.resolve(settlements.find(({ settlementId }) => settlementId === id)!),
    indexOf: (version) => Promise.resolve(inputs.groups.find(({ modelVersion }) => modelVersion === version)!),
    previous: { payouts: inputs.previousPayouts, root: { hash: root.hash, sum: root.sum.toString() } },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    (error: unknown) => String(error),
  );
}

describe("chain", () => {
  const inputs = someInputs();
  const { modelVersion, method, index, settlements } = inputs.groups[0]!;
  const { settlementId, receipts, sketches } = settlements[0]!;
  const attributors = [generatePrivateKey(), generatePrivateKey(), generatePrivateKey()].map((key) =>
    privateKeyToAccount(key),
  );
  const request = {
    settlementId,
    receipts,
    k: method.k,
    sketches,
    recompute: () => Promise.resolve(sketches.slice()),
    indexOf: () => Promise.resolve(index),
  };

  it("attests sketches that are recomputed to the byte, with a signature that the ledger's digest verifies", async () => {
    const { chain } = chainOf(inputs);
    const [attributor] = attributors;
    const { signer, signature, sketchesRoot } = await attestSketches(chain.reader, CONTRACTS, attributor!, request);
    const attestation = {
      settlementId,
      indexRoot: manifestRoot(buildIndexTree(index).root).hash,
      sketchesRoot: sketchesRoot.hash,
      count: BigInt(receipts.count),
    };
    expect(await recoverAttributor(attestation, signature, { chainId: 31337, ledger: LEDGER })).to.equal(signer);
  });

  it("does not sign sketches that differ, or receipts that are not the ledger's", async () => {
    const { chain } = chainOf(inputs);
    const other = sketches.slice();
    other[method.k + 5] = other[method.k + 5] === 0 ? 1 : 0;
    const differing = { ...request, recompute: () => Promise.resolve(other) };
    const attributor = attributors[0]!;
    expect(await failureOf(attestSketches(chain.reader, CONTRACTS, attributor, differing))).to.match(
      new RegExp(`settlement ${settlementId}, receipt 1: coordinate 5 is -?\\d+, recomputed -?\\d+`),
    );
    const changed = { ...receipts, amounts: receipts.amounts.map((word, i) => (i === 1 ? word + 1n : word)) };
    expect(
      await failureOf(attestSketches(chain.reader, CONTRACTS, attributor, { ...request, receipts: changed })),
    ).to.match(/receipts: the local data has the root/);
  });

  it("does not sign without a whole index that has the registry's root", async () => {
    const { chain, state } = chainOf(inputs);
    const what = `Error: settlement ${settlementId}, index of model version ${modelVersion}: `;
    const failureWith = (indexOf: (version: bigint) => Promise<AttributionIndex>): Promise<string> =>
      failureOf(attestSketches(chain.reader, CONTRACTS, attributors[0]!, { ...request, indexOf }));
    expect(await failureWith(() => Promise.reject(new Error("no manifest.json")))).to.equal(
      `${what}not held whole, so nothing is signed: no manifest.json`,
    );
    expect(
      await failureWith(() => Promise.resolve({ ...index, witnesses: index.witnesses.slice().fill(0) })),
    ).to.contain(`${what}not held whole, so nothing is signed: index row 0`);
    const others = [
      sliceIndex(index, 0, index.count - 1),
      { ...index, recordHashes: index.recordHashes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) },
      inputs.groups[1]!.index,
    ];
    for (const other of others)
      expect(await failureWith(() => Promise.resolve(other))).to.contain(`${what}the local data has the root`);
    const asked: bigint[] = [];
    await failureWith((version) => {
      asked.push(version);
      return Promise.resolve(index);
    });
    expect(asked).to.deep.equal([modelVersion]);
    state.index = { ...stored(manifestRoot(buildIndexTree(index).root)), sum: BigInt(index.count) + 1n };
    expect(await failureWith(request.indexOf)).to.contain(`the chain ${state.index.hash} over ${state.index.sum}`);
  });

  it("commits sketches once, with signatures in the order of their signers", async () => {
    const { chain, state } = chainOf(inputs);
    state.status = 1;
    const attestations = await Promise.all(
      attributors.map((attributor) => attestSketches(chain.reader, CONTRACTS, attributor, request)),
    );
    const commit = { settlementId, bundleHash: BUNDLE, attestations };
    expect((await commitSketches(chain, LEDGER, commit)).status).to.equal("sent");
    const order = [...attestations].sort((a, b) => (a.signer.toLowerCase() < b.signer.toLowerCase() ? -1 : 1));
    expect(state.signatures).to.deep.equal(order.map(({ signature }) => signature));
    expect((await commitSketches(chain, LEDGER, commit)).status).to.equal("present");
    expect(chain.sent).to.deep.equal(["commitSketches"]);
    state.committed.set(settlementId, { hash: BUNDLE, sum: 1n });
    expect(await failureOf(commitSketches(chain, LEDGER, commit))).to.match(
      /committed already: the local data has the root/,
    );
  });

  it("commits an index once, and refuses where another is committed", async () => {
    const { chain, state } = chainOf(inputs);
    state.index = ABSENT;
    const commit = { modelVersion, method, root: manifestRoot(buildIndexTree(index).root), bundleHash: BUNDLE };
    const contracts = { modelRegistry: MODELS, token: TOKEN };
    expect((await commitIndex(chain, contracts, commit)).status).to.equal("sent");
    expect((await commitIndex(chain, contracts, commit)).status).to.equal("present");
    expect(chain.sent).to.deep.equal(["approve", "commitIndex"]);
    const other = { ...commit, root: { hash: BUNDLE, sum: "1" } };
    expect(await failureOf(commitIndex(chain, contracts, other))).to.match(/another one is committed already/);
  });

  it("allows no bond for what the contract refuses", async () => {
    const { chain, state } = chainOf(inputs);
    state.index = ABSENT;
    state.refusal = encodeErrorResult({ abi: modelRegistryAbi, errorName: "NotModelOwner", args: [1n, LEDGER] });
    const root = manifestRoot(buildIndexTree(index).root);
    const contracts = { modelRegistry: MODELS, token: TOKEN };
    const commit = { modelVersion, method, root, bundleHash: BUNDLE };
    expect(await failureOf(commitIndex(chain, contracts, commit))).to.include("NotModelOwner");
    state.refusal = encodeErrorResult({ abi: royaltyLedgerAbi, errorName: "GroupsSumMismatch", args: [1n, 2n] });
    const proposal = { epoch: inputs.epoch, groupsRoot: root, payoutsRoot: root, bundleHash: BUNDLE };
    expect(await failureOf(proposeEpoch(chain, LEDGER, proposal))).to.include("GroupsSumMismatch");
    expect(chain.sent).to.deep.equal([]);
  });

  it("advances until nothing is left", async () => {
    const { chain, state } = chainOf(inputs);
    expect(await advanceLedger(chain, LEDGER)).to.equal(40);
    expect(state.queue).to.equal(0n);
    expect(await advanceLedger(chain, LEDGER)).to.equal(0);
    expect(chain.sent).to.deep.equal(["advance", "advance"]);
  });

  it("reads an epoch's inputs, attributes them and proposes once", async () => {
    const { chain, state } = chainOf(inputs);
    const read = await readEpochInputs(chain.reader, CONTRACTS, inputs.epoch, localData(inputs, state.payouts));
    expect(read.inputs.groups).to.deep.equal(inputs.groups);
    const result = await attributeEpoch(read.inputs);
    expect(result.payoutsTree.root).to.deep.equal((await attributeEpoch(inputs)).payoutsTree.root);
    const proposal = {
      epoch: inputs.epoch,
      groupsRoot: manifestRoot(result.groupsTree.root),
      payoutsRoot: manifestRoot(result.payoutsTree.root),
      bundleHash: BUNDLE,
    };
    expect((await proposeEpoch(chain, LEDGER, proposal)).status).to.equal("sent");
    expect((await proposeEpoch(chain, LEDGER, proposal)).status).to.equal("present");
    expect(chain.sent).to.deep.equal(["approve", "propose"]);
  });

  it("lets the treasury earn for a contribution that was not accepted in time", async () => {
    const { chain, state } = chainOf(inputs);
    const [late, ...others] = new Set(inputs.groups.flatMap(({ index }) => [...index.contributionIds]));
    state.unaccepted = late!;
    const read = await readEpochInputs(chain.reader, CONTRACTS, inputs.epoch, localData(inputs, state.payouts));
    expect(read.inputs.positionOf(late!)).to.equal(inputs.treasuryPosition);
    for (const id of others) expect(read.inputs.positionOf(id)).to.equal(inputs.positionOf(id));
  });

  it("names the local data that is not what the chain has", async () => {
    const { chain, state } = chainOf(inputs);
    const local = localData(inputs, state.payouts);
    const read = (changed: Partial<LocalData>): Promise<string> =>
      failureOf(readEpochInputs(chain.reader, CONTRACTS, inputs.epoch, { ...local, ...changed }));
    expect(await read({ previous: { ...local.previous, root: { hash: BUNDLE, sum: "0" } } })).to.match(
      /^Error: previous payouts/,
    );
    expect(
      await read({
        indexOf: async (version) => ({ ...(await local.indexOf(version)), method: { ...method, topK: 200 } }),
      }),
    ).to.match(/method of model version/);
    expect(
      await read({
        settlementOf: () => Promise.resolve({ receipts, sketches: sketches.map((x) => (x === 0 ? 1 : 0)) }),
      }),
    ).to.match(new RegExp(`settlement ${settlementId}, sketches: the local data has the root`));
  });
});
