// Step 1: the OPEN token.
import { buildModule } from "@nomicfoundation/ignition-core";

export default buildModule("OpenToken", (m) => {
  const token = m.contract("OpenToken", [m.getParameter("recipient")]);
  return { token };
});
