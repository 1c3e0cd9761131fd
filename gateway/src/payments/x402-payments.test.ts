// Paid calls of official clients, and attacks on vouchers, on a chain of their own.
import { expect } from "chai";
import {
  decodePaymentRequiredHeader,
  decodePaymentResponseHeader,
  encodePaymentSignatureHeader,
} from "@x402/core/http";
import {
  createWalletClient,
  type Hex,
  hexToBigInt,
  http,
  type LocalAccount,
  parseEventLogs,
  toHex,
  zeroAddress,
} from "viem";
import { foundry } from "viem/chains";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { verifyReceipt } from "@tributary/protocol/receipt-proof";
import { channelId as channelIdOf, type ChannelConfig } from "@tributary/protocol/typed-data/channel";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import { localSigner } from "../accounts/local-signer.ts";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import { CEILING, GATEWAY_KEY, officialClient, type PaidCalls, startPaidCalls } from "../testing/paid-calls.ts";

const CHAIN_ID = 31337;
const OPEN = 10n ** 18n;

describe("payments by x402, on a chain", function () {
  this.timeout(120_000);
  let chain: PaymentChain;
  let calls: PaidCalls;

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    chain = await startPaymentChain();
    calls = await startPaidCalls(chain);
  });
  after(async () => {
    await calls?.stop();
    await chain?.stop();
  });

  const balanceOf = (account: Hex) =>
    chain.client.readContract({ address: chain.open, abi: openTokenAbi, functionName: "balanceOf", args: [account] });
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
  async function codeOf(response: Response): Promise<string> {
    expect(response.status).to.equal(402);
    return ((await response.json()) as { error: { code: string } }).error.code.replace(
      "invalid_batch_settlement_evm_",
      "",
    );
  }
  /** A payer with a channel that has been charged 7. */
  async function payerWithChannel() {
    const payer = await chain.payer(OPEN);
    const client = officialClient(chain, calls, payer);
    expect((await client.call({ amount: 7 })).status).to.equal(200);
    return { payer, client, config: configOf(payer), id: channelIdOf(configOf(payer), CHAIN_ID) };
  }

  it("a call without payment gets 402 with its terms, in OpenAI's shape too", async () => {
    const { accepted, body } = await terms();
    expect(accepted).to.deep.include({
      scheme: "batch-settlement",
      network: "eip155:31337",
      amount: String(CEILING),
      payTo: calls.till,
      asset: chain.open,
    });
    expect(accepted.extra).to.include({
      name: "Open",
      version: "1",
      receiverAuthorizer: calls.gateway,
      withdrawDelay: 900,
    });
    expect(body.error).to.include({ type: "payment_required", code: "payment_required" });
  });

  it("an official client pays: deposit, vouchers, streams, failures; each receipt verifies and the totals run", async () => {
    const payer = await chain.payer(OPEN);
    const client = officialClient(chain, calls, payer);
    const id = channelIdOf(configOf(payer), CHAIN_ID);
    let previous: { sequence: bigint; cumulative: bigint } | undefined;
    let cumulative = 0n;
    for (const call of [
      { amount: 7 },
      { amount: 100 },
      { amount: 30, stream: true },
      { amount: 1 },
      { amount: 9, fails: true },
      { amount: 2 },
    ]) {
      const response = await client.call(call);
      if (call.fails === true) {
        expect(response.status).to.equal(502);
        continue;
      }
      expect(response.status).to.equal(200);
      const { entry } = calls.charged();
      cumulative += BigInt(call.amount);
      expect(entry.receipt.cumulative).to.equal(cumulative);
      const header = response.headers.get("x-tributary-receipt");
      expect(header === null).to.equal(call.stream === true);
      if (header !== null) {
        const proof: unknown = JSON.parse(Buffer.from(header, "base64url").toString());
        const expected = {
          chainId: CHAIN_ID,
          gateway: calls.gateway,
          till: calls.till,
          channelId: id,
          prompt: "What?",
          answer: await response.text(),
          most: CEILING,
        };
        expect(
          await verifyReceipt(proof, { ...expected, ...(previous === undefined ? {} : { previous }) }),
        ).to.deep.equal([]);
        const settled = decodePaymentResponseHeader(response.headers.get("PAYMENT-RESPONSE")!);
        expect(settled.extra).to.include({ chargedAmount: String(call.amount) });
      }
      previous = entry.receipt;
      expect(await calls.payments.receipt(entry.id)).to.deep.equal(entry);
    }
    const state = await calls.payments.channelState(id);
    expect(state).to.include({ charged: 140n, claimed: 0n, receipts: 5n, withdrawRequestedAt: 0, till: calls.till });
    expect(state!.left).to.equal(state!.balance - 140n);
    expect(await balanceOf(payer.address)).to.equal(OPEN - state!.balance);
    expect(await calls.books.audit()).to.deep.equal([]);
  });

  it("refunds in part and wholly, and goes on in the same channel", async () => {
    const { payer, client, id } = await payerWithChannel();
    const before = (await calls.payments.channelState(id))!;
    await client.refund("100");
    expect(await calls.payments.channelState(id)).to.include({
      balance: before.balance - 100n,
      charged: 7n,
      claimed: 7n,
    });
    expect((await client.call({ amount: 3 })).status).to.equal(200);
    await client.refund();
    expect(await calls.payments.channelState(id)).to.include({ balance: 10n, charged: 10n, claimed: 10n, left: 0n });
    expect(await balanceOf(payer.address)).to.equal(OPEN - 10n);
    expect((await client.call({ amount: 5 })).status).to.equal(200);
    expect(calls.charged().entry.receipt).to.include({ sequence: 3n, cumulative: 15n });
    expect(await calls.books.audit()).to.deep.equal([]);
  });

  it("a client that lost its state recovers by the corrective 402", async () => {
    const { payer } = await payerWithChannel();
    const anew = officialClient(chain, calls, payer);
    expect((await anew.call({ amount: 4 })).status).to.equal(200);
    expect(calls.charged().entry.receipt).to.include({ sequence: 2n, cumulative: 11n });
  });

  it("answers one call at a time per channel", async () => {
    const { payer, config } = await payerWithChannel();
    const payload = await voucher(payer, config, 7n + CEILING);
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(payload)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).to.have.length(1);
    for (const refused of answers.filter(({ status }) => status !== 200))
      expect(await codeOf(refused)).to.be.oneOf(["channel_busy", "cumulative_amount_mismatch"]);
    expect(calls.charged().entry.receipt.cumulative).to.equal(12n);
  });

  describe("refuses a voucher", () => {
    it("of another signer, chain, contract or channel, altered, or in a form that the chain would not take", async () => {
      const { payer, config, id } = await payerWithChannel();
      const stranger = await chain.payer(1n);
      const good = await voucher(payer, config, 7n + CEILING);
      const signed = (signature: string) => ({ ...good, voucher: { ...good.voucher, signature } });
      /** A payer's own voucher in a form that only off-chain libraries take (ERC-6492). */
      const notThereYet = async () => {
        const own = await voucher(payer, configOf(payer, { payerAuthorizer: zeroAddress }), CEILING);
        return { ...own, voucher: { ...own.voucher, signature: `${own.voucher.signature}${"6492".repeat(16)}` } };
      };
      const wrong: Record<string, ReturnType<typeof signed>> = {
        "another signer's": await voucher(stranger, config, 7n + CEILING),
        "another chain's": await voucher(payer, config, 7n + CEILING, 1),
        "another amount's": signed((await voucher(payer, config, 8n + CEILING)).voucher.signature),
        "another channel's": signed(
          (await voucher(payer, configOf(payer, { salt: toHex(1, { size: 32 }) }), 7n + CEILING)).voucher.signature,
        ),
        "no signature": signed("0x"),
        "of an account that is not there yet": await notThereYet(),
        "its twin with the greater s": signed(twin(good.voucher.signature as Hex)),
        "with parity 0 and 1": signed(
          good.voucher.signature.slice(0, 130) + (good.voucher.signature.endsWith("1b") ? "00" : "01"),
        ),
      };
      const typed = voucherTypedData({ channelId: id, maxClaimableAmount: 7n + CEILING }, CHAIN_ID);
      const domain = { ...typed.domain, verifyingContract: stranger.address };
      wrong["another contract's"] = signed(await payer.signTypedData({ ...typed, domain }));
      for (const [name, payload] of Object.entries(wrong))
        expect(await codeOf(await send(payload)), name).to.equal("voucher_signature");
      expect((await calls.books.account(id))?.charged).to.equal(7n);
      expect((await send(good)).status).to.equal(200);
    });

    it("that is stale, replayed or not for this call's price", async () => {
      const { payer, config } = await payerWithChannel();
      for (const most of [7n, 6n, CEILING, 7n + CEILING - 1n, 7n + CEILING + 1n])
        expect(await codeOf(await send(await voucher(payer, config, most))), String(most)).to.equal(
          "cumulative_amount_mismatch",
        );
      const good = await voucher(payer, config, 7n + CEILING);
      expect((await send(good)).status).to.equal(200);
      expect(await codeOf(await send(good))).to.equal("cumulative_amount_mismatch");
    });

    it("above the channel's balance", async () => {
      const payer = await chain.payer(CEILING * 10n);
      const client = officialClient(chain, calls, payer);
      for (let call = 0; call < 10; call++) expect((await client.call({ amount: 95 })).status).to.equal(200);
      expect(await codeOf(await send(await voucher(payer, configOf(payer), 950n + CEILING)))).to.equal(
        "cumulative_exceeds_balance",
      );
    });

    it("of a channel that is another till's, token's, authorizer's, delay's or on no chain", async () => {
      const payer = await chain.payer(OPEN);
      const expected: Record<string, Partial<ChannelConfig>> = {
        receiver_mismatch: { receiver: payer.address },
        receiver_authorizer_mismatch: { receiverAuthorizer: payer.address },
        token_mismatch: { token: payer.address },
        withdraw_delay_mismatch: { withdrawDelay: 901 },
        channel_not_found: {},
      };
      for (const [code, changes] of Object.entries(expected))
        expect(await codeOf(await send(await voucher(payer, configOf(payer, changes), CEILING))), code).to.equal(code);
      const { voucher: another } = await voucher(payer, configOf(payer), CEILING);
      const mixed = {
        type: "voucher",
        channelConfig: configOf(payer, { salt: toHex(5, { size: 32 }) }),
        voucher: another,
      };
      expect(await codeOf(await send(mixed))).to.equal("channel_id_mismatch");
    });

    it("that begins above 0 in a channel that these books don't know", async () => {
      const payer = await chain.payer(OPEN);
      expect(await codeOf(await send(await voucher(payer, configOf(payer), CEILING + 500n)))).to.equal(
        "cumulative_amount_mismatch",
      );
      expect(await calls.books.account(channelIdOf(configOf(payer), CHAIN_ID))).to.equal(undefined);
    });

    it("of a channel that was claimed and that these books don't know (lost books)", async () => {
      const { payer, client } = await payerWithChannel();
      await client.refund("100");
      const others = await startPaidCalls(chain, { till: calls.till });
      try {
        const anew = officialClient(chain, others, payer);
        const response = await anew.call({ amount: 3 }).catch((error: unknown) => error as Error);
        const code = response instanceof Response ? await codeOf(response) : String(response);
        expect(code).to.match(/tributary_channel_unknown|cumulative_amount_mismatch/);
        expect(await others.books.channels.list()).to.deep.equal([]);
        // Another salt, another channel.
        expect(
          (await officialClient(chain, others, payer, toHex(2, { size: 32 })).call({ amount: 3 })).status,
        ).to.equal(200);
      } finally {
        await others.stop();
      }
    });

    it("once the payer withdraws, and takes the channel's refund", async () => {
      const { payer, client, config, id } = await payerWithChannel();
      await chain.call("anvil_setBalance", [payer.address, toHex(OPEN)]);
      const wallet = createWalletClient({ account: payer, chain: foundry, transport: http(chain.rpcUrl) });
      const balance = (await calls.payments.channelState(id))!.balance;
      const hash = await wallet.writeContract({
        address: BATCH_SETTLEMENT_ADDRESS,
        abi: batchSettlementAbi,
        functionName: "initiateWithdraw",
        args: [config, balance],
      });
      await chain.client.waitForTransactionReceipt({ hash });
      // As if the channel had not been looked at for a while.
      await calls.books.channels.updateChannel(id, (channel) => channel && { ...channel, onchainSyncedAt: 0 });
      expect(await codeOf(await send(await voucher(payer, config, 7n + CEILING)))).to.equal(
        "tributary_withdrawal_pending",
      );
      await client.refund();
      expect(await calls.payments.channelState(id)).to.include({ claimed: 7n, left: 0n });
    });

    it("that is not well formed, whatever it looks like", async () => {
      const { payer, config } = await payerWithChannel();
      const good = await voucher(payer, config, 7n + CEILING);
      const malformed: Record<string, unknown>[] = [
        {},
        { ...good, type: "claim" },
        { ...good, more: 1 },
        { ...good, voucher: { ...good.voucher, maxClaimableAmount: toHex(7n + CEILING) } },
        { ...good, voucher: { ...good.voucher, maxClaimableAmount: ` ${7n + CEILING}` } },
        { ...good, voucher: { ...good.voucher, channelId: "0x" } },
        { ...good, channelConfig: { ...config, withdrawDelay: "900" } },
        { ...good, channelConfig: { ...config, more: "x".repeat(100) } },
      ];
      for (const payload of malformed)
        expect(await codeOf(await send(payload)), JSON.stringify(payload)).to.equal("tributary_payment_malformed");
      expect(await codeOf(await send(good, { x402Version: 1 }))).to.not.equal("");
      for (const header of [
        "",
        "%%%",
        Buffer.from("null").toString("base64"),
        Buffer.from("[]").toString("base64"),
        Buffer.from("{}").toString("base64"),
      ]) {
        const response = await calls.fetch("http://gateway.test/v1/completions", {
          method: "POST",
          body: "{}",
          headers: { "PAYMENT-SIGNATURE": header },
        });
        expect(response.status, header).to.equal(402);
      }
    });
  });

  it("names the agent in the receipt where the registry says that it is the payer's, and refuses otherwise", async () => {
    const { client, payer } = await payerWithChannel();
    const hash = await chain.operator.writeContract({
      address: chain.agents,
      abi: agentRegistryAbi,
      functionName: "register",
      args: [],
    });
    const { logs } = await chain.client.waitForTransactionReceipt({ hash });
    const id = parseEventLogs({ abi: agentRegistryAbi, logs, eventName: "Transfer" })[0]!.args.tokenId;
    const headers = { "x-agent-registry": chain.agents, "x-agent-id": String(id) };
    const refused = await client.call({ amount: 3 }, headers);
    expect(refused.status).to.equal(400);
    expect(((await refused.json()) as { error: { code: string } }).error.code).to.equal("invalid_agent");
    for (const bad of [
      { "x-agent-id": "1" },
      { ...headers, "x-agent-id": "-1" },
      { ...headers, "x-agent-registry": zeroAddress },
      { ...headers, "x-agent-id": "999" },
    ])
      expect((await client.call({ amount: 3 }, bad)).status).to.equal(400);

    const args = [chain.operator.account.address, payer.address, id] as const;
    const moved = await chain.operator.writeContract({
      address: chain.agents,
      abi: agentRegistryAbi,
      functionName: "transferFrom",
      args,
    });
    await chain.client.waitForTransactionReceipt({ hash: moved });
    const others = await startPaidCalls(chain);
    try {
      expect((await officialClient(chain, others, payer).call({ amount: 3 }, headers)).status).to.equal(200);
      expect(others.charged().entry.receipt).to.include({ agentRegistry: chain.agents.toLowerCase(), agentId: id });
    } finally {
      await others.stop();
    }
  });

  it("takes vouchers of a payer that is a contract (ERC-1271) while it says that they are its own, up to a limit", async () => {
    const owner = await chain.payer(1n);
    const wallet = (await chain.payer(OPEN)).address;
    // SIMULATED wallets: one that says yes to any signature, and one that says no.
    const says = (word: string) => chain.call("anvil_setCode", [wallet, `0x63${word}60e01b5f5260205ff3`]);
    await says("1626ba7e");
    const others = await startPaidCalls(chain, { till: calls.till, depositCalls: 2 });
    try {
      const config = configOf(owner, { payer: wallet, payerAuthorizer: zeroAddress });
      const contractPayer = { ...owner, address: wallet } as LocalAccount;
      const client = officialClient(chain, others, contractPayer, undefined, zeroAddress);
      for (const amount of [7, 60, 50]) expect((await client.call({ amount })).status).to.equal(200);
      const state = await others.payments.channelState(channelIdOf(config, CHAIN_ID));
      expect(state).to.include({ charged: 117n, payer: wallet });
      // 117 are owed and 100 asked for: more than two calls.
      expect(await codeOf(await client.call({ amount: 1 }))).to.equal("tributary_unclaimed_limit");
    } finally {
      await others.stop();
    }
    const next = configOf(owner, { payer: wallet, payerAuthorizer: zeroAddress, salt: toHex(1, { size: 32 }) });
    await says("00000000");
    expect(await codeOf(await send(await voucher(owner, next, CEILING)))).to.equal("voucher_signature");
    // Without code it is a key's place, whose signature must be the key's, in the chain's form.
    await chain.call("anvil_setCode", [wallet, "0x"]);
    expect(await codeOf(await send(await voucher(owner, next, CEILING)))).to.equal("voucher_signature");
  });

  it("signs for tills of an earlier key after a rotation, and for no other's", async () => {
    const earlier = localSigner(GATEWAY_KEY, CHAIN_ID);
    const present = localSigner(toHex(0x6a7f, { size: 32 }), CHAIN_ID);
    const till = await chain.simulatedTill(earlier.address);
    const rotated = await startPaidCalls(chain, { till, signers: [present, earlier], permit2: true });
    try {
      const response = await rotated.fetch("http://gateway.test/v1/completions", { method: "POST" });
      const { accepts } = decodePaymentRequiredHeader(response.headers.get("PAYMENT-REQUIRED")!);
      expect(accepts.map(({ extra }) => [extra!.receiverAuthorizer, extra!.assetTransferMethod])).to.deep.equal([
        [present.address, undefined],
        [present.address, "permit2"],
      ]);
      expect((await officialClient(chain, rotated, await chain.payer(OPEN)).call({ amount: 3 })).status).to.equal(200);
      const { receipt, signature } = rotated.charged().entry;
      expect(await recoverReceiptSigner(receipt, signature, CHAIN_ID)).to.equal(earlier.address);
    } finally {
      await rotated.stop();
    }
    const foreign = await startPaidCalls(chain, { till: await chain.simulatedTill(zeroAddress) });
    try {
      const failure = await foreign
        .fetch("http://gateway.test/v1/completions", { method: "POST" })
        .catch((error: unknown) => error);
      expect(String(failure)).to.match(/whose key this gateway does not hold/);
    } finally {
      await foreign.stop();
    }
  });

  it("charges nothing where the signer of receipts fails", async () => {
    const payer = await chain.payer(OPEN);
    let fails = false;
    const signer = localSigner(GATEWAY_KEY, CHAIN_ID);
    const failing = {
      ...signer,
      signReceipt: (receipt: Parameters<typeof signer.signReceipt>[0]) =>
        fails ? Promise.reject(new Error("no signer")) : signer.signReceipt(receipt),
    };
    const others = await startPaidCalls(chain, { signers: [failing] });
    try {
      const client = officialClient(chain, others, payer);
      expect((await client.call({ amount: 3 })).status).to.equal(200);
      fails = true;
      expect(await client.call({ amount: 3 }).catch((error: unknown) => error)).to.be.instanceOf(Error);
      fails = false;
      expect((await client.call({ amount: 4 })).status).to.equal(200);
      expect(others.charged().entry.receipt).to.include({ sequence: 2n, cumulative: 7n });
    } finally {
      await others.stop();
    }
  });
});

/** The other signature of the same key over the same digest. */
function twin(signature: Hex): Hex {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = toHex(order - hexToBigInt(`0x${signature.slice(66, 130)}`), { size: 32 });
  return `${signature.slice(0, 66)}${s.slice(2)}${signature.endsWith("1b") ? "1c" : "1b"}` as Hex;
}
