// Step 5: the registry of datanets.
import { buildModule } from "@nomicfoundation/ignition-core";
import royaltyLedger from "./royalty-ledger.ts";
import royaltyPositions from "./royalty-positions.ts";

export default buildModule("DatanetRegistry", (m) => {
  const { ledger } = m.useModule(royaltyLedger);
  const { positions } = m.useModule(royaltyPositions);
  const datanets = m.contract("DatanetRegistry", [
    ledger,
    positions,
    m.getParameter("leastReviewWindowSeconds"),
    m.getParameter("mostReviewWindowSeconds"),
  ]);
  return { datanets };
});
