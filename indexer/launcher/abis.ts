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
} as const;
