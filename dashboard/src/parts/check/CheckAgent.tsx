// The check of how many calls of settlements name an agent, as a part of any page.
import type { ServedReceipts, StatedAgent } from "../../check/check-agent.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { fetchOpening } from "../../data/openings.ts";
import { count } from "../../format/amount.ts";
import { plural } from "../../format/shorten.ts";
import { Amount } from "../Amount.tsx";
import { CheckIt } from "./CheckIt.tsx";

export function CheckAgent({ agentId, stated }: { agentId: string; stated: StatedAgent }) {
  const chain = useCheckChain();
  const { indexerUrl, deployment } = useConfig();
  return (
    <CheckIt
      what={`the calls of agent ${agentId}`}
      because="by the published receipts: whoever has them can count again"
      run={async (onStep) => {
        const { checkAgent } = await import("../../check/check-agent.ts");
        const receiptsOf = (settlement: bigint) =>
          fetchOpening<ServedReceipts>(indexerUrl, `settlement/${settlement}/receipts`);
        const asked = { registry: deployment.addresses.AgentRegistry, agent: BigInt(agentId) };
        return checkAgent(chain, asked, stated, receiptsOf, onStep);
      }}
    >
      {({ calls, fees, receipts }) => (
        <p>
          Of {plural(receipts, "receipt")} in {plural(stated.settlements.length, "settlement")}, all of them read,{" "}
          <strong>{count(calls)}</strong> name agent {agentId}; they paid <Amount of={fees} />.
        </p>
      )}
    </CheckIt>
  );
}
