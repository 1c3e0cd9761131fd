// SIMULATED: a signer outside the gateway's process, as Web3Signer answers, with one key.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Hex, hexToBigInt, hexToNumber, type TypedDataDefinition } from "viem";
import { privateKeyToAccount } from "viem/accounts";

export interface SimulatedSigner {
  readonly url: string;
  /** How often each method was asked. */
  readonly asked: Record<string, number>;
  close(): Promise<void>;
}

export async function startSimulatedSigner(privateKey: Hex): Promise<SimulatedSigner> {
  const account = privateKeyToAccount(privateKey);
  const asked: Record<string, number> = {};
  const answer = async (method: string, params: unknown[]): Promise<object> => {
    asked[method] = (asked[method] ?? 0) + 1;
    if (method === "eth_accounts") return { result: [account.address] };
    if (method === "eth_signTypedData")
      return { result: await account.signTypedData(JSON.parse(String(params[1])) as TypedDataDefinition) };
    if (method === "eth_signTransaction") return { result: await signTransaction(params[0] as Record<string, Hex>) };
    return { error: { code: -32601, message: `no ${method}` } };
  };
  const signTransaction = (fields: Record<string, Hex>): Promise<Hex> =>
    account.signTransaction({
      type: "eip1559",
      chainId: hexToNumber(fields.chainId!),
      nonce: hexToNumber(fields.nonce!),
      gas: hexToBigInt(fields.gas!),
      maxFeePerGas: hexToBigInt(fields.maxFeePerGas!),
      maxPriorityFeePerGas: hexToBigInt(fields.maxPriorityFeePerGas!),
      to: fields.to!,
      data: fields.data!,
    });
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method, params } = JSON.parse(Buffer.concat(parts).toString()) as { method: string; params: unknown[] };
      void answer(method, params).then((found) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...found })));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
