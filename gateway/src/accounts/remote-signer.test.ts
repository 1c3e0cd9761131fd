// Receipts that a signer behind JSON-RPC signs, SIMULATED in each of the kinds that there are.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type Hex, toHex, type TypedDataDefinition } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import { refundDigest, REFUND_TYPES } from "@tributary/protocol/typed-data/refund";
import { x402Domain } from "@tributary/protocol/typed-data/x402-domain";
import { hexToBytes } from "@tributary/protocol/bytes";
import { channelNumber, chargeOf } from "../testing/charges.ts";
import { recoverChecksummed } from "./fast-signatures.ts";
import { remoteSigner } from "./remote-signer.ts";

const CHAIN_ID = 31337;
const account = privateKeyToAccount(toHex(9, { size: 32 }));
/** How each kind names its methods. */
const KINDS = {
  Frame: { accounts: "eth_accounts", sign: "eth_signTypedData_v4" },
  Web3Signer: { accounts: "eth_accounts", sign: "eth_signTypedData" },
  Clef: { accounts: "account_list", sign: "account_signTypedData" },
} as const;

describe("a remote signer", () => {
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  async function start(kind: keyof typeof KINDS, sign: (typed: TypedDataDefinition) => Promise<Hex>): Promise<string> {
    const answer = async ({ method, params }: { method: string; params: unknown[] }) => {
      if (method === KINDS[kind].accounts) return { result: [account.address] };
      if (method !== KINDS[kind].sign) return { error: { code: -32601, message: `no ${method}` } };
      const typed = (kind === "Clef" ? params[1] : JSON.parse(String(params[1]))) as TypedDataDefinition;
      expect(params[0]).to.equal(account.address);
      return sign(typed).then(
        (result) => ({ result }),
        (error: Error) => ({ error: { code: 4001, message: error.message } }),
      );
    };
    const server = createServer((request, response) => {
      void (async () => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        const asked = JSON.parse(Buffer.concat(parts).toString()) as { method: string; params: unknown[] };
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...(await answer(asked)) }));
      })();
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const { salt: _salt, exchange: _exchange, ...fields } = chargeOf(channelNumber(0), 5n);
  const receipt = { ...fields, sequence: 1n, cumulative: 5n, agentId: 2n ** 200n };

  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[])
    it(`like ${kind} signs receipts and refunds`, async () => {
      const signer = await remoteSigner(
        { url: await start(kind, (typed) => account.signTypedData(typed)), address: account.address },
        CHAIN_ID,
      );
      expect(await recoverReceiptSigner(receipt, await signer.signReceipt(receipt), CHAIN_ID)).to.equal(
        account.address,
      );
      const refund = { channelId: channelNumber(0), nonce: 1n, amount: 2n };
      const message = {
        domain: { ...x402Domain(CHAIN_ID) },
        types: REFUND_TYPES,
        primaryType: "Refund",
        message: refund,
      };
      const signature = await signer.signTypedData(message as unknown as Parameters<typeof signer.signTypedData>[0]);
      expect(recoverChecksummed(hexToBytes(refundDigest(refund, CHAIN_ID)), signature)).to.equal(account.address);
    });

  it("is not believed when it signs something else, and says why it does not sign", async () => {
    const failureOf = async (sign: (typed: TypedDataDefinition) => Promise<Hex>): Promise<string> => {
      const signer = await remoteSigner({ url: await start("Frame", sign), address: account.address }, CHAIN_ID);
      return signer.signReceipt(receipt).catch((error: Error) => error.message);
    };
    expect(await failureOf(() => account.signMessage({ message: "hello" }))).to.match(/not a signature of/);
    expect(await failureOf(() => Promise.resolve("0x12"))).to.match(/not a signature of/);
    expect(await failureOf(() => Promise.reject(new Error("the user said no")))).to.match(/the user said no/);
  });

  it("must hold the key", async () => {
    const url = await start("Frame", () => Promise.resolve("0x"));
    const failure = await remoteSigner({ url, address: toHex(1, { size: 20 }) }, CHAIN_ID).catch(
      (error: Error) => error.message,
    );
    expect(failure).to.match(/does not hold the key/);
  });
});
