// Proofs of faults at the budgeted sizes: k = 256, K = 32, 1,000 groups, 100,000 calls, a million records and positions.
import type { ContractTransactionResponse } from "ethers";
import { loadFixture } from "../../../test/support/network.ts";
import { accused } from "../fault-stage.ts";
import { type Scenario, scenario } from "../scenario.ts";

const GIVEN = "at the budgeted sizes, by a new holder of the token";

type Accused = Awaited<ReturnType<typeof accused>>;

function proof(name: string, send: (a: Accused) => Promise<ContractTransactionResponse>): Scenario {
  return scenario(`FaultProofs.${name}`, GIVEN, async () => send(await loadFixture(accused)));
}

export const faultScenarios: Scenario[] = [
  proof("proveReceipt", (a) => a.faults.proveReceipt(a.accused, a.settlement, a.call, a.receipt)),
  proof("proveSketchHash", (a) => a.faults.proveSketchHash(a.accused, a.settlement, a.call, a.sketch)),
  proof("proveInfluence", (a) => a.faults.proveInfluence(a.accused, a.settlement, a.call, a.entry, a.sketch, a.record)),
  proof("proveOmission", (a) =>
    a.faults.proveOmission(a.accused, a.settlement, a.call, a.entry, a.nextEntry, a.sketch, a.omitted),
  ),
  proof("provePoints", (a) => a.faults.provePoints(a.accused, a.call, a.entry)),
  proof("proveMirror", (a) => a.faults.proveMirror(a.accused, [...a.call, a.entry], a.tally)),
  proof("proveNet", (a) => a.faults.proveNet(a.accused, a.points)),
  proof("proveOwner", (a) => a.faults.proveOwner(a.accused, a.points, a.record)),
  proof("proveEarning", (a) => a.faults.proveEarning(a.accused, a.points, a.earning)),
  proof("proveFallback", (a) => a.faults.proveFallback(a.accused, a.points[0]!, a.earning)),
  proof("proveBalance", (a) => a.faults.proveBalance(a.accused, a.earning[0]!, a.previous)),
  proof("proveMalformed", (a) => a.faults.proveMalformed(a.accused, false, a.tally)),
  proof("proveGroup", (a) => a.faults.proveGroup(a.accused, a.points[0]!)),
  proof("proveMisplaced", (a) => a.faults.proveMisplaced(a.accused, false, a.tally)),
  proof("proveUnordered", (a) => a.faults.proveUnordered(a.accused, false, a.tally, a.nextTally)),
  proof("proveGap", (a) => a.faults.proveGap(a.accused, false, a.missingTally, a.lastTally)),
];
