// A small signer behind JSON-RPC, of each of the kinds that there are.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Address,
  createWalletClient,
  type Hex,
  hexToBigInt,
  hexToNumber,
  http,
  type TransactionSerializable,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** `sends`: as Frame or a node; `signs`: as Web3Signer; `clef`: as Clef. */
export type Kind = "sends" | "signs" | "clef";

export type SignerServer = { url: string; address: Address; asked: string[]; close: () => void };

type Fields = Record<"data" | "nonce" | "gas" | "maxFeePerGas" | "maxPriorityFeePerGas" | "chainId", Hex> & {
  to?: Address;
};

class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const METHODS: Record<Kind, readonly string[]> = {
  sends: ["eth_accounts", "eth_chainId", "eth_sendTransaction"],
  signs: ["eth_accounts", "eth_signTransaction"],
  clef: ["account_list", "account_signTransaction"],
};

/**
 * @param tamper changes what is signed
 * @param refuse whether the person behind it says no
 */
export async function startSigner(options: {
  kind: Kind;
  privateKey: Hex;
  rpcUrl: string;
  chainId?: number;
  tamper?: (transaction: TransactionSerializable) => TransactionSerializable;
  refuse?: boolean;
}): Promise<SignerServer> {
  const account = privateKeyToAccount(options.privateKey);
  const node = createWalletClient({ account, transport: http(options.rpcUrl) });
  const asked: string[] = [];

  async function answer(method: string, params: readonly unknown[]): Promise<unknown> {
    asked.push(method);
    if (!METHODS[options.kind].includes(method)) throw new Refusal(-32601, `the method ${method} does not exist`);
    if (method === "eth_accounts" || method === "account_list") return [account.address];
    if (method === "eth_chainId") return `0x${(options.chainId ?? 31337).toString(16)}`;
    if (options.refuse === true) throw new Refusal(4001, "the user said no");
    const signed = await sign(params[0] as Fields);
    if (method === "eth_sendTransaction") return node.sendRawTransaction({ serializedTransaction: signed });
    return method === "eth_signTransaction" ? signed : { raw: signed, tx: {} };
  }

  function sign(fields: Fields): Promise<Hex> {
    const transaction = {
      type: "eip1559",
      chainId: hexToNumber(fields.chainId),
      nonce: hexToNumber(fields.nonce),
      gas: hexToBigInt(fields.gas),
      maxFeePerGas: hexToBigInt(fields.maxFeePerGas),
      maxPriorityFeePerGas: hexToBigInt(fields.maxPriorityFeePerGas),
      data: fields.data,
      to: fields.to ?? null,
    } as const;
    return account.signTransaction(options.tamper?.(transaction) ?? transaction);
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
        id: number;
        method: string;
        params: unknown[];
      };
      const reply = (part: object): void => {
        response.setHeader("content-type", "application/json").end(JSON.stringify({ jsonrpc: "2.0", id, ...part }));
      };
      answer(method, params).then(
        (result) => {
          reply({ result });
        },
        (error: unknown) => {
          const { code = -32603, message } = error as Refusal;
          reply({ error: { code, message } });
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, address: account.address, asked, close };
}
