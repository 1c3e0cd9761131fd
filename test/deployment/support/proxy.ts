// A node in front of a node, which can do something at the instant when a transaction comes through.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** `forward`: passes it on, `silence`: passes it on and never answers, `drop`: does neither. */
export type Decision = "forward" | "silence" | "drop";

export type Proxy = { rpcUrl: string; sends: () => number; close: () => void };

type Rpc = { method: string };

/** @param decide is asked for each transaction, from the first (1) */
export async function startProxy(
  target: string,
  decide: (send: number) => Decision | Promise<Decision>,
): Promise<Proxy> {
  let sends = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      void handle(body).then(
        (answer) => {
          if (answer !== undefined) response.setHeader("content-type", "application/json").end(answer);
        },
        () => response.destroy(),
      );
    });
  });

  async function handle(body: string): Promise<string | undefined> {
    const { method } = JSON.parse(body) as Rpc;
    const decision = method === "eth_sendRawTransaction" ? await decide(++sends) : "forward";
    if (decision === "drop") return undefined;
    const answer = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
    const text = await answer.text();
    return decision === "silence" ? undefined : text;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { rpcUrl: `http://127.0.0.1:${port}`, sends: () => sends, close };
}
