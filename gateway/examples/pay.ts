// An agent that asks a gateway and pays for it: OpenAI's client through x402's, of which neither is changed.
import { toClientEvmSigner } from "@x402/evm";
import { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/client";
import { FileClientChannelStorage } from "@x402/evm/batch-settlement/client/file-storage";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import OpenAI from "openai";
import { createPublicClient, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const { GATEWAY, RPC, TOKEN, PAYER_KEY, MODEL, MOST, CHANNELS } = process.env as Record<string, string>;

const reader = createPublicClient({ transport: http(RPC) });
// The signer reads the chain too: with that a client that lost its folder finds out what its channel was charged.
const signer = toClientEvmSigner(privateKeyToAccount(PAYER_KEY as Hex), reader);
const scheme = new BatchSettlementEvmScheme(signer, {
  // The last vouchers and what was charged, one file a channel: the next run goes on with the same channel.
  storage: new FileClientChannelStorage({ directory: CHANNELS! }),
  // A deposit is for so many calls at their ceilings.
  depositPolicy: { depositMultiplier: 50 },
});
const network = `eip155:${await reader.getChainId()}` as const;
const payer = new x402Client().register(network, scheme).setSpendControls({
  // It pays in no other token, and for no call that could cost more base units.
  allowedAssets: [{ network, asset: TOKEN!, maxAmountPerPayment: MOST! }],
});
const openai = new OpenAI({
  baseURL: `${GATEWAY}/v1`,
  apiKey: "unused",
  // A call that is asked again by itself is paid again.
  maxRetries: 0,
  fetch: wrapFetchWithPayment(fetch, payer),
});

if (process.argv[2] === "refund") {
  // Gives back what the channel has left.
  await scheme.refund(`${GATEWAY}/v1/refunds/${MODEL}`);
} else {
  const messages = [{ role: "user" as const, content: process.argv.slice(2).join(" ") }];
  const { data, response } = await openai.chat.completions
    .create({ model: MODEL!, messages, max_tokens: 100 })
    .withResponse();
  const header = response.headers.get("x-tributary-receipt")!;
  const { id, receipt } = JSON.parse(Buffer.from(header, "base64url").toString("utf8")) as {
    id: string;
    receipt: { amount: string; channelId: string };
  };
  console.log(data.choices[0]!.message.content);
  console.error(`paid ${receipt.amount} base units out of the channel ${receipt.channelId}, receipt ${id}`);
}
