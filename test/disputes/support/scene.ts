// The protocol as it is deployed, on a local node, with a small real model: a version of it, a till with paid calls, and two attributors.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { NONE } from "@tributary/protocol/bytes";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { saltedHash } from "@tributary/protocol/salted-hash";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import {
  type Abi,
  type Address,
  createWalletClient,
  erc20Abi,
  type Hex,
  http,
  keccak256,
  maxUint256,
  pad,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { receiptTableOf } from "../../../attribution-engine/src/attribution/receipt-table.ts";
import { buildReceiptsTree } from "../../../attribution-engine/src/attribution/settlement-trees.ts";
import { writeIndexBundle } from "../../../attribution-engine/src/bundle/index-bundle.ts";
import { writeSettlementBundle } from "../../../attribution-engine/src/bundle/settlement-bundle.ts";
import { attestSketches } from "../../../attribution-engine/src/chain/attest-sketches.ts";
import { commitIndex } from "../../../attribution-engine/src/chain/commit-index.ts";
import { commitSketches } from "../../../attribution-engine/src/chain/commit-sketches.ts";
import { readWorkIndex } from "../../../attribution-engine/src/commands/index-file.ts";
import { openWorkFolder } from "../../../attribution-engine/src/commands/work-folder.ts";
import { buildIndex } from "../../../attribution-engine/src/index/build-index.ts";
import { buildContentTree } from "../../../attribution-engine/src/index/content-tree.ts";
import { buildIndexTree } from "../../../attribution-engine/src/index/index-tree.ts";
import { signTexts } from "../../../attribution-engine/src/index/sign-texts.ts";
import type { Workshop } from "../../../attribution-engine/src/votes/workshop.ts";
import { deployAll } from "../../../deploy/deploy-all.ts";
import { local } from "../../../deploy/networks/local.ts";
import { startChain } from "../../deployment/support/chain.ts";
import { K, makeModel } from "./small-work-folder.ts";

const OPEN = 10n ** 18n;
export const VERSION = 1n;
/** Records of the first contribution, among them the most novel: most of the others are copies of earlier ones. */
export const WITHDRAWABLE = 10;
/** Development accounts: whoever owns, pays, closes and disputes; and the attributors, of whom the first has four fifths of all stake. */
const OWNER = 0;
const CONTRIBUTOR = 4;
export const ATTRIBUTORS = [2, 3] as const;

/** Windows that leave a test all the time it needs. */
const PARAMETERS = {
  ...local.parameters,
  epochSeconds: 300,
  sketchWindowSeconds: 600,
  indexWindowSeconds: 2_000,
  disputeCommitSeconds: 600,
  disputeRevealSeconds: 600,
  disputeResolveSeconds: 600,
  disputeAnswerableSeconds: 6_000,
  withheldAnswerableSeconds: 6_000,
  wrongAnswerableSeconds: 6_000,
  unbondingSeconds: 12_000,
  commissionDelaySeconds: 12_000,
  settlementLifetimeSeconds: 60_000,
} as const;

const TERMS = {
  bondPerRecord: OPEN / 100n,
  licenceFee: OPEN,
  reviewWindowSeconds: 4,
  leastDataShareBps: 5_000,
  curatorCutBps: 1_000,
  mistakeBps: 500,
  negligenceBps: 3_000,
  maliceBps: 10_000,
  allowedUses: 1,
} as const;
const SPLIT = { treasury: 200, gateway: 500, curators: 300, stakers: 0, developer: 2_000, data: 7_000 } as const;

/** Kinds of commits (docs/formats.md §9). */
export const KIND = { index: 2, sketches: 4 } as const;
/** `ISketchDisputes.Outcome`. */
export const OUTCOME = { within: 1, outside: 2 } as const;

/** A version that is called, with the folder of its model. */
interface Served {
  readonly version: bigint;
  readonly till: Address;
  readonly work: string;
  readonly workshop: Workshop;
}

/** A call that is paid for. */
interface Asked {
  readonly prompt: string;
  readonly answer: string;
}

export type Scene = Awaited<ReturnType<typeof setScene>>;

export async function setScene() {
  const folder = mkdtempSync(join(tmpdir(), "tributary-disputes-"));
  const chain = await startChain();
  const close = (): void => {
    chain.process.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const model = await makeModel(folder);
    const { addresses } = await deployAll({
      rpcUrl: chain.rpcUrl,
      privateKey: localPrivateKey(OWNER),
      parameters: PARAMETERS,
      stateDir: folder,
    });
    return { ...(await furnish(chain, folder, model, addresses)), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function furnish(
  chain: Awaited<ReturnType<typeof startChain>>,
  folder: string,
  { work, baseFolder, texts, sketches, method, weightsHash }: Awaited<ReturnType<typeof makeModel>>,
  addresses: Awaited<ReturnType<typeof deployAll>>["addresses"],
) {
  const { client, controls } = chain;
  const bundles = join(work, "bundles");
  const chainId = 31337;
  const contracts = {
    ledger: addresses.RoyaltyLedger,
    modelRegistry: addresses.ModelRegistry,
    datanetRegistry: addresses.DatanetRegistry,
    token: addresses.OpenToken,
  };
  const walletOf = (account: number) =>
    createWalletClient({
      account: privateKeyToAccount(localPrivateKey(account)),
      chain: { ...foundry, id: chainId },
      transport: http(chain.rpcUrl),
      pollingInterval: 50,
    });
  const owner = walletOf(OWNER);
  const access = { reader: client, sender: owner };

  /** Calls a function from an account, and returns what the call would have returned. */
  async function send(account: number, address: Address, abi: Abi, functionName: string, args: readonly unknown[]) {
    const { request, result } = await client.simulateContract({
      account: privateKeyToAccount(localPrivateKey(account)),
      address,
      abi,
      functionName,
      args,
    });
    const hash = await walletOf(account).writeContract(request as never);
    await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    return result as never;
  }
  const pass = async (seconds: number): Promise<void> => {
    await controls.increaseTime({ seconds });
    await controls.mine({ blocks: 1 });
  };

  const { DatanetRegistry, ModelRegistry, OperatorStaking, SketchDisputes, TillFactory, OpenToken } = addresses;
  for (const spender of [DatanetRegistry, ModelRegistry, SketchDisputes])
    await send(OWNER, OpenToken, erc20Abi, "approve", [spender, maxUint256]);
  for (const [i, attributor] of ATTRIBUTORS.entries()) {
    const stake = (i === 0 ? 8_000n : 2_000n) * OPEN;
    await send(OWNER, OpenToken, erc20Abi, "transfer", [localAddress(attributor), stake]);
    await send(attributor, OpenToken, erc20Abi, "approve", [OperatorStaking, stake]);
    const pool: bigint = await send(attributor, OperatorStaking, operatorStakingAbi, "openPool", [2, 0n, 0]);
    await send(attributor, OperatorStaking, operatorStakingAbi, "stake", [pool, stake]);
  }
  const datanets = { address: DatanetRegistry, abi: datanetRegistryAbi } as const;
  const datanet: bigint = await send(OWNER, DatanetRegistry, datanetRegistryAbi, "createDatanet", [TERMS, "test:"]);
  await send(OWNER, OpenToken, erc20Abi, "transfer", [localAddress(CONTRIBUTOR), OPEN]);
  await send(CONTRIBUTOR, OpenToken, erc20Abi, "approve", [DatanetRegistry, OPEN]);
  const signed = signTexts(texts);
  const contributions: { id: bigint; firstPlace: number; records: number }[] = [];
  for (const [account, records] of [
    [CONTRIBUTOR, WITHDRAWABLE],
    [OWNER, texts.length - WITHDRAWABLE],
  ] as const) {
    const firstPlace = contributions.reduce((sum, one) => sum + one.records, 0);
    const hashes = signed.recordHashes.subarray(32 * firstPlace, 32 * (firstPlace + records));
    const { hash, sum } = manifestRoot(buildContentTree(hashes).root);
    const content = { hash, sum: BigInt(sum) };
    const reserved = await client.readContract({
      ...datanets,
      functionName: "reservationOf",
      args: [localAddress(account), datanet, content, zeroHash],
    });
    await send(account, DatanetRegistry, datanetRegistryAbi, "reserve", [reserved]);
    await pass(1);
    const given = [datanet, 0, content, keccak256(toHex("CC0-1.0")), "test:", zeroHash];
    const id: bigint = await send(account, DatanetRegistry, datanetRegistryAbi, "contribute", given);
    contributions.push({ id, firstPlace, records });
  }
  await pass(TERMS.reviewWindowSeconds + 1);
  for (const { id } of contributions) await send(OWNER, DatanetRegistry, datanetRegistryAbi, "accept", [id]);

  /** Registers a model, and opens its till. @param folder of its model */
  async function serve(folder: string, hash: Hex): Promise<Served> {
    const [, version]: readonly [bigint, bigint] = await send(OWNER, ModelRegistry, modelRegistryAbi, "register", [
      {
        weightsHash: hash,
        parents: [],
        datanets: [datanet],
        split: SPLIT,
        royaltyBps: 0,
        inputPrice: OPEN,
        outputPrice: OPEN,
        uri: "test:",
      },
    ]);
    const till: Address = await send(OWNER, TillFactory, tillFactoryAbi, "createTill", [version, localAddress(OWNER)]);
    return { version, till, work: folder, workshop: openWorkFolder(folder, baseFolder) };
  }

  const first = await serve(work, weightsHash);
  const contributionOf = (place: number) => contributions.findLast(({ firstPlace }) => firstPlace <= place)!;
  const index = await buildIndex(
    {
      ...signed,
      contributionIds: BigUint64Array.from(texts, (_, place) => contributionOf(place).id),
      recordIndexes: Uint32Array.from(texts, (_, place) => place - contributionOf(place).firstPlace),
    },
    sketches,
    method,
    { threads: 1 },
  );
  const published = new Map<bigint, Hex>();
  let channel = 0n;

  /** Pays for calls, closes the till, and hands the calls to the attributors. */
  async function handOver(asked: readonly Asked[], { till, version, work }: Served = first) {
    channel++;
    const issuedAt = Number((await client.getBlock()).timestamp);
    const calls = asked.map(({ prompt, answer }, i) => {
      const salt = keccak256(toHex(`salt of ${channel} ${i}`));
      const receipt: Receipt = {
        till,
        modelVersion: version,
        channelId: pad(toHex(channel), { size: 32 }),
        sequence: BigInt(i + 1),
        amount: OPEN,
        cumulative: BigInt(i + 1) * OPEN,
        agentRegistry: zeroAddress,
        agentId: 0n,
        requestHash: saltedHash(salt, prompt),
        responseHash: saltedHash(salt, answer),
        issuedAt,
      };
      return { prompt, answer, salt, receipt };
    });
    const receipts = receiptTableOf(calls.map(({ receipt }) => receipt));
    const { hash, sum } = manifestRoot(buildReceiptsTree(receipts).root);
    await send(OWNER, OpenToken, erc20Abi, "transfer", [till, BigInt(sum)]);
    const closing = [version, { hash, sum: BigInt(sum) }, receipts.count, zeroHash];
    const settlementId: bigint = await send(OWNER, till, modelTillAbi, "close", closing);
    const text = JSON.stringify({ calls }, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    writeFileSync(join(work, `settlement-${settlementId}.json`), text);
    return { settlementId, calls, receipts };
  }

  return {
    chain,
    folder,
    bundles,
    work,
    baseFolder,
    deployment: join(folder, "deployments", `${chainId}.json`),
    pass,
    windows: {
      commit: PARAMETERS.disputeCommitSeconds,
      reveal: PARAMETERS.disputeRevealSeconds,
      index: PARAMETERS.indexWindowSeconds,
    },

    /** Commits the version's index. @param falseAt place of a record with the sketch of the one before it @param withdrawnAt place of one in withdrawn form */
    async commitIndex(falseAt?: number, withdrawnAt?: number): Promise<void> {
      const stated = {
        ...index,
        sketches: index.sketches.slice(),
        scales: index.scales.slice(),
        novelties: index.novelties.slice(),
        witnesses: index.witnesses.slice(),
        contentSignatures: index.contentSignatures.slice(),
      };
      if (withdrawnAt !== undefined) {
        stated.sketches.fill(0, K * withdrawnAt, K * (withdrawnAt + 1));
        stated.contentSignatures.fill(0, 32 * withdrawnAt, 32 * (withdrawnAt + 1));
        [stated.scales[withdrawnAt], stated.novelties[withdrawnAt], stated.witnesses[withdrawnAt]] = [0, 0, NONE];
      }
      if (falseAt !== undefined) stated.sketches.copyWithin(K * falseAt, K * (falseAt - 1), K * falseAt);
      const identity = { chainId: BigInt(chainId), modelRegistry: ModelRegistry, modelVersion: VERSION, method };
      const { hash: bundleHash } = await writeIndexBundle(bundles, identity, stated);
      const root = manifestRoot(buildIndexTree(stated).root);
      await commitIndex(access, contracts, { modelVersion: VERSION, method, root, bundleHash });
      writeFileSync(join(work, "index.json"), JSON.stringify({ bundleHash }));
    },

    handOver,
    serve,
    contracts,
    access,
    contributions,

    /** Takes the first contribution back from models that are registered in a later second; no block follows. */
    async withdraw(): Promise<void> {
      await send(CONTRIBUTOR, DatanetRegistry, datanetRegistryAbi, "withdraw", [contributions[0]!.id]);
    },

    /** Waits until an epoch is just beginning when sketches that are committed now become ready. */
    async waitForFreshEpoch(): Promise<void> {
      const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
      const { timestamp } = await client.getBlock();
      const readyAt = Number(timestamp) + PARAMETERS.sketchWindowSeconds;
      const epoch = await client.readContract({ ...ledger, functionName: "epochAt", args: [readyAt] });
      await pass((await client.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] })) - readyAt);
    },

    /** Where the sketches of a settlement are published. */
    bundleOf: (settlementId: bigint): Hex => published.get(settlementId)!,

    /** Lets the sketches that are committed become ready, and their epoch end. @returns that epoch */
    async endEpoch(): Promise<bigint> {
      const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
      await pass(PARAMETERS.sketchWindowSeconds);
      await send(OWNER, contracts.ledger, royaltyLedgerAbi, "advance", [10n]);
      const epoch = await client.readContract({ ...ledger, functionName: "nextEpoch" });
      const end = await client.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] });
      const { timestamp } = await client.getBlock();
      await pass(Math.max(0, end - Number(timestamp)) + 1);
      return epoch;
    },

    /** Hands calls over, and commits sketches that all attributors sign. @param falseAt place of a call with the sketch of the one before it @returns the settlement */
    async settle(asked: readonly Asked[], falseAt?: number, of: Served = first): Promise<bigint> {
      const { settlementId, calls, receipts } = await handOver(asked, of);
      const rows = new Int8Array(K * calls.length);
      for (const [i, call] of calls.entries()) rows.set((await of.workshop.sketchCall(call)).sketches, K * i);
      if (falseAt !== undefined) rows.copyWithin(K * falseAt, K * (falseAt - 1), K * falseAt);
      const { hash: bundleHash } = await writeSettlementBundle(bundles, {
        chainId: BigInt(chainId),
        modelVersion: of.version,
        receipts,
        sketches: { settlementId, k: K, sketches: rows },
      });
      published.set(settlementId, bundleHash);
      // They sign what they are shown.
      const recompute = () => Promise.resolve(rows);
      const indexOf = async () => (await readWorkIndex(of.work)).index;
      const request = { settlementId, receipts, k: K, sketches: rows, recompute, indexOf };
      const attestations = await Promise.all(
        ATTRIBUTORS.map((attributor) =>
          attestSketches(client, contracts, privateKeyToAccount(localPrivateKey(attributor)), request),
        ),
      );
      await commitSketches(access, contracts.ledger, { settlementId, bundleHash, attestations });
      return settlementId;
    },

    /** Disputes a sketch. @returns the dispute's number */
    dispute: (kind: number, id: bigint, sub: number, place: number): Promise<bigint> =>
      send(OWNER, SketchDisputes, sketchDisputesAbi, "dispute", [{ kind, id, sub }, place]),

    /** Resolves a dispute. @returns its outcome */
    async resolve(round: bigint): Promise<number> {
      await send(OWNER, SketchDisputes, sketchDisputesAbi, "resolve", [round]);
      const found = await client.readContract({
        address: SketchDisputes,
        abi: sketchDisputesAbi,
        functionName: "disputeOf",
        args: [round],
      });
      return found.outcome;
    },
  };
}
