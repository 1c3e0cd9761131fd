// Step 8: the two one-time bindings that close the circles between the contracts. Afterwards the deployer has no right anywhere.
import { buildModule } from "@nomicfoundation/ignition-core";
import datanetRegistry from "./datanet-registry.ts";
import modelRegistry from "./model-registry.ts";
import royaltyLedger from "./royalty-ledger.ts";
import royaltyPositions from "./royalty-positions.ts";
import tillModule from "./tills.ts";

export default buildModule("Bindings", (m) => {
  const { positions } = m.useModule(royaltyPositions);
  const { ledger } = m.useModule(royaltyLedger);
  const { datanets } = m.useModule(datanetRegistry);
  const { models } = m.useModule(modelRegistry);
  const { tills } = m.useModule(tillModule);
  m.call(positions, "bindMinters", [datanets, models]);
  m.call(ledger, "bind", [tills, models]);
  return {};
});
