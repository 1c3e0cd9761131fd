// A node that has lost its logs, as one that prunes them: stands before a real one, and answers every question for events with none.
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface Request {
  readonly id: number;
  readonly method: string;
}

/** @returns its address, and what stops it */
export async function startNodeWithoutLogs(rpcUrl: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const answer = async (request: Request): Promise<unknown> => {
    if (request.method === "eth_getLogs") return { jsonrpc: "2.0", id: request.id, result: [] };
    const headers = { "content-type": "application/json" };
    return (await fetch(rpcUrl, { method: "POST", headers, body: JSON.stringify(request) })).json();
  };
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const asked = (await json(incoming)) as Request | Request[];
      const answered = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
      outgoing.setHeader("content-type", "application/json").end(JSON.stringify(answered));
    })().catch((error: unknown) => outgoing.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
