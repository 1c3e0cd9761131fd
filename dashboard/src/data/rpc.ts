// One question to a node by JSON-RPC: what is asked on every page, without the library that checks use.

/** @throws Error if the node does not answer it */
export async function rpc<Result>(
  rpcUrl: string,
  method: string,
  params: readonly unknown[],
  signal: AbortSignal,
): Promise<Result> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal,
  });
  const { result } = (await response.json()) as { result?: Result };
  if (result === undefined) throw new Error(`the chain at ${rpcUrl} answered ${response.status}`);
  return result;
}
