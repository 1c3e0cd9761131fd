// Step 3: the attributors whose signatures on sketches count.
import { buildModule } from "@nomicfoundation/ignition-core";

export default buildModule("AttributorSet", (m) => {
  const attributors = m.contract("AttributorSet", [m.getParameter("attributors"), m.getParameter("quorum")]);
  return { attributors };
});
