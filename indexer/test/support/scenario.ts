// A small life of the protocol, from a datanet to paid contributors, in steps that a test can stop between.
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type Hex,
  keccak256,
  stringToBytes,
  toHex,
  zeroHash,
} from "viem";
import type { HDAccount } from "viem/accounts";
import { keccak256 as keccakBytes } from "@tributary/protocol/keccak";
import { EARNING, PAYOUT } from "@tributary/protocol/kinds";
import { emptyRoot } from "@tributary/protocol/node";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { sketchAttestationTypedData } from "@tributary/protocol/typed-data/sketch-attestation";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { accountAt, type Chain } from "./anvil.ts";
import type { Protocol } from "./deploy-contracts.ts";

export const deployer = accountAt(0);
export const developer = accountAt(10);
export const gateway = accountAt(11);
export const curator = accountAt(12);
export const alice = accountAt(13);
export const bob = accountAt(14);
export const carol = accountAt(15);
export const proposer = accountAt(16);
const attributors = [accountAt(6), accountAt(7)];
/** `PoolKind.Attributor` of IOperatorStaking. */
const ATTRIBUTOR = 2;
const PURSE = 10n ** 24n;

const TERMS = {
  bondPerRecord: 11n,
  licenceFee: 1_000_007n,
  reviewWindowSeconds: 86_400,
  leastDataShareBps: 5_000,
  curatorCutBps: 1_000,
  mistakeBps: 500,
  negligenceBps: 3_000,
  maliceBps: 10_000,
  allowedUses: 1,
} as const;
const SPLIT = { treasury: 200, gateway: 500, curators: 300, stakers: 0, developer: 2_000, data: 7_000 } as const;
const ROYALTY_BPS = 300;
const METHOD = { k: 32, topK: 4, debitFactor: 192, tau: 64_225, delta: 6_553, signatureMatch: 300 } as const;
const DATA = 0;
const FEEDBACK = 1;

/** A hash that stands for a tree or a file whose content no contract looks at here. */
function hashOf(text: string): Hex {
  return keccak256(stringToBytes(text));
}

type Mutable = "nonpayable" | "payable";

export class Scenario {
  readonly #chain: Chain;
  readonly #protocol: Protocol;
  readonly tills: Address[] = [];

  constructor(chain: Chain, protocol: Protocol) {
    this.#chain = chain;
    this.#protocol = protocol;
  }

  /** Two datanets and four contributions to them; the last one stays in review. */
  async contribute(): Promise<void> {
    const { DatanetRegistry, ModelRegistry, RoyaltyLedger, OpenToken } = this.#protocol.addresses;
    for (const account of [developer, curator, alice, bob, carol, proposer]) {
      await this.#send(deployer, OpenToken, openTokenAbi, "transfer", [account.address, PURSE]);
      for (const spender of [DatanetRegistry, ModelRegistry, RoyaltyLedger]) {
        await this.#send(account, OpenToken, openTokenAbi, "approve", [spender, PURSE]);
      }
    }
    await this.#stakeAttributors();
    for (const name of ["speeches", "novels"]) {
      await this.#send(curator, DatanetRegistry, datanetRegistryAbi, "createDatanet", [TERMS, `npm:${name}`]);
    }
    const contributions = [
      [alice, 1n, DATA, 3n],
      [bob, 1n, DATA, 2n],
      [alice, 2n, FEEDBACK, 1n],
    ] as const;
    for (const [contributor, datanet, kind, sum] of contributions)
      await this.#contribute(contributor, datanet, kind, sum);
    await this.#wait(TERMS.reviewWindowSeconds);
    for (const id of [1n, 2n, 3n]) {
      await this.#send(carol, DatanetRegistry, datanetRegistryAbi, "accept", [id]);
    }
    await this.#contribute(carol, 2n, DATA, 5n);
  }

  /** A base model over both datanets and one that derives from it, their indexes and tills; one licence income is collected. */
  async register(): Promise<void> {
    const { DatanetRegistry, ModelRegistry, TillFactory } = this.#protocol.addresses;
    const registration = {
      weightsHash: hashOf("weights"),
      parents: [],
      datanets: [1n, 2n],
      split: SPLIT,
      royaltyBps: ROYALTY_BPS,
      inputPrice: 3n,
      outputPrice: 15n,
      uri: "file:base",
    };
    await this.#send(developer, ModelRegistry, modelRegistryAbi, "register", [registration]);
    const derived = {
      ...registration,
      weightsHash: hashOf("derived weights"),
      parents: [1n],
      datanets: [],
      split: { ...SPLIT, developer: SPLIT.developer - ROYALTY_BPS },
      uri: "file:derived",
    };
    await this.#send(bob, ModelRegistry, modelRegistryAbi, "register", [derived]);
    await this.#send(carol, DatanetRegistry, datanetRegistryAbi, "collectLicenceIncome", [1n]);
    const method = { ...METHOD, sketchSpec: hashOf("sketch method") };
    for (const [version, owner] of [
      [1n, developer],
      [2n, bob],
    ] as const) {
      const root = { hash: hashOf(`index ${version}`), sum: 6n };
      await this.#send(owner, ModelRegistry, modelRegistryAbi, "commitIndex", [
        version,
        method,
        root,
        hashOf("bundle"),
      ]);
      await this.#send(carol, TillFactory, tillFactoryAbi, "createTill", [version, gateway.address]);
      const { client } = this.#chain;
      const read = { address: TillFactory, abi: tillFactoryAbi, functionName: "tillOf" } as const;
      const [till] = await client.readContract({ ...read, args: [version, gateway.address] });
      this.tills.push(till);
    }
    await this.#wait(await this.#indexWindowSeconds());
    await this.#send(carol, ModelRegistry, modelRegistryAbi, "returnIndexBond", [1n]);
  }

  /** Settlements 1 and 3 of the base model, 2 of the derived one, and income without receipts; 1 and 2 get sketches. */
  async settle(): Promise<void> {
    await this.#close(0, 1n, 1_000_003n, 3);
    await this.#close(1, 2n, 77n, 1);
    await this.#closePlain(0, 1n, 500_001n);
    await this.#close(0, 1n, 999n, 2);
    await this.#waitForFreshEpoch();
    await this.#commitSketches(1n, 3n);
    await this.#commitSketches(2n, 1n);
  }

  /** The epoch of settlements 1 and 2 gets two proposals, and the first one is finalised. */
  async finalize(): Promise<void> {
    const { RoyaltyLedger } = this.#protocol.addresses;
    const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const { client } = this.#chain;
    const parameters = await client.readContract({ ...ledger, functionName: "parameters" });
    await this.#wait(parameters.sketchWindowSeconds);
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "advance", [10n]);
    const epoch = await client.readContract({ ...ledger, functionName: "nextEpoch" });
    await this.#chain.waitUntil(await client.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] }));

    const pools = await client.readContract({ ...ledger, functionName: "epochPools", args: [epoch] });
    const groups = { hash: hashOf("groups"), sum: pools };
    const payouts = this.#payouts(pools);
    const root = { hash: toHex(payouts.root.hash), sum: payouts.root.sum };
    const rival = { hash: hashOf("other payouts"), sum: pools };
    for (const candidate of [root, rival]) {
      const args = [epoch, groups, candidate, hashOf("epoch bundle")] as const;
      await this.#send(proposer, RoyaltyLedger, royaltyLedgerAbi, "propose", args);
    }
    await this.#wait(parameters.challengeWindowSeconds);
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "finalize", [epoch]);
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "returnBond", [epoch, 1]);
  }

  /** Claims of every kind, a sold position, and what is never attributed and expires. */
  async claim(): Promise<void> {
    const { RoyaltyLedger, RoyaltyPositions } = this.#protocol.addresses;
    const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const { client } = this.#chain;
    const { sum: pools } = await client.readContract({ ...ledger, functionName: "payoutsRoot" });
    const payouts = this.#payouts(pools);
    const claimOf = (position: bigint) => ({
      position,
      cumulative: payouts.node(PAYOUT.depth, Number(position)).sum,
      payloadHash: toHex(keccakBytes(EMPTY_PAYOUT)),
      opening: toHex(payouts.open(PAYOUT.depth, Number(position))),
    });
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "claim", [[claimOf(ALICE_IN_FIRST), TREASURY_ACCRUALS]]);

    const bobs = BOB_IN_FIRST;
    await this.#send(bob, RoyaltyLedger, royaltyLedgerAbi, "setClaimer", [bobs, carol.address]);
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "claimTo", [curator.address, [claimOf(bobs)]]);
    const sale = [bob.address, alice.address, bobs] as const;
    await this.#send(bob, RoyaltyPositions, royaltyPositionsAbi, "transferFrom", sale);

    await this.#closePlain(1, 2n, 123n);
    const { settlementLifetimeSeconds } = await client.readContract({ ...ledger, functionName: "parameters" });
    await this.#wait(settlementLifetimeSeconds);
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "expire", [3n]);
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "expirePlainIncome", [2n]);
  }

  async #contribute(contributor: HDAccount, datanet: bigint, kind: number, sum: bigint): Promise<void> {
    const root = { hash: hashOf(`content ${contributor.address} ${datanet}`), sum };
    const { DatanetRegistry: registry } = this.#protocol.addresses;
    const salt = hashOf("salt");
    const chainId = BigInt(await this.#chain.client.getChainId());
    const reservation = reservationHash({
      chainId,
      registry,
      contributor: contributor.address,
      datanetId: datanet,
      contentRoot: root,
      salt,
    });
    await this.#send(contributor, registry, datanetRegistryAbi, "reserve", [reservation]);
    const args = [datanet, kind, root, hashOf("CC0-1.0"), "ipfs:example", salt] as const;
    await this.#send(contributor, registry, datanetRegistryAbi, "contribute", args);
  }

  async #close(till: number, version: bigint, sum: bigint, count: number): Promise<void> {
    const address = this.tills[till]!;
    await this.#send(deployer, this.#protocol.addresses.OpenToken, openTokenAbi, "transfer", [address, sum]);
    const args = [version, { hash: hashOf(`receipts ${sum}`), sum }, count, hashOf("receipts bundle")] as const;
    await this.#send(gateway, address, modelTillAbi, "close", args);
  }

  async #closePlain(till: number, version: bigint, sum: bigint): Promise<void> {
    const address = this.tills[till]!;
    await this.#send(deployer, this.#protocol.addresses.OpenToken, openTokenAbi, "transfer", [address, sum]);
    await this.#send(gateway, address, modelTillAbi, "closePlain", [version]);
  }

  /** Attributors of equal weight, each with a pool of its own. */
  async #stakeAttributors(): Promise<void> {
    const { OpenToken, OperatorStaking } = this.#protocol.addresses;
    for (const [index, attributor] of attributors.entries()) {
      await this.#send(deployer, OpenToken, openTokenAbi, "transfer", [attributor.address, PURSE]);
      await this.#send(attributor, OpenToken, openTokenAbi, "approve", [OperatorStaking, PURSE]);
      await this.#send(attributor, OperatorStaking, operatorStakingAbi, "openPool", [ATTRIBUTOR, 0n, 0]);
      await this.#send(attributor, OperatorStaking, operatorStakingAbi, "stake", [BigInt(index + 1), PURSE]);
    }
  }

  async #commitSketches(settlementId: bigint, count: bigint): Promise<void> {
    const { ModelRegistry, RoyaltyLedger } = this.#protocol.addresses;
    const { client } = this.#chain;
    const sketches = { hash: hashOf(`sketches ${settlementId}`), sum: count };
    const place = { chainId: await client.getChainId(), ledger: RoyaltyLedger };
    const index = { address: ModelRegistry, abi: modelRegistryAbi, functionName: "indexOf" } as const;
    const { hash: indexRoot } = await client.readContract({ ...index, args: [settlementId] });
    const attestation = { settlementId, indexRoot, sketchesRoot: sketches.hash, count };
    const signers = attributors.toSorted((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const signatures = await Promise.all(
      signers.map((signer) => signer.signTypedData(sketchAttestationTypedData(attestation, place))),
    );
    const args = [settlementId, sketches, hashOf("sketches bundle"), signatures] as const;
    await this.#send(carol, RoyaltyLedger, royaltyLedgerAbi, "commitSketches", args);
  }

  /** Both settlements are to become ready in one epoch, so it is just beginning then. */
  async #waitForFreshEpoch(): Promise<void> {
    const { client } = this.#chain;
    const ledger = { address: this.#protocol.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const { sketchWindowSeconds } = await client.readContract({ ...ledger, functionName: "parameters" });
    const { timestamp } = await client.getBlock();
    const readyAt = Number(timestamp) + sketchWindowSeconds;
    const epoch = await client.readContract({ ...ledger, functionName: "epochAt", args: [readyAt] });
    const end = await client.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] });
    await this.#chain.waitUntil(end - sketchWindowSeconds);
  }

  /** Divides the pools over the paid positions, so that every unit goes somewhere. */
  #payouts(pools: bigint) {
    const share = pools / BigInt(PAID.length);
    return sumTreeOf(
      PAYOUT.depth,
      PAID.map((position, place) => ({
        key: Number(position),
        sum: place === 0 ? pools - share * BigInt(PAID.length - 1) : share,
        payload: EMPTY_PAYOUT,
      })),
    );
  }

  async #indexWindowSeconds(): Promise<number> {
    const { ModelRegistry } = this.#protocol.addresses;
    const read = { address: ModelRegistry, abi: modelRegistryAbi, functionName: "indexWindowSeconds" } as const;
    return this.#chain.client.readContract(read);
  }

  async #wait(seconds: number): Promise<void> {
    const { timestamp } = await this.#chain.client.getBlock();
    await this.#chain.waitUntil(Number(timestamp) + seconds);
  }

  async #send<
    const abi extends Abi,
    name extends ContractFunctionName<abi, Mutable>,
    args extends ContractFunctionArgs<abi, Mutable, name>,
  >(account: HDAccount, address: Address, abi: abi, functionName: name, args: args): Promise<void> {
    const { client } = this.#chain;
    // viem cannot resolve its conditional types for a generic ABI; the signature above has checked the arguments.
    const request = {
      account,
      address,
      abi: abi as Abi,
      functionName: functionName as string,
      args: args as unknown[],
    };
    const hash = await client.writeContract(request);
    const { status } = await client.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${functionName} was reverted`);
  }
}

/** Positions in the order of their creation: treasury, the two curators', alice's, bob's, alice's second, developer's, bob's as developer. */
const ALICE_IN_FIRST = 4n;
const BOB_IN_FIRST = 5n;
const PAID = [ALICE_IN_FIRST, BOB_IN_FIRST, 6n];
const EMPTY_PAYOUT = encodePayout({ earnings: emptyRoot(EARNING.depth) });
const TREASURY_ACCRUALS = { position: 1n, cumulative: 0n, payloadHash: zeroHash, opening: "0x" } as const;
