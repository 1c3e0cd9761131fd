// The form that chooses a node: it is kept once it has answered with the right chain.
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { useConnection } from "wagmi";
import { chainOf } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { chooseNode, CONFIGURED, nodeAddress, type NodeChoice } from "../../data/node-choice.ts";
import { messageOf } from "../../parts/States.tsx";

type Kind = NodeChoice["kind"];

export function NodeForm({ choice }: { choice: NodeChoice }) {
  const id = useId();
  const config = useConfig();
  const { connector } = useConnection();
  const [kind, setKind] = useState<Kind>(choice.kind);
  const [address, setAddress] = useState(choice.kind === "address" ? choice.url : "");
  const use = useMutation({
    mutationFn: async () => {
      const wanted = wantedOf(kind, address, connector?.name);
      // Going back to the configured node needs no answer of it.
      if (wanted.kind !== "configured") await chainOf(config, wanted).reader.getChainId();
      chooseNode(wanted);
    },
  });
  const radio = (value: Kind, label: ReactNode) => (
    <label>
      <input type="radio" name={id} value={value} checked={kind === value} onChange={() => setKind(value)} />
      <span>{label}</span>
    </label>
  );
  return (
    <form
      className="node"
      onSubmit={(event) => {
        event.preventDefault();
        use.mutate();
      }}
    >
      <fieldset>
        <legend>Read the chain from</legend>
        {radio(
          "configured",
          <>
            the dashboard’s node, <code>{config.rpcUrl}</code>
          </>,
        )}
        {radio(
          "wallet",
          connector === undefined ? "the node of your wallet (connect it first)" : `the node of ${connector.name}`,
        )}
        {radio("address", "a node at this address")}
        <label>
          <span className="unseen">Address of the node</span>
          <input
            type="text"
            inputMode="url"
            value={address}
            placeholder="https://… or http://127.0.0.1:8545"
            autoComplete="off"
            spellCheck={false}
            aria-invalid={use.isError && kind === "address"}
            aria-describedby={`${id}-rule ${id}-problem`}
            onChange={({ target }) => {
              setKind("address");
              setAddress(target.value);
            }}
          />
        </label>
        <p id={`${id}-rule`} className="quiet">
          By https, or by http on this machine; the node has to let pages of other addresses read it (CORS).
        </p>
      </fieldset>
      <button type="submit" className="primary" disabled={use.isPending}>
        {use.isPending ? "Asking it …" : "Use it"}
      </button>
      <p id={`${id}-problem`} className="problem" role="alert">
        {use.isError && `Not chosen: ${messageOf(use.error)}. Checks read what they read before.`}
      </p>
    </form>
  );
}

function wantedOf(kind: Kind, address: string, wallet: string | undefined): NodeChoice {
  if (kind === "configured") return CONFIGURED;
  if (kind === "address") return { kind, url: nodeAddress(address) };
  if (wallet === undefined) throw new Error("no wallet is connected: connect one above");
  return { kind, name: wallet };
}
