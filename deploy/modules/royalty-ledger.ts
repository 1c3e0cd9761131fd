// Step 4: the royalty ledger of OPEN.
import { buildModule } from "@nomicfoundation/ignition-core";
import attributorSet from "./attributor-set.ts";
import openToken from "./open-token.ts";
import royaltyPositions from "./royalty-positions.ts";

export default buildModule("RoyaltyLedger", (m) => {
  const { token } = m.useModule(openToken);
  const { positions } = m.useModule(royaltyPositions);
  const { attributors } = m.useModule(attributorSet);
  const ledger = m.contract("RoyaltyLedger", [
    token,
    positions,
    attributors,
    {
      epochSeconds: m.getParameter("epochSeconds"),
      sketchWindowSeconds: m.getParameter("sketchWindowSeconds"),
      challengeWindowSeconds: m.getParameter("challengeWindowSeconds"),
      settlementLifetimeSeconds: m.getParameter("settlementLifetimeSeconds"),
      bondFloor: m.getParameter("bondFloor"),
      bondBps: m.getParameter("bondBps"),
    },
  ]);
  return { ledger };
});
