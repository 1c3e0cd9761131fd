// Closed lists of names that columns take their values from, in the order of the contracts' enums where there is one.
import { onchainEnum } from "ponder";

export const positionKind = onchainEnum("position_kind", ["treasury", "curator", "contributor", "developer"]);
export const contributionKind = onchainEnum("contribution_kind", [
  "data",
  "feedback",
  "synthetic",
  "adapter",
  "evaluation",
]);
export const contributionStatus = onchainEnum("contribution_status", [
  "pending",
  "under_review",
  "accepted",
  "rejected",
]);
/**
 * Why a contribution has its status. Pending: nothing holds it up but its window and those before it. Under review: an objection is open, or a duplicate
 * is shown. Rejected: by a proven duplicate, or by a verdict.
 */
export const contributionReason = onchainEnum("contribution_reason", [
  "in_review",
  "objection",
  "duplicate_shown",
  "review_passed",
  "duplicate",
  "verdict",
]);
export const verdict = onchainEnum("verdict", ["keep", "mistake", "negligence", "malice"]);
export const bondPaymentKind = onchainEnum("bond_payment_kind", ["paid", "credited"]);
export const poolKind = onchainEnum("pool_kind", ["validator", "attributor", "gateway", "model"]);
export const settlementStatus = onchainEnum("settlement_status", ["open", "committed", "ready", "expired", "voided"]);
export const epochStatus = onchainEnum("epoch_status", ["collecting", "proposed", "finalized"]);
export const proposalStatus = onchainEnum("proposal_status", ["pending", "finalized", "superseded", "ended"]);
/** Pending: until the settlement is ready. Ended: a court ended it. Released: its epoch had no room. Voided: with its settlement. */
export const sketchStatus = onchainEnum("sketch_status", ["pending", "ready", "ended", "released", "voided"]);
/** Committed: it stands, and is usable from `usableAt` on. Ended: a court ended it before. */
export const indexStatus = onchainEnum("index_status", ["committed", "ended"]);

// --- courts ---

/** What can be accused, demanded or disputed. Nothing: two receipts of one sequence, which end no commit. */
export const target = onchainEnum("target", ["proposal", "index", "sketches", "receipts", "nothing"]);
/** What ended a commit: a proof, a demand without an answer, or a vote. */
export const endingCause = onchainEnum("ending_cause", ["fault_proof", "unanswered_demand", "dispute"]);
/** The faults of proposals, then those of indexes, then those of sketches and receipts (docs/faults.md). */
export const faultKind = onchainEnum("fault_kind", [
  "receipt",
  "form",
  "influence",
  "omission",
  "points",
  "earning",
  "balance",
  "availability",
  "index_form",
  "index_layout",
  "index_content",
  "index_novelty",
  "sketch_form",
  "sketch_receipt",
  "receipt_form",
  "receipt_alone",
  "receipt_order",
  "continuity",
  "equivocation",
  "uncovered",
  "foreign_channel",
]);
export const tree = onchainEnum("tree", ["index", "receipts", "sketches", "groups", "payouts"]);
export const demandStatus = onchainEnum("demand_status", ["open", "answered", "unanswered", "refunded"]);
export const inclusionStatus = onchainEnum("inclusion_status", ["open", "answered", "unanswered"]);
export const disputeOutcome = onchainEnum("dispute_outcome", ["open", "within", "outside", "unanswered"]);
/** Withheld: a demand was not answered. Proven: a proof, or a receipt that was not settled. Disputed: a vote. */
export const penaltyKind = onchainEnum("penalty_kind", ["withheld", "proven", "disputed"]);

// --- payment channels and governance ---

export const channelStatus = onchainEnum("channel_status", ["open", "closed"]);
export const channelMovementKind = onchainEnum("channel_movement_kind", [
  "deposit",
  "claim",
  "refund",
  "withdrawal_announced",
  "withdrawal",
]);
/** What was done to a proposal of governance; whether its vote was won follows from the votes once `voteEnd` has passed. */
export const governanceStatus = onchainEnum("governance_status", ["proposed", "queued", "executed", "canceled"]);
export const support = onchainEnum("support", ["against", "for", "abstain"]);

// --- totals over time ---

export const period = onchainEnum("period", ["hour", "day"]);
