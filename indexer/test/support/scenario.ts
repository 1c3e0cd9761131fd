// A small life of the protocol, from a datanet to paid contributors, in steps that a test can stop between.
import { type Address, type Hex, keccak256, stringToBytes, toHex, zeroHash } from "viem";
import type { HDAccount } from "viem/accounts";
import { keccak256 as keccakBytes } from "@tributary/protocol/keccak";
import { EARNING, PAYOUT } from "@tributary/protocol/kinds";
import { emptyRoot } from "@tributary/protocol/node";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { claimDelegationTypedData } from "@tributary/protocol/typed-data/claim-delegation";
import { sketchAttestationTypedData } from "@tributary/protocol/typed-data/sketch-attestation";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltySharesAbi } from "@tributary/protocol/abi/royalty-shares";
import { royaltySharesFactoryAbi } from "@tributary/protocol/abi/royalty-shares-factory";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import {
  alice,
  attributors,
  bob,
  carol,
  curator,
  deployer,
  developer,
  dora,
  erin,
  gateway,
  proposer,
  PURSE,
  staker,
} from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import { contribute } from "../../../deploy/testing/contribute.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";

export const TERMS = {
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
const SPLIT = {
  treasury: 200,
  gateway: 500,
  curators: 300,
  stakers: 200,
  developer: 1_800,
  data: 7_000,
} as const;
const ROYALTY_BPS = 300;
export const METHOD = { k: 32, topK: 4, debitFactor: 192, tau: 64_225, delta: 6_553, signatureMatch: 300 } as const;
const DATA = 0;
const FEEDBACK = 1;
/** OperatorStaking's PoolKind. */
const VALIDATOR = 1;
const ATTRIBUTOR = 2;
const STAKE = 8n * 10n ** 21n;
export const DORAS_POOL = 1n;
export const ERINS_POOL = 2n;
export const MODEL_POOL = 5n;

/** A hash that stands for a tree or a file whose content no contract looks at here. */
export function hashOf(text: string): Hex {
  return keccak256(stringToBytes(text));
}

/** Terms of the scenario's own datanets. */
export function createDatanet(chain: Chain, { addresses }: Protocol, uri: string): Promise<void> {
  return send(chain, curator, addresses.DatanetRegistry, datanetRegistryAbi, "createDatanet", [TERMS, uri]);
}

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
    const { DatanetRegistry, ModelRegistry, RoyaltyLedger, OperatorStaking, ContributionReview, OpenToken } =
      this.#protocol.addresses;
    const others = [developer, curator, alice, bob, carol, proposer, dora, erin, staker];
    for (const account of [...attributors, ...others]) {
      await send(this.#chain, deployer, OpenToken, openTokenAbi, "transfer", [account.address, PURSE]);
      for (const spender of [DatanetRegistry, ModelRegistry, RoyaltyLedger, OperatorStaking, ContributionReview]) {
        await send(this.#chain, account, OpenToken, openTokenAbi, "approve", [spender, PURSE]);
      }
    }
    for (const name of ["speeches", "novels"]) await createDatanet(this.#chain, this.#protocol, `npm:${name}`);
    const contributions = [
      [alice, 1n, DATA, 3n],
      [bob, 1n, DATA, 2n],
      [alice, 2n, FEEDBACK, 1n],
    ] as const;
    for (const [contributor, datanet, kind, sum] of contributions)
      await this.#contribute(contributor, datanet, kind, sum);
    await wait(this.#chain, TERMS.reviewWindowSeconds);
    for (const id of [1n, 2n, 3n]) {
      await send(this.#chain, carol, DatanetRegistry, datanetRegistryAbi, "accept", [id]);
    }
    await this.#contribute(carol, 2n, DATA, 5n);
  }

  /** A base model over both datanets and one that derives from it, their indexes and tills; one licence income is collected. */
  async register(): Promise<void> {
    const { DatanetRegistry, ModelRegistry } = this.#protocol.addresses;
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
    await send(this.#chain, developer, ModelRegistry, modelRegistryAbi, "register", [registration]);
    const derived = {
      ...registration,
      weightsHash: hashOf("derived weights"),
      parents: [1n],
      datanets: [],
      split: { ...SPLIT, developer: SPLIT.developer - ROYALTY_BPS },
      uri: "file:derived",
    };
    await send(this.#chain, bob, ModelRegistry, modelRegistryAbi, "register", [derived]);
    await send(this.#chain, carol, DatanetRegistry, datanetRegistryAbi, "collectLicenceIncome", [1n]);
    const method = { ...METHOD, sketchSpec: hashOf("sketch method") };
    for (const [version, owner] of [
      [1n, developer],
      [2n, bob],
    ] as const) {
      const root = { hash: hashOf(`index ${version}`), sum: 6n };
      await send(this.#chain, owner, ModelRegistry, modelRegistryAbi, "commitIndex", [
        version,
        method,
        root,
        hashOf("bundle"),
      ]);
    }
    await this.createTills();
    await wait(this.#chain, await this.#indexWindowSeconds());
    await send(this.#chain, carol, ModelRegistry, modelRegistryAbi, "returnIndexBond", [1n]);
    await send(this.#chain, developer, ModelRegistry, modelRegistryAbi, "setPrice", [1n, 4n, 20n]);
  }

  /** A till of each of the two models. */
  async createTills(): Promise<void> {
    const { TillFactory } = this.#protocol.addresses;
    for (const model of [1n, 2n]) {
      await send(this.#chain, carol, TillFactory, tillFactoryAbi, "createTill", [model, gateway.address]);
      const read = { address: TillFactory, abi: tillFactoryAbi, functionName: "tillOf" } as const;
      const [till] = await this.#chain.client.readContract({ ...read, args: [model, gateway.address] });
      this.tills.push(till);
    }
  }

  /** A third version, of the base model's records alone, that has no index. @param uri what its developer says of it */
  async registerWithoutIndex(uri: string, royaltyBps = ROYALTY_BPS): Promise<void> {
    const { ModelRegistry } = this.#protocol.addresses;
    const registration = {
      weightsHash: hashOf("third weights"),
      parents: [1n],
      datanets: [],
      split: { ...SPLIT, developer: SPLIT.developer - ROYALTY_BPS },
      royaltyBps,
      inputPrice: 1n,
      outputPrice: 1n,
      uri,
    };
    await send(this.#chain, alice, ModelRegistry, modelRegistryAbi, "register", [registration]);
  }

  /** Validators of the first datanet, attributors, and a staker on the base model who also delegates to a validator. */
  async stake(): Promise<void> {
    const { OperatorStaking } = this.#protocol.addresses;
    const pools = [
      [dora, VALIDATOR, 1n, 1_000],
      [erin, VALIDATOR, 1n, 0],
      [attributors[0], ATTRIBUTOR, 0n, 0],
      [attributors[1], ATTRIBUTOR, 0n, 0],
    ] as const;
    for (const [place, [operator, ...opening]] of pools.entries()) {
      await send(this.#chain, operator, OperatorStaking, operatorStakingAbi, "openPool", opening);
      await send(this.#chain, operator, OperatorStaking, operatorStakingAbi, "stake", [BigInt(place + 1), STAKE]);
    }
    await send(this.#chain, dora, OperatorStaking, operatorStakingAbi, "announceCommission", [DORAS_POOL, 2_000]);
    await send(this.#chain, staker, OperatorStaking, operatorStakingAbi, "openModelPool", [1n]);
    for (const pool of [DORAS_POOL, MODEL_POOL]) {
      await send(this.#chain, staker, OperatorStaking, operatorStakingAbi, "stake", [pool, STAKE / 4n]);
    }
    await send(this.#chain, staker, OperatorStaking, operatorStakingAbi, "unbond", [DORAS_POOL, 0, STAKE / 8n]);
    const { OpenToken } = this.#protocol.addresses;
    await send(this.#chain, carol, OperatorStaking, operatorStakingAbi, "fund", [DORAS_POOL, OpenToken, 1_000n]);
    // A vote's weight is measured before it begins.
    await wait(this.#chain, 2);
  }

  /** Settlements 1 and 3 of the base model, 2 of the derived one, and income without receipts; 1 and 2 get sketches. */
  async settle(): Promise<void> {
    await this.close(0, 1n, 1_000_003n, 3);
    await this.close(1, 2n, 77n, 1);
    await this.#closePlain(0, 1n, 500_001n);
    await this.close(0, 1n, 999n, 2);
    await this.#waitForFreshEpoch();
    await this.commitSketches(1n, 3n);
    await this.commitSketches(2n, 1n);
  }

  /** The epoch of settlements 1 and 2 gets two proposals, and the first one is finalised. */
  async finalize(): Promise<void> {
    const { RoyaltyLedger } = this.#protocol.addresses;
    const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const { client } = this.#chain;
    const parameters = await client.readContract({ ...ledger, functionName: "parameters" });
    const epoch = await this.endEpoch();
    const pools = await client.readContract({ ...ledger, functionName: "epochPools", args: [epoch] });
    const groups = { hash: hashOf("groups"), sum: pools };
    const payouts = this.#payouts(pools);
    const root = { hash: toHex(payouts.root.hash), sum: payouts.root.sum };
    const rival = { hash: hashOf("other payouts"), sum: pools };
    const count = await client.readContract({ ...ledger, functionName: "proposalCount", args: [epoch] });
    for (const candidate of [root, rival]) {
      const args = [epoch, groups, candidate, hashOf("epoch bundle")] as const;
      await send(this.#chain, proposer, RoyaltyLedger, royaltyLedgerAbi, "propose", args);
    }
    const delay = await client.readContract({ ...ledger, functionName: "delayOf", args: [epoch] });
    await wait(this.#chain, parameters.challengeWindowSeconds + delay);
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "finalize", [epoch]);
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "returnBond", [epoch, count + 1]);
  }

  /** Lets the sketches that are committed become ready, and their epoch end; that is the next one to be finalised. */
  async endEpoch(): Promise<bigint> {
    const { RoyaltyLedger } = this.#protocol.addresses;
    const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const { client } = this.#chain;
    const { sketchWindowSeconds } = await client.readContract({ ...ledger, functionName: "parameters" });
    await wait(this.#chain, sketchWindowSeconds);
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "advance", [10n]);
    const epoch = await client.readContract({ ...ledger, functionName: "nextEpoch" });
    await this.#chain.waitUntil(await client.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] }));
    return epoch;
  }

  /** A contributor takes records back from future models; claims of every kind, a sold position, and what is never attributed and expires. */
  async claim(): Promise<void> {
    const { RoyaltyLedger, RoyaltyVault, RoyaltyPositions, DatanetRegistry } = this.#protocol.addresses;
    await send(this.#chain, bob, DatanetRegistry, datanetRegistryAbi, "withdraw", [BOBS_CONTRIBUTION]);
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
    await send(this.#chain, carol, RoyaltyVault, royaltyVaultAbi, "claim", [
      [claimOf(ALICE_IN_FIRST), TREASURY_ACCRUALS],
    ]);

    const bobs = BOB_IN_FIRST;
    await send(this.#chain, bob, RoyaltyVault, royaltyVaultAbi, "setClaimer", [bobs, carol.address]);
    await send(this.#chain, carol, RoyaltyVault, royaltyVaultAbi, "claimTo", [curator.address, [claimOf(bobs)]]);
    const sale = [bob.address, alice.address, bobs] as const;
    await send(this.#chain, bob, RoyaltyPositions, royaltyPositionsAbi, "transferFrom", sale);

    await this.#closePlain(1, 2n, 123n);
    const { settlementLifetimeSeconds } = await client.readContract({ ...ledger, functionName: "parameters" });
    await wait(this.#chain, settlementLifetimeSeconds);
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "expire", [3n]);
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "expirePlainIncome", [2n]);

    await this.#claimByDelegate();
    await this.#shareIncome();
  }

  /** Stake on its way out is taken out, and the rewards in OPEN of who staked on the base model. */
  async withdraw(): Promise<void> {
    const { OperatorStaking, OpenToken } = this.#protocol.addresses;
    await send(this.#chain, carol, OperatorStaking, operatorStakingAbi, "withdraw", [1n]);
    const reward = [MODEL_POOL, 0, OpenToken, staker.address] as const;
    await send(this.#chain, carol, OperatorStaking, operatorStakingAbi, "claimRewards", reward);
  }

  /** The developer lets Carol claim by signature, and then ends all that was signed. */
  async #claimByDelegate(): Promise<void> {
    const { RoyaltyVault } = this.#protocol.addresses;
    const { client } = this.#chain;
    const deadline = Number((await client.getBlock()).timestamp) + 3_600;
    const terms = { claimer: carol.address, recipient: bob.address, nonce: 0n, deadline };
    const place = { chainId: await client.getChainId(), vault: RoyaltyVault };
    const typed = claimDelegationTypedData({ positionId: DEVELOPERS, ...terms }, place);
    const signature = await developer.signTypedData(typed);
    const claim = { ...TREASURY_ACCRUALS, position: DEVELOPERS };
    await send(this.#chain, carol, RoyaltyVault, royaltyVaultAbi, "claimFor", [
      [{ delegation: { position: DEVELOPERS, ...terms }, signature, claim }],
    ]);
    await send(this.#chain, developer, RoyaltyVault, royaltyVaultAbi, "revokeDelegations", [DEVELOPERS]);
  }

  /** Alice shares the income of the position she bought, is paid from it, and takes the position back. */
  async #shareIncome(): Promise<void> {
    const { RoyaltyLedger, RoyaltyVault, RoyaltyPositions, RoyaltySharesFactory, GovernanceOpen } =
      this.#protocol.addresses;
    const bobs = BOB_IN_FIRST;
    await send(this.#chain, alice, RoyaltyPositions, royaltyPositionsAbi, "approve", [RoyaltySharesFactory, bobs]);
    const creation = [bobs, 1_000n, "Shares", "SHARE", [RoyaltyVault]] as const;
    await send(this.#chain, alice, RoyaltySharesFactory, royaltySharesFactoryAbi, "createShares", creation);
    const owner = { address: RoyaltyPositions, abi: royaltyPositionsAbi, functionName: "ownerOf" } as const;
    const shares = await this.#chain.client.readContract({ ...owner, args: [bobs] });
    await send(this.#chain, alice, shares, royaltySharesAbi, "transfer", [carol.address, 400n]);
    // Anybody may move nothing: of somebody who never had any, to somebody who has none.
    await send(this.#chain, bob, shares, royaltySharesAbi, "transferFrom", [curator.address, bob.address, 0n]);
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "accrue", [[bobs], [5_000n]]);
    const claim = { ...TREASURY_ACCRUALS, position: bobs };
    await send(this.#chain, carol, shares, royaltySharesAbi, "collect", [0n, claim]);
    await send(this.#chain, carol, shares, royaltySharesAbi, "claimIncome", [alice.address]);
    await send(this.#chain, carol, shares, royaltySharesAbi, "transfer", [alice.address, 400n]);
    await send(this.#chain, alice, shares, royaltySharesAbi, "redeem", [alice.address, [GovernanceOpen]]);
  }

  async #contribute(account: HDAccount, datanetId: bigint, kind: number, sum: bigint): Promise<void> {
    const contentRoot = { hash: hashOf(`content ${account.address} ${datanetId}`), sum };
    await contribute(this.#chain, this.#protocol, { account, datanetId, kind, contentRoot });
  }

  /** @param hash of the receipts' root */
  async close(
    till: number,
    version: bigint,
    sum: bigint,
    count: number,
    hash = hashOf(`receipts ${sum}`),
  ): Promise<void> {
    const address = this.tills[till]!;
    await send(this.#chain, deployer, this.#protocol.addresses.OpenToken, openTokenAbi, "transfer", [address, sum]);
    const args = [version, { hash, sum }, count, hashOf("receipts bundle")] as const;
    await send(this.#chain, gateway, address, modelTillAbi, "close", args);
  }

  async #closePlain(till: number, version: bigint, sum: bigint): Promise<void> {
    const address = this.tills[till]!;
    await send(this.#chain, deployer, this.#protocol.addresses.OpenToken, openTokenAbi, "transfer", [address, sum]);
    await send(this.#chain, gateway, address, modelTillAbi, "closePlain", [version]);
  }

  /** @param version of the settlement; of the first two it has the same number */
  async commitSketches(
    settlementId: bigint,
    count: bigint,
    version = settlementId,
    name = `sketches ${settlementId}`,
  ): Promise<void> {
    const { ModelRegistry, RoyaltyLedger } = this.#protocol.addresses;
    const { client } = this.#chain;
    const sketches = { hash: hashOf(name), sum: count };
    const place = { chainId: await client.getChainId(), ledger: RoyaltyLedger };
    const index = { address: ModelRegistry, abi: modelRegistryAbi, functionName: "indexOf" } as const;
    const { hash: indexRoot } = await client.readContract({ ...index, args: [version] });
    const attestation = { settlementId, indexRoot, sketchesRoot: sketches.hash, count };
    const signatures = await Promise.all(
      SIGNERS.map((signer) => signer.signTypedData(sketchAttestationTypedData(attestation, place))),
    );
    const args = [settlementId, sketches, hashOf("sketches bundle"), signatures] as const;
    await send(this.#chain, carol, RoyaltyLedger, royaltyLedgerAbi, "commitSketches", args);
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
}

/** The attributors in the order in which a ledger takes their signatures. */
export const SIGNERS = [...attributors].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
/** Positions in the order of their creation: treasury, the two curators', alice's, bob's, alice's second, developer's, bob's as developer. */
const ALICE_IN_FIRST = 4n;
const BOB_IN_FIRST = 5n;
/** Two records of the first datanet. */
const BOBS_CONTRIBUTION = 2n;
const DEVELOPERS = 7n;
const PAID = [ALICE_IN_FIRST, BOB_IN_FIRST, 6n];
const EMPTY_PAYOUT = encodePayout({ earnings: emptyRoot(EARNING.depth) });
const TREASURY_ACCRUALS = { position: 1n, cumulative: 0n, payloadHash: zeroHash, opening: "0x" } as const;
