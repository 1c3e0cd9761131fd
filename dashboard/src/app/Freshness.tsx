// Says how old what is shown is, and whether the indexer keeps up.
import { useHead } from "../data/head.ts";
import { count } from "../format/amount.ts";
import { duration } from "../format/time.ts";
import { useNow } from "../parts/use-now.ts";

export function Freshness() {
  const head = useHead();
  const now = useNow();
  const ago = (at: number): string => `${duration((now - at) / 1_000)} ago`;
  switch (head.state) {
    case "loading":
      return <p className="freshness">Asking the indexer …</p>;
    case "current":
      return (
        <p className="freshness" data-state="current">
          Block {count(head.block)}, updated {ago(head.updatedAt)}
        </p>
      );
    case "lagging":
      return (
        <p className="freshness" data-state="lagging" role="status">
          The indexer is {count(head.chainBlock - head.block)} blocks behind the chain (at block {count(head.block)}):
          the newest events are missing here
        </p>
      );
    case "abandoned":
      return (
        <p className="freshness" data-state="lagging" role="status">
          The indexer is of a chain that is no more: in the place of its block {count(head.block)} the node has{" "}
          {head.hash === undefined ? (
            "none"
          ) : (
            <>
              another one, <code>{head.hash}</code>
            </>
          )}
          . What is shown may have been undone
        </p>
      );
    case "chain-unreachable":
      return (
        <p className="freshness" data-state="lagging" role="status">
          Block {count(head.block)}, updated {ago(head.updatedAt)}; the dashboard’s node cannot be reached, so nothing
          can be checked against it
        </p>
      );
    case "unreachable":
      return (
        <p className="freshness" data-state="unreachable" role="status">
          The indexer cannot be reached;{" "}
          {head.updatedAt === undefined ? "nothing could be read" : `what is shown is from ${ago(head.updatedAt)}`}
        </p>
      );
  }
}
