// Everything that courts do, in short lives of an index, a settlement and proposals: proofs, reservations, demands, disputes, receipts that are missing.
import { concatHex, encodeFunctionData, type Hex, keccak256, numberToHex, stringToHex, toHex } from "viem";
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import { answerInner } from "@tributary/protocol/demand";
import { EARNING, GROUP, INDEX, PAYOUT, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { emptyRoot } from "@tributary/protocol/node";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { inputProofCommitmentHash } from "@tributary/protocol/typed-data/input-proof-commitment";
import { sketchVoteHash } from "@tributary/protocol/typed-data/sketch-vote";
import {
  alice,
  attributors,
  carol,
  deployer,
  dora,
  erin,
  gateway,
  proposer,
  PURSE,
} from "../../../deploy/testing/accounts.ts";
import type { Chain } from "../../../deploy/testing/anvil.ts";
import type { Protocol } from "../../../deploy/testing/deploy-contracts.ts";
import { send, wait } from "../../../deploy/testing/send.ts";
import { nextAt, pass } from "./next-at.ts";
import { hashOf, METHOD, type Scenario, SIGNERS } from "./scenario.ts";

/** OperatorStaking's PoolKind. */
const GATEWAY = 3;
const STAKE = 10n ** 21n;
const SALT = hashOf("salt");
/** Of a root: no level, no sibling. */
const ROOT_OPENING = "0x0000000000";
const REVEAL_BLOCKS = 50;
const ATTRIBUTOR_POOLS = [3n, 4n] as const;
/** Version that has no index yet, its records, and the settlement that is contested. */
const VERSION = 3n;
const RECORDS = 6n;
const SETTLEMENT = 4n;
const FEE = 5_000n;
const CALLS = 2;

/** Every root here is the hash of a word, which is no node: whoever shows the word has proven it malformed. */
function wordAsLink(word: string, sum: bigint) {
  return { key: 0n, which: 0, sum, payload: "0x", preimage: stringToHex(word), opening: ROOT_OPENING } as const;
}

export class Courts {
  readonly #chain: Chain;
  readonly #protocol: Protocol;
  readonly #scenario: Scenario;

  constructor(chain: Chain, protocol: Protocol, scenario: Scenario) {
    this.#chain = chain;
    this.#protocol = protocol;
    this.#scenario = scenario;
  }

  /** Lets everybody pay the deposits and bonds, and the gateway answer with stake. */
  async prepare(): Promise<void> {
    const { addresses } = this.#protocol;
    const { OpenToken, OperatorStaking, FaultProofs, IndexProofs, SettlementProofs, Demands, SketchDisputes } =
      addresses;
    await send(this.#chain, deployer, OpenToken, openTokenAbi, "transfer", [gateway.address, STAKE]);
    await send(this.#chain, gateway, OpenToken, openTokenAbi, "approve", [OperatorStaking, STAKE]);
    await send(this.#chain, gateway, OperatorStaking, operatorStakingAbi, "openPool", [GATEWAY, 0n, 0]);
    const { client } = this.#chain;
    const read = { address: OperatorStaking, abi: operatorStakingAbi, functionName: "poolWith" } as const;
    const pool = await client.readContract({ ...read, args: [GATEWAY, 0n, gateway.address] });
    await send(this.#chain, gateway, OperatorStaking, operatorStakingAbi, "stake", [pool, STAKE]);
    for (const account of [alice, carol, dora, erin])
      for (const court of [FaultProofs, IndexProofs, SettlementProofs, Demands, SketchDisputes])
        await send(this.#chain, account, OpenToken, openTokenAbi, "approve", [court, PURSE]);
  }

  /** Three commits of one version: nobody answers for the first, the second is proven wrong, the third stands. @param uri of the version */
  async contestIndexes(uri: string): Promise<void> {
    await this.#scenario.registerWithoutIndex(uri);
    await this.#commitIndex("index a");
    await this.#endUnanswered({ kind: INDEX.tag, id: VERSION, sub: 0 }, "index a", RECORDS);
    await this.#commitIndex("index b");
    const accused = { version: VERSION, sub: 1 };
    const proof = [accused, wordAsLink("index b", RECORDS)] as const;
    const { IndexProofs } = this.#protocol.addresses;
    const reserved = inputProofCommitmentHash({
      chainId: BigInt(await this.#chain.client.getChainId()),
      court: IndexProofs,
      commit: { kind: INDEX, id: VERSION, sub: 1 },
      proofHash: keccak256(encodeFunctionData({ abi: indexProofsAbi, functionName: "proveForm", args: proof })),
      sender: dora.address,
    });
    await send(this.#chain, dora, IndexProofs, indexProofsAbi, "commitProof", [accused, reserved]);
    await send(this.#chain, erin, IndexProofs, indexProofsAbi, "commitProof", [accused, SALT]);
    await send(this.#chain, alice, IndexProofs, indexProofsAbi, "proveForm", proof);
    await send(this.#chain, dora, IndexProofs, indexProofsAbi, "proveForm", proof);
    await this.#chain.client.mine({ blocks: REVEAL_BLOCKS + 1 });
    await send(this.#chain, carol, IndexProofs, indexProofsAbi, "payReward", [accused]);
    await send(this.#chain, carol, IndexProofs, indexProofsAbi, "burnDeposit", [erin.address, SALT]);
    await this.#commitIndex("index c");
  }

  /** A settlement whose sketches end by each of the courts, before it is voided. */
  async contestSettlement(): Promise<void> {
    const { Demands, SettlementProofs } = this.#protocol.addresses;
    await this.#scenario.close(0, 1n, FEE, CALLS);
    await this.#scenario.commitSketches(SETTLEMENT, BigInt(CALLS), 1n, "sketches a");
    const withheld = await this.#endUnanswered(
      { kind: SKETCH.tag, id: SETTLEMENT, sub: 0 },
      "sketches a",
      BigInt(CALLS),
    );
    await this.#penalizeSigner(Demands, withheld);

    await this.#scenario.commitSketches(SETTLEMENT, BigInt(CALLS), 1n, "sketches b");
    const name = concatHex([
      numberToHex(SKETCH.tag, { size: 1 }),
      numberToHex(SETTLEMENT, { size: 8 }),
      numberToHex(1, { size: 4 }),
    ]);
    await send(this.#chain, erin, SettlementProofs, settlementProofsAbi, "commitProof", [name, SALT]);
    const link = wordAsLink("sketches b", BigInt(CALLS));
    await send(this.#chain, alice, SettlementProofs, settlementProofsAbi, "proveSketchForm", [SETTLEMENT, 1, link]);
    // Until then erin could have shown an earlier proof, and the reward of the slash would be hers.
    await this.#chain.client.mine({ blocks: REVEAL_BLOCKS + 1 });
    await this.#penalizeSigner(SettlementProofs, BigInt(name));

    await this.#scenario.commitSketches(SETTLEMENT, BigInt(CALLS), 1n, "sketches c");
    await this.#dispute(2);

    const receipts = { kind: RECEIPT.tag, id: SETTLEMENT, sub: 0 };
    const missing = await this.#endUnanswered(receipts, `receipts ${FEE}`, FEE);
    await send(this.#chain, carol, Demands, demandsAbi, "penalizeGateway", [missing]);
  }

  /** One attributor calls a sketch of the commit wrong, the other one does not reveal; who signed it is slashed. */
  async #dispute(sub: number): Promise<void> {
    const { SketchDisputes, RoyaltyLedger } = this.#protocol.addresses;
    const abi = sketchDisputesAbi;
    const { client } = this.#chain;
    const chainId = BigInt(await client.getChainId());
    const terms = await client.readContract({ address: SketchDisputes, abi, functionName: "voteTerms" });
    const { resolveSeconds } = await client.readContract({ address: SketchDisputes, abi, functionName: "parameters" });
    const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const { readyAt } = await client.readContract({ ...ledger, functionName: "settlementOf", args: [SETTLEMENT] });
    // So late that the settlement is held for it.
    const begin = readyAt - 5;
    await nextAt(this.#chain, begin);
    await send(this.#chain, alice, SketchDisputes, abi, "dispute", [{ kind: SKETCH.tag, id: SETTLEMENT, sub }, 0]);
    const round = 1n;
    // The second one lost stake already, so the first one's is a quorum.
    for (const [place, voter] of attributors.entries()) {
      const vote = { chainId, ledger: RoyaltyLedger, disputeId: round, voter: voter.address, upheld: place === 1 };
      const args = [round, ATTRIBUTOR_POOLS[place]!, sketchVoteHash({ ...vote, salt: SALT })] as const;
      await nextAt(this.#chain, begin + 1 + place);
      await send(this.#chain, voter, SketchDisputes, abi, "commitVote", args);
    }
    const revealFrom = begin + terms.commitSeconds;
    await nextAt(this.#chain, revealFrom);
    await send(this.#chain, carol, SketchDisputes, abi, "revealVote", [round, ATTRIBUTOR_POOLS[0], false, SALT]);
    await nextAt(this.#chain, revealFrom + terms.revealSeconds);
    await send(this.#chain, carol, SketchDisputes, abi, "slashUnrevealed", [round, ATTRIBUTOR_POOLS[1]]);
    await nextAt(this.#chain, revealFrom + terms.revealSeconds + 1);
    await send(this.#chain, carol, SketchDisputes, abi, "resolve", [round]);
    await wait(this.#chain, resolveSeconds);
    const signers = SIGNERS.map(({ address }) => address);
    for (const place of [0n, 1n])
      await send(this.#chain, carol, SketchDisputes, abi, "penalizeSigner", [round, signers, place]);
  }

  /** Of the epoch that has just ended: one proposal is shown wrong, nobody answers for another one, one is answered for. */
  async contestProposals(): Promise<void> {
    const { RoyaltyLedger, FaultProofs, Demands } = this.#protocol.addresses;
    const epoch = await this.#scenario.endEpoch();
    const ledger = { address: RoyaltyLedger, abi: royaltyLedgerAbi } as const;
    const sum = await this.#chain.client.readContract({ ...ledger, functionName: "epochPools", args: [epoch] });
    // The guardian.
    await send(this.#chain, erin, RoyaltyLedger, royaltyLedgerAbi, "delayFinalization", [epoch, 60]);
    const payload = encodePayout({ earnings: emptyRoot(EARNING.depth) });
    const payouts = sumTreeOf(PAYOUT.depth, [{ key: 4, sum, payload }]);
    const payoutsRoot = { hash: toHex(payouts.root.hash), sum };
    for (const word of ["groups a", "groups b"]) {
      const args = [epoch, { hash: hashOf(word), sum }, payoutsRoot, hashOf("bundle")] as const;
      await send(this.#chain, proposer, RoyaltyLedger, royaltyLedgerAbi, "propose", args);
    }
    await send(this.#chain, erin, RoyaltyLedger, royaltyLedgerAbi, "delayFinalization", [epoch, 60]);

    const answered = await this.#demand({ kind: PAYOUT.tag, id: epoch, sub: 0 }, payoutsRoot);
    await pass(this.#chain, 0);
    const answer = toHex(
      answerInner({ root: { depth: PAYOUT.depth }, node: (level, index) => payouts.node(level, index) }, 0, 0),
    );
    await send(this.#chain, proposer, Demands, demandsAbi, "answer", [answered, answer]);
    const refunded = await this.#demand({ kind: GROUP.tag, id: epoch, sub: 0 }, { hash: hashOf("groups a"), sum });

    const accused = { epoch, proposal: 0 };
    await send(this.#chain, erin, FaultProofs, faultProofsAbi, "commitProof", [accused, SALT]);
    const proof = [accused, false, [wordAsLink("groups a", sum)]] as const;
    await send(this.#chain, alice, FaultProofs, faultProofsAbi, "proveMalformed", proof);
    await send(this.#chain, carol, Demands, demandsAbi, "refund", [refunded]);
    await this.#endUnanswered({ kind: GROUP.tag, id: epoch, sub: 1 }, "groups b", sum);
    await this.#chain.client.mine({ blocks: REVEAL_BLOCKS + 1 });
    await send(this.#chain, carol, FaultProofs, faultProofsAbi, "payReward", [accused]);
  }

  async #commitIndex(word: string): Promise<void> {
    const { ModelRegistry } = this.#protocol.addresses;
    const method = { ...METHOD, sketchSpec: hashOf("sketch method") };
    const args = [VERSION, method, { hash: hashOf(word), sum: RECORDS }, hashOf("bundle")] as const;
    await send(this.#chain, alice, ModelRegistry, modelRegistryAbi, "commitIndex", args);
  }

  /** Demands the root. */
  async #demand(
    commitment: { kind: number; id: bigint; sub: number },
    root: { hash: Hex; sum: bigint },
  ): Promise<bigint> {
    const { Demands } = this.#protocol.addresses;
    await send(this.#chain, carol, Demands, demandsAbi, "demand", [commitment, [], 0n, root, ROOT_OPENING]);
    return this.#chain.client.readContract({ address: Demands, abi: demandsAbi, functionName: "demandCount" });
  }

  async #endUnanswered(
    commitment: { kind: number; id: bigint; sub: number },
    word: string,
    sum: bigint,
  ): Promise<bigint> {
    const { Demands } = this.#protocol.addresses;
    const id = await this.#demand(commitment, { hash: hashOf(word), sum });
    const { answerSeconds } = await this.#chain.client.readContract({
      address: Demands,
      abi: demandsAbi,
      functionName: "parameters",
    });
    await pass(this.#chain, answerSeconds);
    await send(this.#chain, carol, Demands, demandsAbi, "endUnanswered", [id]);
    return id;
  }

  /** The second attributor's stake. */
  async #penalizeSigner(court: Hex, id: bigint): Promise<void> {
    const signers = SIGNERS.map(({ address }) => address);
    const place = BigInt(signers.indexOf(attributors[1].address));
    await send(this.#chain, carol, court, demandsAbi, "penalizeSigner", [id, signers, place]);
  }
}
