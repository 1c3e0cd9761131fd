// The contracts whose events are indexed, with what they can tell.
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltySharesAbi } from "@tributary/protocol/abi/royalty-shares";
import { royaltySharesFactoryAbi } from "@tributary/protocol/abi/royalty-shares-factory";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { openGovernorAbi } from "@tributary/protocol/abi/open-governor";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";

export const ABIS = {
  RoyaltyPositions: royaltyPositionsAbi,
  DatanetRegistry: datanetRegistryAbi,
  ModelRegistry: modelRegistryAbi,
  TillFactory: tillFactoryAbi,
  ModelTill: modelTillAbi,
  RoyaltyVault: royaltyVaultAbi,
  RoyaltyLedger: royaltyLedgerAbi,
  ContributionReview: contributionReviewAbi,
  OperatorStaking: operatorStakingAbi,
  RoyaltySharesFactory: royaltySharesFactoryAbi,
  RoyaltyShares: royaltySharesAbi,
  AgentRegistry: agentRegistryAbi,
  BatchSettlement: batchSettlementAbi,
  Demands: demandsAbi,
  FaultProofs: faultProofsAbi,
  GovernanceOpen: governanceOpenAbi,
  IndexProofs: indexProofsAbi,
  OpenGovernor: openGovernorAbi,
  SettlementProofs: settlementProofsAbi,
  SketchDisputes: sketchDisputesAbi,
} as const;
