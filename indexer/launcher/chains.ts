// Tells chains that are reset at will from those that last.

const LOCAL_CHAIN_IDS: readonly number[] = [1337, 31337];

/** Local chains are polled often, and what was fetched from an earlier one of the same id is never reused. */
export function isLocalChain(chainId: number): boolean {
  return LOCAL_CHAIN_IDS.includes(chainId);
}

/** Milliseconds between two requests for new blocks. */
export function defaultPollingMilliseconds(chainId: number): number {
  return isLocalChain(chainId) ? 200 : 1_000;
}

/** Ponder sends 20 requests a second to an endpoint, and more only after minutes. */
const LOCAL_LANES = 25;

/** A node of one's own has no such limit, so Ponder is given its address as often as makes 500 requests a second. */
export function endpoints(chainId: number, rpcUrl: string): string | string[] {
  return isLocalChain(chainId) ? Array.from({ length: LOCAL_LANES }, () => rpcUrl) : rpcUrl;
}
