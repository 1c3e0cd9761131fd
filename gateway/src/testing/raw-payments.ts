// Payments by hand, beside the official client's: vouchers of one's own making, and what they are answered with.
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from "@x402/core/http";
import { expect } from "chai";
import { type LocalAccount, toHex } from "viem";
import { channelId as channelIdOf, type ChannelConfig } from "@tributary/protocol/typed-data/channel";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import type { PaymentChain } from "./chain.ts";
import { CHAIN_ID, officialClient, type PaidCalls } from "./paid-calls.ts";

const OPEN = 10n ** 18n;

/** @param calls whose gateway is paid */
export function rawPayments(chain: PaymentChain, calls: PaidCalls) {
  const configOf = (payer: LocalAccount, changes: Partial<ChannelConfig> = {}): ChannelConfig => ({
    payer: payer.address,
    payerAuthorizer: payer.address,
    receiver: calls.till,
    receiverAuthorizer: calls.gateway,
    token: chain.open,
    withdrawDelay: 900,
    salt: toHex(0, { size: 32 }),
    ...changes,
  });

  /** The terms, and a request that is paid with a payload of one's own. */
  async function terms() {
    const response = await calls.fetch("http://gateway.test/v1/completions", { method: "POST", body: "{}" });
    expect(response.status).to.equal(402);
    const required = decodePaymentRequiredHeader(response.headers.get("PAYMENT-REQUIRED")!);
    return {
      required,
      accepted: required.accepts[0]!,
      body: (await response.json()) as { error: { code: string; type: string } },
    };
  }
  async function send(payload: Record<string, unknown>, changes: Record<string, unknown> = {}): Promise<Response> {
    const { accepted, required } = await terms();
    const payment = { x402Version: 2, accepted, resource: required.resource, payload, ...changes };
    const header = encodePaymentSignatureHeader(
      payment as unknown as Parameters<typeof encodePaymentSignatureHeader>[0],
    );
    return calls.fetch("http://gateway.test/v1/completions", {
      method: "POST",
      body: JSON.stringify({ amount: 5 }),
      headers: { "PAYMENT-SIGNATURE": header },
    });
  }
  async function voucher(signer: LocalAccount, config: ChannelConfig, most: bigint, chainId = CHAIN_ID) {
    const id = channelIdOf(config, CHAIN_ID);
    const signature = await signer.signTypedData(
      voucherTypedData({ channelId: id, maxClaimableAmount: most }, chainId),
    );
    return {
      type: "voucher",
      channelConfig: config,
      voucher: { channelId: id, maxClaimableAmount: String(most), signature },
    };
  }
  /** A payer with a channel that has been charged 7. */
  async function payerWithChannel() {
    const payer = await chain.payer(OPEN);
    const client = officialClient(chain, calls, payer);
    expect((await client.call({ amount: 7 })).status).to.equal(200);
    return { payer, client, config: configOf(payer), id: channelIdOf(configOf(payer), CHAIN_ID) };
  }
  return { configOf, terms, send, voucher, payerWithChannel };
}

/** The error's code of a refusal, without x402's prefix. */
export async function codeOf(response: Response): Promise<string> {
  expect(response.status).to.equal(402);
  return ((await response.json()) as { error: { code: string } }).error.code.replace(
    "invalid_batch_settlement_evm_",
    "",
  );
}
