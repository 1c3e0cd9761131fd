// Where the viewer chooses the node that checks read the chain from.
import { useChosenNode } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { NodeName } from "../../parts/NodeName.tsx";
import { Page } from "../../parts/Page.tsx";
import { Section } from "../../parts/Section.tsx";
import "../../styles/node.css";
import { WalletFrame } from "../../wallet/WalletFrame.tsx";
import { NodeForm } from "./NodeForm.tsx";

export function Component() {
  const { choice } = useChosenNode();
  const { chainId } = useConfig();
  return (
    <Page title="Which node checks read">
      <p className="lead">
        A check recomputes everything from roots and facts that it reads from chain {chainId}. Whoever runs the node
        that it reads them from is believed: a node that lies together with the indexer can have a check say
        <em> proven</em>. So read them from a node that neither the dashboard’s nor the indexer’s operator runs.
      </p>
      <p role="status">
        Checks read the chain <NodeName of={choice} />.
      </p>
      <WalletFrame>
        {() => (
          <Section title="Choose another">
            <NodeForm choice={choice} />
          </Section>
        )}
      </WalletFrame>
      <p className="quiet">
        The choice is kept in this browser. Where the chosen node does not answer, or is of another chain, a check fails
        and says so: no other node is asked instead. The node learns what you check, and your address on the network.
        Lists and totals are the indexer’s word whatever is chosen.
      </p>
    </Page>
  );
}

Component.displayName = "NodePage";
