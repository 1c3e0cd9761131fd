// Step 7: the code of the tills, and the factory that clones it.
import { buildModule } from "@nomicfoundation/ignition-core";
import modelRegistry from "./model-registry.ts";
import royaltyLedger from "./royalty-ledger.ts";

export default buildModule("Tills", (m) => {
  const { ledger } = m.useModule(royaltyLedger);
  const { models } = m.useModule(modelRegistry);
  const till = m.contract("ModelTill", [ledger, models]);
  const tills = m.contract("TillFactory", [till, models]);
  return { till, tills };
});
