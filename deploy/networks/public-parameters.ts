// Parameters of a deployment to a public network, where nothing else is said: windows in which people can react.
import type { Parameters } from "../parameters.ts";

const OPEN = 10n ** 18n;
const HOUR = 3_600;
const DAY = 24 * HOUR;

/**
 * Why these windows. A challenge must be found, proven and mined by somebody who sleeps, has an outage or is censored for days: 7 days, as rollups use.
 * Epochs are finalised one after the other, each up to 7 days and, if demands hold it for all 30 rounds, 6 1/4 days more after it was proposed: two weeks leave room for both.
 * A review with its appeal and the time to slash after it takes 2 · (2 + 2) + 3 + 2 = 13 days, sketches and their challenge 9: 21 days of unbonding
 * leave a week's margin. A dispute over a sketch holds its settlement for 3 days, one for each of its steps. A commission cannot rise before those who object have left. A vote lasts 5 days with 2 days to execution, so that
 * whoever disagrees has 8 days to leave. There is no recipient: it must be named.
 */
export const publicParameters = {
  openToken: undefined,
  tokenRecipient: undefined,
  treasury: undefined,
  agentRegistry: undefined,
  batchSettlement: undefined,
  erc3009Collector: undefined,
  permit2Collector: undefined,

  timelockDelaySeconds: 2 * DAY,
  votingDelaySeconds: DAY,
  votingPeriodSeconds: 5 * DAY,
  lateQuorumSeconds: DAY,
  proposalThreshold: 100_000n * OPEN,
  governorQuorumBps: 400,
  governorLeastQuorum: 1_000_000n * OPEN,

  unbondingSeconds: 21 * DAY,
  commissionDelaySeconds: 21 * DAY,
  streamSeconds: 7 * DAY,
  attributorQuorumBps: 6_667,
  attributorLeastStake: 10_000n * OPEN,

  epochSeconds: 14 * DAY,
  sketchWindowSeconds: 2 * DAY,
  challengeWindowSeconds: 7 * DAY,
  settlementLifetimeSeconds: 90 * DAY,
  bondFloor: 10_000n * OPEN,
  bondBps: 500,
  mostBondFloor: 1_000_000n * OPEN,
  proposerFee: 100n * OPEN,
  mostProposerFee: 10_000n * OPEN,

  guardian: undefined,
  proofDeposit: 100n * OPEN,
  answerSeconds: 4 * HOUR,
  reactionSeconds: HOUR,
  demandDeposit: 50n * OPEN,
  withheldSketchesBps: 1_000,
  withheldReceiptsBps: 1_000,
  withheldAnswerableSeconds: 14 * DAY,
  withheldRewardBps: 1_000,

  wrongSketchesBps: 2_000,
  wrongReceiptsBps: 2_000,
  wrongAnswerableSeconds: 20 * DAY,
  wrongRewardBps: 2_000,
  inclusionGraceSeconds: 2 * DAY,
  inclusionDemandSeconds: 10 * DAY,
  inclusionAnswerSeconds: 7 * DAY,
  inclusionDeposit: 50n * OPEN,
  disputeCommitSeconds: DAY,
  disputeRevealSeconds: DAY,
  disputeResolveSeconds: DAY,
  disputeQuorumBps: 5_000,
  disputeBondFloor: 1_000n * OPEN,
  disputeBondBps: 500,
  disputeUnansweredBps: 1_000,
  disputeUnrevealedBps: 100,
  falseSketchBps: 1_000,
  admittedSketchBps: 100,
  disputeAnswerableSeconds: 14 * DAY,
  disputeRewardBps: 1_000,

  leastReviewWindowSeconds: 2 * DAY,
  mostReviewWindowSeconds: 90 * DAY,

  objectionBondFloor: 100n * OPEN,
  objectionBondBps: 2_000,
  commitSeconds: 2 * DAY,
  revealSeconds: 2 * DAY,
  appealSeconds: 3 * DAY,
  reviewLeastStake: 50_000n * OPEN,
  reviewQuorumBps: 2_000,
  reviewRewardBps: 3_000,
  unrevealedBps: 100,
  unrevealedRewardBps: 1_000,

  treasuryLeastBps: 100,
  treasuryMostBps: 1_000,
  indexBond: 1_000n * OPEN,
  mostIndexBond: 100_000n * OPEN,
  indexWindowSeconds: 3 * DAY,

  paymentTokens: [],
} as const satisfies Parameters;
