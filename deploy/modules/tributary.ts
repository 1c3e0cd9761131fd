// The whole protocol: every step, in the order of their needs.
import { buildModule } from "@nomicfoundation/ignition-core";
import attributorSet from "./attributor-set.ts";
import bindings from "./bindings.ts";
import datanetRegistry from "./datanet-registry.ts";
import modelRegistry from "./model-registry.ts";
import openToken from "./open-token.ts";
import royaltyLedger from "./royalty-ledger.ts";
import royaltyPositions from "./royalty-positions.ts";
import tillModule from "./tills.ts";

export default buildModule("Tributary", (m) => {
  m.useModule(bindings);
  const { token: OpenToken } = m.useModule(openToken);
  const { positions: RoyaltyPositions } = m.useModule(royaltyPositions);
  const { attributors: AttributorSet } = m.useModule(attributorSet);
  const { ledger: RoyaltyLedger } = m.useModule(royaltyLedger);
  const { datanets: DatanetRegistry } = m.useModule(datanetRegistry);
  const { models: ModelRegistry } = m.useModule(modelRegistry);
  const { till: ModelTill, tills: TillFactory } = m.useModule(tillModule);
  return {
    OpenToken,
    RoyaltyPositions,
    AttributorSet,
    RoyaltyLedger,
    DatanetRegistry,
    ModelRegistry,
    ModelTill,
    TillFactory,
  };
});
