// The whole protocol as an Ignition module: every step, in the order of their needs.
import { buildModule, type ContractFuture, type IgnitionModule } from "@nomicfoundation/ignition-core";
import { localAddress } from "./local-keys.ts";
import type { Parameters } from "./parameters.ts";
import { openToken } from "./steps/open-token.ts";

export const MODULE = "Tributary";

export function tributary(p: Parameters): IgnitionModule {
  return buildModule(MODULE, (m) => {
    const token: ContractFuture<string> = openToken(m, p);
    const positions = m.contract("RoyaltyPositions", [p.treasury!]);
    const attributors = m.contract("AttributorSet", [[localAddress(6), localAddress(7)], 2]);
    const ledger = m.contract("RoyaltyLedger", [token, positions, attributors, {
      epochSeconds: p.epochSeconds, sketchWindowSeconds: p.sketchWindowSeconds, challengeWindowSeconds: p.challengeWindowSeconds,
      settlementLifetimeSeconds: p.settlementLifetimeSeconds, bondFloor: p.bondFloor, bondBps: p.bondBps }]);
    const datanets = m.contract("DatanetRegistry", [ledger, positions, p.leastReviewWindowSeconds, p.mostReviewWindowSeconds]);
    const models = m.contract("ModelRegistry", [token, datanets, positions, { treasuryLeastBps: p.treasuryLeastBps, treasuryMostBps: p.treasuryMostBps,
      indexBond: p.indexBond, indexWindowSeconds: p.indexWindowSeconds }]);
    const till = m.contract("ModelTill", [ledger, models]);
    const tills = m.contract("TillFactory", [till, models]);
    m.call(positions, "bindMinters", [datanets, models]);
    m.call(ledger, "bind", [tills, models]);
    return {};
  });
}
