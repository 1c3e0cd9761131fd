// Vectors of typed data and commitments (docs/formats.md §7 and §11), hashed by viem where it can.
import { hashStruct, hashTypedData, zeroAddress } from "viem";
import { bytesToHex } from "../../src/bytes.ts";
import { encodeCommitment } from "../../src/demand.ts";
import { INDEX } from "../../src/kinds.ts";
import { emptyRoot } from "../../src/node.ts";
import { CHANNEL_CONFIG_TYPES, channelId, depositNonce } from "../../src/typed-data/channel.ts";
import { claimBatchDigest } from "../../src/typed-data/claim-batch.ts";
import { CLAIM_DELEGATION_TYPES, claimDelegationDigest } from "../../src/typed-data/claim-delegation.ts";
import { inputProofCommitmentHash } from "../../src/typed-data/input-proof-commitment.ts";
import { methodId, sketchSpecOf } from "../../src/typed-data/method-id.ts";
import { proofCommitmentHash, proposalRoot } from "../../src/typed-data/proof-commitment.ts";
import { RECEIPT_TYPES, type Receipt, receiptTypedData } from "../../src/typed-data/receipt.ts";
import { refundDigest } from "../../src/typed-data/refund.ts";
import { reviewVoteHash, VERDICTS } from "../../src/typed-data/review-vote.ts";
import { SKETCH_ATTESTATION_TYPES, sketchAttestationDigest } from "../../src/typed-data/sketch-attestation.ts";
import { sketchVoteHash } from "../../src/typed-data/sketch-vote.ts";
import { VOUCHER_TYPES, voucherDigest } from "../../src/typed-data/voucher.ts";
import { seededBytes, seededHex, seededUint } from "./seeded.ts";
import { nodeJson, type VectorFile, vectorJson } from "./vector.ts";

export function typedVectors(): VectorFile {
  const chainId = 8453;
  const place = { chainId, ledger: seededHex("ledger", 20) };
  const vaultPlace = { chainId, vault: seededHex("vault", 20) };
  const receipt: Receipt = {
    till: seededHex("till", 20),
    modelVersion: 12n,
    channelId: seededHex("channel", 32),
    sequence: 5n,
    amount: 250_000n,
    cumulative: 12_345_678_901_234_567_890n,
    agentRegistry: seededHex("agents", 20),
    agentId: seededUint("agent", 256),
    requestHash: seededHex("request", 32),
    responseHash: seededHex("response", 32),
    issuedAt: 1_790_000_000,
  };
  const noAgent: Receipt = { ...receipt, agentRegistry: zeroAddress, agentId: 0n };
  const attestation = {
    settlementId: 3n,
    indexRoot: seededHex("index", 32),
    sketchesRoot: seededHex("sketches", 32),
    count: 40n,
  };
  const delegation = {
    positionId: 7n,
    claimer: seededHex("claimer", 20),
    recipient: seededHex("recipient", 20),
    nonce: 2n,
    deadline: 1_800_000_000,
  };
  const description = { name: "lexical", seeds: [1, 2], damping: "0.1" };
  const method = {
    k: 256,
    topK: 32,
    debitFactor: 192,
    tau: 64_225,
    delta: 6_554,
    signatureMatch: 224,
    sketchSpec: sketchSpecOf(description),
  };
  const groups = { hash: seededBytes("groups", 32), sum: seededUint("groups", 90) };
  const payouts = { hash: seededBytes("payouts", 32), sum: seededUint("payouts", 100) };
  const commitment = {
    chainId: BigInt(chainId),
    ledger: place.ledger,
    epoch: 4n,
    proposalRoot: proposalRoot(groups, payouts),
    proofHash: seededHex("proof", 32),
    sender: seededHex("sender", 20),
  };
  const inputCommitment = {
    chainId: BigInt(chainId),
    court: seededHex("court", 20),
    commit: { kind: INDEX, id: 12n, sub: 1 },
    proofHash: seededHex("proof", 32),
    sender: seededHex("sender", 20),
  };
  const reviewVote = {
    chainId: BigInt(chainId),
    review: seededHex("review", 20),
    roundId: 6n,
    voter: seededHex("voter", 20),
    salt: seededHex("salt", 32),
  };
  const sketchVote = {
    chainId: BigInt(chainId),
    ledger: place.ledger,
    disputeId: 8n,
    voter: seededHex("voter", 20),
    salt: seededHex("salt", 32),
  };
  const config = {
    payer: seededHex("payer", 20),
    payerAuthorizer: seededHex("authorizer", 20),
    receiver: receipt.till,
    receiverAuthorizer: seededHex("gateway", 20),
    token: seededHex("token", 20),
    withdrawDelay: 86_400,
    salt: seededHex("channel salt", 32),
  };
  const voucher = { channelId: channelId(config, chainId), maxClaimableAmount: 5_000_000n };
  const refund = { channelId: voucher.channelId, nonce: 1n, amount: 12n };
  const claims = [
    { ...voucher, totalClaimed: 4_000_000n },
    { channelId: seededHex("channel", 32), maxClaimableAmount: 9n, totalClaimed: 9n },
  ];
  const ofReceipt = (message: Receipt) => ({
    receiptHash: hashStruct({ data: message, types: RECEIPT_TYPES, primaryType: "Receipt" }),
    digest: hashTypedData(receiptTypedData(message, chainId)),
  });
  return {
    about:
      "Typed data and commitments: a `type` with its values (and chain id and verifying contract where the domain has them) to its hashes. `digest` includes the domain.",
    cases: [
      {
        name: "receipt",
        input: vectorJson({ type: "Receipt", types: RECEIPT_TYPES, chainId, value: receipt }),
        output: ofReceipt(receipt),
      },
      {
        name: "receipt without an agent",
        input: vectorJson({ type: "Receipt", types: RECEIPT_TYPES, chainId, value: noAgent }),
        output: ofReceipt(noAgent),
      },
      {
        name: "sketch attestation",
        input: vectorJson({ type: "SketchAttestation", types: SKETCH_ATTESTATION_TYPES, ...place, value: attestation }),
        output: { digest: sketchAttestationDigest(attestation, place) },
      },
      {
        name: "claim delegation",
        input: vectorJson({ type: "ClaimDelegation", types: CLAIM_DELEGATION_TYPES, ...vaultPlace, value: delegation }),
        output: { digest: claimDelegationDigest(delegation, vaultPlace) },
      },
      { name: "sketch spec", input: { type: "SketchSpec", value: description }, output: { hash: method.sketchSpec } },
      { name: "method id", input: vectorJson({ type: "Method", value: method }), output: { hash: methodId(method) } },
      {
        name: "proposal root",
        input: { type: "ProposalRoot", value: { groups: nodeJson(groups), payouts: nodeJson(payouts) } },
        output: { hash: proposalRoot(groups, payouts) },
      },
      {
        name: "proposal root of empty trees",
        input: { type: "ProposalRoot", value: { groups: nodeJson(emptyRoot(16)), payouts: nodeJson(emptyRoot(28)) } },
        output: { hash: proposalRoot(emptyRoot(16), emptyRoot(28)) },
      },
      {
        name: "proof commitment",
        input: vectorJson({ type: "ProofCommitment", value: commitment }),
        output: { hash: proofCommitmentHash(commitment) },
      },
      {
        name: "input proof commitment",
        input: vectorJson({
          type: "InputProofCommitment",
          value: { ...inputCommitment, commit: bytesToHex(encodeCommitment(inputCommitment.commit)) },
        }),
        output: { hash: inputProofCommitmentHash(inputCommitment) },
      },
      ...VERDICTS.map((verdict, number) => ({
        name: `review vote, ${verdict}`,
        input: vectorJson({ type: "ReviewVote", value: { ...reviewVote, verdict: number } }),
        output: { hash: reviewVoteHash({ ...reviewVote, verdict }) },
      })),
      ...[true, false].map((upheld) => ({
        name: `sketch vote, ${upheld ? "upheld" : "not upheld"}`,
        input: vectorJson({ type: "SketchVote", value: { ...sketchVote, upheld } }),
        output: { hash: sketchVoteHash({ ...sketchVote, upheld }) },
      })),
      {
        name: "channel id",
        input: vectorJson({ type: "ChannelConfig", types: CHANNEL_CONFIG_TYPES, chainId, value: config }),
        output: { digest: voucher.channelId },
      },
      {
        name: "voucher",
        input: vectorJson({ type: "Voucher", types: VOUCHER_TYPES, chainId, value: voucher }),
        output: { digest: voucherDigest(voucher, chainId) },
      },
      {
        name: "refund",
        input: vectorJson({ type: "Refund", chainId, value: refund }),
        output: { digest: refundDigest(refund, chainId) },
      },
      {
        name: "claim batch",
        input: vectorJson({ type: "ClaimBatch", chainId, value: { claims } }),
        output: { digest: claimBatchDigest(claims, chainId) },
      },
      {
        name: "deposit nonce",
        input: vectorJson({ type: "DepositNonce", value: { channelId: voucher.channelId, salt: 11n } }),
        output: { hash: depositNonce(voucher.channelId, 11n) },
      },
    ],
  };
}
