// Names the node that the chain was read from, and whose choice that was.
import { useConfig } from "../data/config.ts";
import type { NodeChoice } from "../data/node-choice.ts";

export function NodeName({ of: choice }: { of: NodeChoice }) {
  const { rpcUrl } = useConfig();
  if (choice.kind === "configured")
    return (
      <>
        at <code>{rpcUrl}</code>, the node that this dashboard names
      </>
    );
  if (choice.kind === "wallet") return <>through your wallet, {choice.name}, by the node that it uses</>;
  return (
    <>
      at <code>{choice.url}</code>, the node that you chose
    </>
  );
}
