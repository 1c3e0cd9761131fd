// Step 6: the registry of models.
import { buildModule } from "@nomicfoundation/ignition-core";
import datanetRegistry from "./datanet-registry.ts";
import openToken from "./open-token.ts";
import royaltyPositions from "./royalty-positions.ts";

export default buildModule("ModelRegistry", (m) => {
  const { token } = m.useModule(openToken);
  const { datanets } = m.useModule(datanetRegistry);
  const { positions } = m.useModule(royaltyPositions);
  const models = m.contract("ModelRegistry", [
    token,
    datanets,
    positions,
    {
      treasuryLeastBps: m.getParameter("treasuryLeastBps"),
      treasuryMostBps: m.getParameter("treasuryMostBps"),
      indexBond: m.getParameter("indexBond"),
      indexWindowSeconds: m.getParameter("indexWindowSeconds"),
    },
  ]);
  return { models };
});
