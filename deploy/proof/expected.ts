// What a deployment must consist of, written down apart from the steps that made it: every contract with its constructor's arguments, every call.
import type { Deployment, TOKEN_CONTRACTS } from "@tributary/protocol/deployment";
import { PERMIT2_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { type Address, zeroAddress } from "viem";
import type { ContractName } from "../artifacts.ts";
import type { Parameters } from "../parameters.ts";
import {
  BIND_INDEX_COURTS,
  BIND_LEDGER,
  BIND_MINTERS,
  BIND_REVIEW,
  BIND_STAKING,
  BIND_VAULT,
  courtSteps,
  GRANT_CANCELLER,
  GRANT_PROPOSER,
  RENOUNCE_ADMIN,
  tokenSteps,
} from "../step-names.ts";
import { CANCELLER_ROLE, DEFAULT_ADMIN_ROLE, PROPOSER_ROLE } from "../timelock-roles.ts";

export type ExpectedContract = {
  /** Name of the transaction. */
  step: string;
  contract: ContractName;
  address: Address;
  args: readonly unknown[];
};

export type ExpectedCall = ExpectedContract & { functionName: string };

/** A contract that existed before and is only pointed at. */
export type ExistingContract = { contract: ContractName; address: Address };

export type Expected = {
  contracts: ExpectedContract[];
  /** Those that another contract of them made as it was made itself. */
  made: ExpectedContract[];
  calls: ExpectedCall[];
  existing: ExistingContract[];
};

/** The faults for what demands found withheld: sketches, then receipts, of one ledger after the other. */
export function withheldFaults(
  d: Deployment,
  p: Parameters,
): { slasher: Address; mostBps: number; rewardBps: number }[] {
  return [d.addresses, ...d.paymentTokens].flatMap(({ Demands: slasher }) => [
    { slasher, mostBps: p.withheldSketchesBps, rewardBps: p.withheldRewardBps },
    { slasher, mostBps: p.withheldReceiptsBps, rewardBps: p.withheldRewardBps },
  ]);
}

/** The faults for what was proven of settlements: sketches, then receipts, of one ledger after the other. */
export function wrongFaults(d: Deployment, p: Parameters): { slasher: Address; mostBps: number; rewardBps: number }[] {
  return [d.addresses, ...d.paymentTokens].flatMap(({ SettlementProofs: slasher }) => [
    { slasher, mostBps: p.wrongSketchesBps, rewardBps: p.wrongRewardBps },
    { slasher, mostBps: p.wrongReceiptsBps, rewardBps: p.wrongRewardBps },
  ]);
}

/** The faults that disputes over sketches punish: votes that were not revealed, then signatures under false sketches, of one ledger after the other. */
export function disputedFaults(
  d: Deployment,
  p: Parameters,
): { slasher: Address; mostBps: number; rewardBps: number }[] {
  return [d.addresses, ...d.paymentTokens].flatMap(({ SketchDisputes: slasher }) => [
    { slasher, mostBps: p.disputeUnrevealedBps, rewardBps: p.disputeRewardBps },
    { slasher, mostBps: p.falseSketchBps, rewardBps: p.disputeRewardBps },
  ]);
}

export function expectedOf(d: Deployment, p: Parameters): Expected {
  const a = d.addresses;
  const governance = a.TimelockController;
  const contracts: ExpectedContract[] = [];
  const calls: ExpectedCall[] = [];
  const existing: ExistingContract[] = [];
  const created = (
    contract: ContractName,
    args: readonly unknown[],
    address: Address = a[contract],
    step: string = contract,
  ): void => {
    contracts.push({ step, contract, address, args });
  };
  const called = (
    step: string,
    contract: ContractName,
    functionName: string,
    args: readonly unknown[],
    address: Address = a[contract],
  ): void => {
    calls.push({ step, contract, functionName, args, address });
  };
  const ledgerOf = (
    vault: Address,
    amounts: Pick<Parameters, "bondFloor" | "proposerFee" | "mostBondFloor" | "mostProposerFee">,
  ) => [
    vault,
    a.StakedAttributors,
    governance,
    p.guardian ?? zeroAddress,
    {
      epochSeconds: p.epochSeconds,
      sketchWindowSeconds: p.sketchWindowSeconds,
      challengeWindowSeconds: p.challengeWindowSeconds,
      settlementLifetimeSeconds: p.settlementLifetimeSeconds,
      bondFloor: amounts.bondFloor,
      bondBps: p.bondBps,
      proposerFee: amounts.proposerFee,
      mostBondFloor: amounts.mostBondFloor,
      mostProposerFee: amounts.mostProposerFee,
    },
  ];

  const courtsOf = (
    ledger: Address,
    index: number,
    deposits: Pick<Parameters, "proofDeposit" | "demandDeposit" | "inclusionDeposit" | "disputeBondFloor">,
    of: Record<(typeof TOKEN_CONTRACTS)[number], Address>,
    symbol?: string,
  ): void => {
    const steps = courtSteps(symbol);
    created("CallChecker", [ledger, a.ModelRegistry], of.CallChecker, steps.calls);
    created("PayoutChecker", [ledger, a.ModelRegistry, a.DatanetRegistry], of.PayoutChecker, steps.payouts);
    created("FormChecker", [ledger, a.ModelRegistry], of.FormChecker, steps.forms);
    const checkers = [of.CallChecker, of.PayoutChecker, of.FormChecker];
    created("FaultProofs", [ledger, ...checkers, { deposit: deposits.proofDeposit }], of.FaultProofs, steps.proofs);
    created(
      "Demands",
      [
        ledger,
        a.ModelRegistry,
        a.OperatorStaking,
        { answerSeconds: p.answerSeconds, reactionSeconds: p.reactionSeconds, deposit: deposits.demandDeposit },
        {
          sketchFault: 1 + 2 * index,
          receiptFault: 2 + 2 * index,
          sketchBps: p.withheldSketchesBps,
          receiptBps: p.withheldReceiptsBps,
          answerableSeconds: p.withheldAnswerableSeconds,
        },
      ],
      of.Demands,
      steps.demands,
    );
    created("SettlementChecker", [], of.SettlementChecker, steps.settlementChecker);
    const ledgers = 1 + d.paymentTokens.length;
    created(
      "SettlementProofs",
      [
        ledger,
        a.ModelRegistry,
        of.TillFactory,
        a.BatchSettlement,
        a.OperatorStaking,
        of.SettlementChecker,
        { deposit: deposits.proofDeposit },
        {
          sketchFault: 1 + 2 * (ledgers + index),
          receiptFault: 2 + 2 * (ledgers + index),
          sketchBps: p.wrongSketchesBps,
          receiptBps: p.wrongReceiptsBps,
          answerableSeconds: p.wrongAnswerableSeconds,
        },
        {
          graceSeconds: p.inclusionGraceSeconds,
          demandSeconds: p.inclusionDemandSeconds,
          answerSeconds: p.inclusionAnswerSeconds,
          deposit: deposits.inclusionDeposit,
        },
      ],
      of.SettlementProofs,
      steps.settlementProofs,
    );
    const first = 1 + 2 * (2 * ledgers + index);
    created(
      "SketchDisputes",
      [
        ledger,
        a.ModelRegistry,
        a.OperatorStaking,
        {
          resolveSeconds: p.disputeResolveSeconds,
          bondFloor: deposits.disputeBondFloor,
          bondBps: p.disputeBondBps,
          unansweredBps: p.disputeUnansweredBps,
          signerFault: first + 1,
          signerBps: p.falseSketchBps,
          admittedBps: p.admittedSketchBps,
          answerableSeconds: p.disputeAnswerableSeconds,
        },
        {
          commitSeconds: p.disputeCommitSeconds,
          revealSeconds: p.disputeRevealSeconds,
          quorumBps: p.disputeQuorumBps,
          unrevealedFault: first,
          unrevealedBps: p.disputeUnrevealedBps,
        },
      ],
      of.SketchDisputes,
      steps.disputes,
    );
  };

  if (p.openToken === undefined) created("OpenToken", [p.tokenRecipient]);
  else existing.push({ contract: "OpenToken", address: a.OpenToken });
  created("GovernanceOpen", [a.OpenToken]);
  created("TimelockController", [BigInt(p.timelockDelaySeconds), [], [zeroAddress], d.deployer]);
  created("OpenGovernor", [
    a.GovernanceOpen,
    governance,
    {
      votingDelaySeconds: p.votingDelaySeconds,
      votingPeriodSeconds: p.votingPeriodSeconds,
      proposalThreshold: p.proposalThreshold,
      quorumBps: p.governorQuorumBps,
      lateQuorumSeconds: p.lateQuorumSeconds,
      leastQuorum: p.governorLeastQuorum,
    },
  ]);
  created("RoyaltyPositions", [p.treasury ?? governance, a.OpenToken]);
  created("OperatorStaking", [
    a.OpenToken,
    governance,
    {
      unbondingSeconds: p.unbondingSeconds,
      commissionDelaySeconds: p.commissionDelaySeconds,
      streamSeconds: p.streamSeconds,
    },
  ]);
  created("StakedAttributors", [a.OperatorStaking, p.attributorQuorumBps, p.attributorLeastStake]);
  created("RoyaltyLedger", ledgerOf(a.RoyaltyVault, p));
  created("DatanetRegistry", [
    a.RoyaltyLedger,
    a.RoyaltyPositions,
    p.leastReviewWindowSeconds,
    p.mostReviewWindowSeconds,
  ]);
  created("ContributionReview", [
    a.DatanetRegistry,
    a.OperatorStaking,
    {
      objectionBondFloor: p.objectionBondFloor,
      objectionBondBps: p.objectionBondBps,
      commitSeconds: p.commitSeconds,
      revealSeconds: p.revealSeconds,
      appealSeconds: p.appealSeconds,
      quorumBps: p.reviewQuorumBps,
      rewardBps: p.reviewRewardBps,
      unrevealedFault: 0,
      unrevealedBps: p.unrevealedBps,
      leastStake: p.reviewLeastStake,
    },
  ]);
  created("ModelRegistry", [
    a.OpenToken,
    a.DatanetRegistry,
    a.RoyaltyPositions,
    governance,
    {
      treasuryLeastBps: p.treasuryLeastBps,
      treasuryMostBps: p.treasuryMostBps,
      indexBond: p.indexBond,
      mostIndexBond: p.mostIndexBond,
      indexWindowSeconds: p.indexWindowSeconds,
    },
  ]);
  created("ModelTill", [a.RoyaltyLedger, a.ModelRegistry, a.OperatorStaking]);
  created("TillFactory", [a.ModelTill, a.ModelRegistry]);
  courtsOf(a.RoyaltyLedger, 0, p, a);
  created("IndexProofs", [a.ModelRegistry, a.DatanetRegistry, { deposit: p.proofDeposit }]);
  for (const [index, paymentToken] of d.paymentTokens.entries()) {
    const { symbol, token, RoyaltyVault, RoyaltyLedger, ModelTill, TillFactory } = paymentToken;
    const steps = tokenSteps(symbol);
    created("RoyaltyVault", [token, a.RoyaltyPositions, d.deployer], RoyaltyVault, steps.vault);
    created("RoyaltyLedger", ledgerOf(RoyaltyVault, p.paymentTokens[index]!), RoyaltyLedger, steps.ledger);
    created("ModelTill", [RoyaltyLedger, a.ModelRegistry, a.OperatorStaking], ModelTill, steps.till);
    created("TillFactory", [ModelTill, a.ModelRegistry], TillFactory, steps.factory);
    called(steps.bindVault, "RoyaltyVault", "bind", [RoyaltyLedger], RoyaltyVault);
    courtsOf(RoyaltyLedger, index + 1, p.paymentTokens[index]!, paymentToken, symbol);
    const courts = [
      paymentToken.FaultProofs,
      paymentToken.Demands,
      paymentToken.SettlementProofs,
      paymentToken.SketchDisputes,
    ];
    called(steps.bindLedger, "RoyaltyLedger", "bind", [TillFactory, a.ModelRegistry, courts], RoyaltyLedger);
  }
  if (p.agentRegistry === undefined) created("AgentRegistry", []);
  else existing.push({ contract: "AgentRegistry", address: a.AgentRegistry });
  created("RoyaltySharesFactory", [a.RoyaltyPositions]);
  if (p.batchSettlement === undefined) {
    created("BatchSettlement", []);
    created("ERC3009DepositCollector", [a.BatchSettlement]);
    created("Permit2DepositCollector", [a.BatchSettlement, PERMIT2_ADDRESS]);
  } else
    for (const contract of ["BatchSettlement", "ERC3009DepositCollector", "Permit2DepositCollector"] as const)
      existing.push({ contract, address: a[contract] });

  called(BIND_MINTERS, "RoyaltyPositions", "bindMinters", [a.DatanetRegistry, a.ModelRegistry]);
  called(BIND_VAULT, "RoyaltyVault", "bind", [a.RoyaltyLedger]);
  const courts = [a.FaultProofs, a.Demands, a.SettlementProofs, a.SketchDisputes];
  called(BIND_LEDGER, "RoyaltyLedger", "bind", [a.TillFactory, a.ModelRegistry, courts]);
  called(BIND_INDEX_COURTS, "ModelRegistry", "bindCourts", [[a.Demands, a.IndexProofs, a.SketchDisputes]]);
  called(BIND_REVIEW, "DatanetRegistry", "bindReview", [a.ContributionReview]);
  called(BIND_STAKING, "OperatorStaking", "bind", [
    a.ModelRegistry,
    a.DatanetRegistry,
    [
      { slasher: a.ContributionReview, mostBps: p.unrevealedBps, rewardBps: p.unrevealedRewardBps },
      ...withheldFaults(d, p),
      ...wrongFaults(d, p),
      ...disputedFaults(d, p),
    ],
  ]);
  called(GRANT_PROPOSER, "TimelockController", "grantRole", [PROPOSER_ROLE, a.OpenGovernor]);
  called(GRANT_CANCELLER, "TimelockController", "grantRole", [CANCELLER_ROLE, a.OpenGovernor]);
  called(RENOUNCE_ADMIN, "TimelockController", "renounceRole", [DEFAULT_ADMIN_ROLE, d.deployer]);
  const vault: ExpectedContract = {
    step: "RoyaltyVault",
    contract: "RoyaltyVault",
    address: a.RoyaltyVault,
    args: [a.OpenToken, a.RoyaltyPositions, d.deployer],
  };
  return { contracts, made: [vault], calls, existing };
}
