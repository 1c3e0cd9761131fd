// Says at the foot of every page where the node that checks read is of another chain: nothing is proven by it.
import { useConfig } from "../data/config.ts";
import { useOtherChain } from "../data/node-chain.ts";

export function OtherChain() {
  const { chainId } = useConfig();
  const other = useOtherChain(true);
  if (other === undefined) return null;
  return (
    <p className="freshness" data-state="lagging" role="status">
      The node that checks read is of chain {other}, not of chain {chainId}, which the indexer is of: nothing can be
      proven by it. Choose another node
    </p>
  );
}
