// The local network: anvil or a Hardhat node, with windows short enough to wait for.
import { LOCAL_FINALITY } from "@tributary/protocol/finality";
import { localAddress, LOCAL_CHAIN_IDS } from "@tributary/protocol/local-keys";
import type { Network } from "../network.ts";

const OPEN = 10n ** 18n;

/** Meanings and ranges of the parameters: `../parameters.ts`. Accounts are those of the development mnemonic, by index. */
export const local = {
  name: "local",
  title: "a local chain (anvil, Hardhat)",
  chainIds: LOCAL_CHAIN_IDS,
  kind: "local",
  confirmations: 1,
  finality: LOCAL_FINALITY,
  parameters: {
    openToken: undefined,
    tokenRecipient: localAddress(0),
    treasury: localAddress(1),
    agentRegistry: undefined,
    batchSettlement: undefined,
    erc3009Collector: undefined,
    permit2Collector: undefined,

    timelockDelaySeconds: 2,
    votingDelaySeconds: 1,
    votingPeriodSeconds: 10,
    lateQuorumSeconds: 2,
    proposalThreshold: 1_000n * OPEN,
    governorQuorumBps: 400,
    governorLeastQuorum: 1_000n * OPEN,

    unbondingSeconds: 120,
    commissionDelaySeconds: 120,
    streamSeconds: 30,
    attributorQuorumBps: 6_667,
    attributorLeastStake: 100n * OPEN,

    epochSeconds: 15,
    sketchWindowSeconds: 4,
    challengeWindowSeconds: 24,
    settlementLifetimeSeconds: 600,
    bondFloor: 100n * OPEN,
    bondBps: 500,
    mostBondFloor: 100_000n * OPEN,
    proposerFee: 10n * OPEN,
    mostProposerFee: 1_000n * OPEN,

    guardian: localAddress(9),
    proofDeposit: 10n * OPEN,
    answerSeconds: 2,
    reactionSeconds: 2,
    demandDeposit: OPEN,
    withheldSketchesBps: 1_000,
    withheldReceiptsBps: 1_000,
    withheldAnswerableSeconds: 60,
    withheldRewardBps: 1_000,

    wrongSketchesBps: 2_000,
    wrongReceiptsBps: 2_000,
    wrongAnswerableSeconds: 100,
    wrongRewardBps: 2_000,
    inclusionGraceSeconds: 10,
    inclusionDemandSeconds: 60,
    inclusionAnswerSeconds: 20,
    inclusionDeposit: OPEN,
    disputeCommitSeconds: 5,
    disputeRevealSeconds: 5,
    disputeResolveSeconds: 5,
    disputeQuorumBps: 5_000,
    disputeBondFloor: 10n * OPEN,
    disputeBondBps: 500,
    disputeUnansweredBps: 1_000,
    disputeUnrevealedBps: 100,
    falseSketchBps: 1_000,
    admittedSketchBps: 100,
    disputeAnswerableSeconds: 60,
    disputeRewardBps: 1_000,

    leastReviewWindowSeconds: 4,
    mostReviewWindowSeconds: 3_600,

    objectionBondFloor: 10n * OPEN,
    objectionBondBps: 2_000,
    commitSeconds: 5,
    revealSeconds: 5,
    appealSeconds: 5,
    reviewLeastStake: 1_000n * OPEN,
    reviewQuorumBps: 2_000,
    reviewRewardBps: 3_000,
    unrevealedBps: 100,
    unrevealedRewardBps: 1_000,

    treasuryLeastBps: 100,
    treasuryMostBps: 500,
    indexBond: 1_000n * OPEN,
    mostIndexBond: 100_000n * OPEN,
    indexWindowSeconds: 4,

    paymentTokens: [],
  },
} as const satisfies Network;
