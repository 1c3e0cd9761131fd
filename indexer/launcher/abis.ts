// The contracts whose events are indexed, with what they can tell.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";

export const ABIS = {
  RoyaltyPositions: royaltyPositionsAbi,
  DatanetRegistry: datanetRegistryAbi,
  ModelRegistry: modelRegistryAbi,
  TillFactory: tillFactoryAbi,
  ModelTill: modelTillAbi,
  RoyaltyLedger: royaltyLedgerAbi,
} as const;
