// Runs every scenario on a fresh state and writes what its transaction used to the file that GAS_FILE names; run by `npm run gas`.
import { writeFileSync } from "node:fs";
import { agentScenarios } from "./scenarios/agents.ts";
import { channelScenarios } from "./scenarios/channels.ts";
import { claimScenarios } from "./scenarios/claims.ts";
import { courtScenarios } from "./scenarios/courts.ts";
import { datanetScenarios } from "./scenarios/datanets.ts";
import { deedScenarios } from "./scenarios/deeds.ts";
import { disputeScenarios } from "./scenarios/disputes.ts";
import { faultScenarios } from "./scenarios/faults.ts";
import { governanceScenarios } from "./scenarios/governance.ts";
import { governorSettingScenarios } from "./scenarios/governor-settings.ts";
import { indexScenarios } from "./scenarios/indexes.ts";
import { ledgerScenarios } from "./scenarios/ledger.ts";
import { modelScenarios } from "./scenarios/models.ts";
import { reviewScenarios } from "./scenarios/review.ts";
import { settlementScenarios } from "./scenarios/settlements.ts";
import { shareScenarios } from "./scenarios/shares.ts";
import { sketchScenarios } from "./scenarios/sketches.ts";
import { stakingScenarios } from "./scenarios/staking.ts";
import { timelockScenarios } from "./scenarios/timelock.ts";
import { tokenScenarios } from "./scenarios/tokens.ts";
import { voteScenarios } from "./scenarios/votes.ts";
import type { Figure } from "./figures.ts";

const SCENARIOS = [
  ...claimScenarios,
  ...ledgerScenarios,
  ...faultScenarios,
  ...indexScenarios,
  ...courtScenarios,
  ...settlementScenarios,
  ...disputeScenarios,
  ...sketchScenarios,
  ...modelScenarios,
  ...datanetScenarios,
  ...reviewScenarios,
  ...stakingScenarios,
  ...shareScenarios,
  ...tokenScenarios,
  ...governanceScenarios,
  ...voteScenarios,
  ...governorSettingScenarios,
  ...timelockScenarios,
  ...agentScenarios,
  ...channelScenarios,
  ...deedScenarios,
];

const only = process.env.GAS_ONLY;
const figures: Figure[] = [];
const failures: string[] = [];
for (const { call, given, measure } of SCENARIOS) {
  if (only !== undefined && !call.includes(only)) continue;
  try {
    figures.push({ call, given, gas: await measure() });
  } catch (error) {
    failures.push(`${call} (${given}): ${(error as Error).message.slice(0, 500)}`);
  }
}
writeFileSync(process.env.GAS_FILE ?? "/dev/stdout", JSON.stringify({ figures, failures }));
