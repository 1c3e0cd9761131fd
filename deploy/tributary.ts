// The whole protocol as an Ignition module: every step, in the order of their needs.
import { buildModule, type IgnitionModule } from "@nomicfoundation/ignition-core";
import type { Parameters } from "./parameters.ts";
import { agentRegistry } from "./steps/agent-registry.ts";
import { bindings } from "./steps/bindings.ts";
import { contributionReview } from "./steps/contribution-review.ts";
import { courts, indexCourt } from "./steps/courts.ts";
import { datanetRegistry } from "./steps/datanet-registry.ts";
import { governanceOpen } from "./steps/governance-open.ts";
import { modelRegistry } from "./steps/model-registry.ts";
import { openGovernor } from "./steps/open-governor.ts";
import { openToken } from "./steps/open-token.ts";
import { operatorStaking } from "./steps/operator-staking.ts";
import { paymentChannels } from "./steps/payment-channels.ts";
import { paymentTokens } from "./steps/payment-tokens.ts";
import { handOver } from "./steps/roles.ts";
import { royaltyLedger } from "./steps/royalty-ledger.ts";
import { royaltyPositions } from "./steps/royalty-positions.ts";
import { royaltySharesFactory } from "./steps/royalty-shares-factory.ts";
import { primaryVault } from "./steps/royalty-vault.ts";
import { stakedAttributors } from "./steps/staked-attributors.ts";
import { tillFactory } from "./steps/tills.ts";
import { timelock } from "./steps/timelock.ts";

export const MODULE = "Tributary";

/** @param p also decides which steps there are: a token or a registry that exists is not deployed, and each payment token has steps of its own */
export function tributary(p: Parameters): IgnitionModule {
  return buildModule(MODULE, (m) => {
    const token = openToken(m, p);
    const votes = governanceOpen(m, token);
    const governance = timelock(m, p);
    const governor = openGovernor(m, p, votes, governance);
    const positions = royaltyPositions(m, p, token, governance);
    const staking = operatorStaking(m, p, token, governance);
    const attributors = stakedAttributors(m, p, staking);
    const vault = primaryVault(m, positions);
    const ledger = royaltyLedger(m, p, vault, { attributors, governance }, p);
    const datanets = datanetRegistry(m, p, ledger, positions);
    const review = contributionReview(m, p, datanets, staking);
    const models = modelRegistry(m, p, { token, datanets, positions, governance });
    const tills = tillFactory(m, ledger, models, staking);
    const [channels, ...collectors] = paymentChannels(m, p);
    const named = courts(m, p, { ledger, models, datanets, staking, tills, channels }, p);
    const indexProofs = indexCourt(m, { models, datanets }, p);
    const others = paymentTokens(m, p, { positions, attributors, governance, models, datanets, staking, channels });
    const agents = agentRegistry(m, p);
    const shares = royaltySharesFactory(m, positions);
    const bound = bindings(
      m,
      p,
      { positions, vault, ledger, tills, datanets, models, review, staking, indexProofs, ...named },
      others.map((other) => other.courts),
    );
    handOver(m, governance, governor, [
      ...bound,
      ...others.flatMap((other) => other.bound),
      agents,
      shares,
      channels,
      ...collectors,
    ]);
    return {};
  });
}
