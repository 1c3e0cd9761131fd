// Step 2: the royalty positions, with the treasury's as the first.
import { buildModule } from "@nomicfoundation/ignition-core";

export default buildModule("RoyaltyPositions", (m) => {
  const positions = m.contract("RoyaltyPositions", [m.getParameter("treasury")]);
  return { positions };
});
