// Attacks on vouchers, on a chain of their own.
import { expect } from "chai";
import { decodePaymentRequiredHeader } from "@x402/core/http";
import { createWalletClient, type Hex, hexToBigInt, http, isAddress, toHex, zeroAddress } from "viem";
import { foundry } from "viem/chains";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { channelId as channelIdOf, type ChannelConfig } from "@tributary/protocol/typed-data/channel";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { Withdrawals } from "../settlement/withdrawals.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import { CEILING, CHAIN_ID, officialClient, type PaidCalls, startPaidCalls } from "../testing/paid-calls.ts";
import { codeOf, rawPayments } from "../testing/raw-payments.ts";

const OPEN = 10n ** 18n;

describe("payments by x402 refuse a voucher", function () {
  this.timeout(120_000);
  let chain: PaymentChain;
  let calls: PaidCalls;
  let raw: ReturnType<typeof rawPayments>;

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    chain = await startPaymentChain();
    calls = await startPaidCalls(chain);
    raw = rawPayments(chain, calls);
  });
  after(async () => {
    await calls?.stop();
    await chain?.stop();
  });

  it("of another signer, chain, contract or channel, altered, or in a form that the chain would not take", async () => {
    const { payer, config, id } = await raw.payerWithChannel();
    const stranger = await chain.payer(1n);
    const good = await raw.voucher(payer, config, 7n + CEILING);
    const signed = (signature: string) => ({ ...good, voucher: { ...good.voucher, signature } });
    /** A payer's own voucher in a form that only off-chain libraries take (ERC-6492). */
    const notThereYet = async () => {
      const own = await raw.voucher(payer, raw.configOf(payer, { payerAuthorizer: zeroAddress }), CEILING);
      return { ...own, voucher: { ...own.voucher, signature: `${own.voucher.signature}${"6492".repeat(16)}` } };
    };
    const wrong: Record<string, ReturnType<typeof signed>> = {
      "another signer's": await raw.voucher(stranger, config, 7n + CEILING),
      "another chain's": await raw.voucher(payer, config, 7n + CEILING, 1),
      "another amount's": signed((await raw.voucher(payer, config, 8n + CEILING)).voucher.signature),
      "another channel's": signed(
        (await raw.voucher(payer, raw.configOf(payer, { salt: toHex(1, { size: 32 }) }), 7n + CEILING)).voucher
          .signature,
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
      expect(await codeOf(await raw.send(payload)), name).to.equal("voucher_signature");
    expect((await calls.books.account(id))?.charged).to.equal(7n);
    expect((await raw.send(good)).status).to.equal(200);
  });

  it("that is stale, replayed or not for this call's price", async () => {
    const { payer, config } = await raw.payerWithChannel();
    for (const most of [7n, 6n, CEILING, 7n + CEILING - 1n, 7n + CEILING + 1n])
      expect(await codeOf(await raw.send(await raw.voucher(payer, config, most))), String(most)).to.equal(
        "cumulative_amount_mismatch",
      );
    const good = await raw.voucher(payer, config, 7n + CEILING);
    expect((await raw.send(good)).status).to.equal(200);
    expect(await codeOf(await raw.send(good))).to.equal("cumulative_amount_mismatch");
  });

  it("that somebody else was charged by, whoever sends it, for whatever sum, also after a start", async () => {
    const { payer, client, config, id } = await raw.payerWithChannel();
    const before = await raw.voucher(payer, config, 7n + CEILING);
    expect((await client.call({ amount: 30 })).status).to.equal(200);
    // Of what was signed 70 are left, and a stranger asks for a call that comes to just that.
    const attack = () => calls.at(70n, () => raw.send(before));
    expect(await codeOf(await attack())).to.equal("tributary_voucher_used");
    expect(await codeOf(await raw.send(before))).to.equal("cumulative_amount_mismatch");
    const answers = await Promise.all(Array.from({ length: 6 }, attack));
    for (const each of answers)
      expect(await codeOf(each)).to.be.oneOf(["tributary_voucher_used", "cumulative_amount_mismatch"]);
    expect((await client.call({ amount: 1 })).status).to.equal(200);
    // The one before the last, too.
    expect(await codeOf(await calls.at(69n, () => raw.send(before)))).to.equal("tributary_voucher_used");
    await calls.restart();
    expect(await codeOf(await calls.at(69n, () => raw.send(before)))).to.equal("tributary_voucher_used");
    const last = await raw.voucher(payer, config, 37n + CEILING);
    expect(await codeOf(await calls.at(99n, () => raw.send(last)))).to.equal("tributary_voucher_used");
    expect(await calls.books.account(id)).to.include({ charged: 38n, sequence: 3n });
    expect((await client.call({ amount: 2 })).status).to.equal(200);
  });

  it("that is used, though its payer means another call: asked again, the terms come to another sum", async () => {
    const { payer, client, config, id } = await raw.payerWithChannel();
    // 7 + 100 was signed, and so are now 7 + 60 and 67 + 40.
    expect((await client.call({ amount: 60 })).status).to.equal(200);
    // No stranger brings it about, by a voucher that the payer has not signed.
    const { voucher, ...rest } = await raw.voucher(payer, config, 107n);
    const forged = { ...rest, voucher: { ...voucher, signature: `0x${"11".repeat(32)}${"22".repeat(32)}1b` } };
    expect(await codeOf(await calls.at(40n, () => raw.send(forged)))).to.equal("tributary_voucher_used");
    expect(await calls.at(40n, async () => (await raw.terms()).accepted.amount)).to.equal("40");
    const used = await calls.at(40n, () => client.call({ amount: 5 }));
    const { error } = (await used.clone().json()) as { error: { message: string } };
    expect(error.message)
      .to.match(
        /^A voucher pays once, .* by the same, or by 512 of which it is not above the smallest\. Ask for the terms/,
      )
      .and.match(/else pay from another channel/);
    expect(await codeOf(used)).to.equal("tributary_voucher_used");
    expect((await calls.at(40n, () => client.call({ amount: 5 }))).status).to.equal(200);
    expect((await client.call({ amount: 5 })).status).to.equal(200);
    expect((await calls.books.account(id))?.charged).to.equal(77n);
  });

  it("nor one that spells its channel's addresses as none does, nor keep how one spells them, which libraries then refuse at the claim", async () => {
    const { payer, config, id } = await raw.payerWithChannel();
    const spelled: Hex = `0x${config.payer.slice(2).replace(/[a-f]/iu, (digit) => (digit === digit.toLowerCase() ? digit.toUpperCase() : digit.toLowerCase()))}`;
    expect(isAddress(spelled)).to.equal(false);
    const { channelConfig, ...rest } = await raw.voucher(payer, config, 7n + CEILING);
    const sent = await raw.send({ ...rest, channelConfig: { ...channelConfig, payer: spelled } });
    expect(await codeOf(sent)).to.equal("tributary_payment_malformed");
    await calls.books.channels.updateChannel(
      id,
      (channel) =>
        channel && { ...channel, channelConfig: { ...channel.channelConfig, payer: spelled }, lastRequestTimestamp: 1 },
    );
    expect((await calls.books.channels.get(id))!.channelConfig.payer).to.equal(config.payer);
  });

  it("only once it was charged by: one of a call that failed is its payer's to use again, and shown to nobody", async () => {
    const { payer, client, config, id } = await raw.payerWithChannel();
    const kept = (await calls.books.vouchers(id)).last!;
    expect((await client.call({ amount: 3, fails: true })).status).to.equal(502);
    expect(await calls.books.channels.get(id)).to.include(kept);
    const shownTo = async (payload: Record<string, unknown>) => {
      const { accepts } = decodePaymentRequiredHeader((await raw.send(payload)).headers.get("PAYMENT-REQUIRED")!);
      return accepts[0]!.extra!;
    };
    const stranger = await chain.payer(1n);
    const strangers = await shownTo(await raw.voucher(stranger, config, 1n));
    expect(strangers.channelState).to.include({ chargedCumulativeAmount: "7" });
    expect(strangers.voucherState).to.equal(undefined);
    expect((await shownTo(await raw.voucher(payer, config, 1n))).voucherState).to.deep.equal(kept);
    expect((await client.call({ amount: 3 })).status).to.equal(200);
  });

  it("above the channel's balance", async () => {
    const payer = await chain.payer(CEILING * 10n);
    const client = officialClient(chain, calls, payer);
    for (let call = 0; call < 10; call++) expect((await client.call({ amount: 95 })).status).to.equal(200);
    expect(await codeOf(await raw.send(await raw.voucher(payer, raw.configOf(payer), 950n + CEILING)))).to.equal(
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
      expect(
        await codeOf(await raw.send(await raw.voucher(payer, raw.configOf(payer, changes), CEILING))),
        code,
      ).to.equal(code);
    const { voucher: another } = await raw.voucher(payer, raw.configOf(payer), CEILING);
    const mixed = {
      type: "voucher",
      channelConfig: raw.configOf(payer, { salt: toHex(5, { size: 32 }) }),
      voucher: another,
    };
    expect(await codeOf(await raw.send(mixed))).to.equal("channel_id_mismatch");
  });

  it("that begins above 0 in a channel that these books don't know", async () => {
    const payer = await chain.payer(OPEN);
    expect(await codeOf(await raw.send(await raw.voucher(payer, raw.configOf(payer), CEILING + 500n)))).to.equal(
      "cumulative_amount_mismatch",
    );
    expect(await calls.books.account(channelIdOf(raw.configOf(payer), CHAIN_ID))).to.equal(undefined);
  });

  it("of a channel that was claimed and that these books don't know (lost books)", async () => {
    const { payer, client } = await raw.payerWithChannel();
    await client.refund("100");
    const others = await startPaidCalls(chain, { till: calls.till });
    try {
      const anew = officialClient(chain, others, payer);
      const response = await anew.call({ amount: 3 }).catch((error: unknown) => error as Error);
      const code = response instanceof Response ? await codeOf(response) : String(response);
      expect(code).to.match(/tributary_channel_unknown|cumulative_amount_mismatch/);
      expect(await others.books.channels.list()).to.deep.equal([]);
      // Another salt, another channel.
      expect((await officialClient(chain, others, payer, toHex(2, { size: 32 })).call({ amount: 3 })).status).to.equal(
        200,
      );
    } finally {
      await others.stop();
    }
  });

  it("once the payer withdraws, and takes the channel's refund", async () => {
    const { payer, client, config, id } = await raw.payerWithChannel();
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
    const contracts = { batchSettlement: BATCH_SETTLEMENT_ADDRESS, token: chain.open, ledger: chain.open };
    const settling = { reader: chain.client, chainId: CHAIN_ID, fromBlock: 0n, confirmations: 1 };
    const place = { ...settling, contracts: { ...contracts, settlementProofs: chain.open } };
    const settler = { claim: () => Promise.resolve([]) };
    expect(await new Withdrawals(calls.books, place, settler, () => undefined).look()).to.equal(1);
    expect(await codeOf(await raw.send(await raw.voucher(payer, config, 7n + CEILING)))).to.equal(
      "tributary_withdrawal_pending",
    );
    await client.refund();
    expect(await calls.payments.channelState(id)).to.include({ claimed: 7n, left: 0n });
  });

  it("that is not well formed, whatever it looks like", async () => {
    const { payer, config } = await raw.payerWithChannel();
    const good = await raw.voucher(payer, config, 7n + CEILING);
    const malformed: Record<string, unknown>[] = [
      {},
      { ...good, type: "claim" },
      { ...good, more: 1 },
      { ...good, voucher: { ...good.voucher, maxClaimableAmount: toHex(7n + CEILING) } },
      { ...good, voucher: { ...good.voucher, maxClaimableAmount: ` ${7n + CEILING}` } },
      { ...good, voucher: { ...good.voucher, channelId: "0x" } },
      { ...good, channelConfig: { ...config, withdrawDelay: "900" } },
      { ...good, channelConfig: { ...config, more: "x".repeat(100) } },
      // What libraries throw at is no fault of the chain's.
      { ...good, channelConfig: { ...config, salt: toHex(9, { size: 32 }), payer: wrongCase(config.payer) } },
      {
        ...good,
        type: "deposit",
        deposit: { amount: "5", authorization: { erc3009Authorization: { signature: {} } } },
      },
    ];
    for (const payload of malformed)
      expect(await codeOf(await raw.send(payload)), JSON.stringify(payload)).to.equal("tributary_payment_malformed");
    expect(await codeOf(await raw.send(good, { x402Version: 1 }))).to.not.equal("");
    // What x402 says in words is no code.
    const { accepted } = await raw.terms();
    expect(await codeOf(await raw.send(good, { accepted: { ...accepted, amount: "1" } }))).to.equal("invalid_payment");
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

  it("paid by the deposit of another channel that came too late for its own call", async () => {
    // A contract that says yes to any signature, so that both deposits can have the same one.
    const wallet = (await chain.payer(OPEN)).address;
    await chain.call("anvil_setCode", [wallet, "0x631626ba7e60e01b5f5260205ff3"]);
    const owner = await chain.payer(1n);
    const slow = await startPaidCalls(chain, { operatorOptions: { waitMilliseconds: 1_500 } });
    try {
      const { configOf, send } = rawPayments(chain, slow);
      const deposit = (salt: number, amount: string) => {
        const changes = { payer: wallet, payerAuthorizer: zeroAddress, salt: toHex(salt, { size: 32 }) };
        const channelConfig = configOf(owner, changes);
        const id = channelIdOf(channelConfig, CHAIN_ID);
        const erc3009Authorization = {
          ...{ validAfter: "0", validBefore: String(Math.floor(Date.now() / 1_000) + 360_000) },
          ...{ salt: toHex(salt, { size: 32 }), signature: "0x01" },
        };
        const voucher = { channelId: id, maxClaimableAmount: String(CEILING), signature: "0x01" };
        return {
          id,
          payload: {
            type: "deposit",
            channelConfig,
            voucher,
            deposit: { amount, authorization: { erc3009Authorization } },
          },
        };
      };
      await chain.call("evm_setAutomine", [false]);
      const [late, other] = [deposit(1, "1000"), deposit(2, "3000")];
      expect((await send(late.payload)).status).to.equal(402);
      await chain.call("evm_setAutomine", [true]);
      await chain.call("evm_mine", []);
      expect(await slow.payments.channelState(late.id)).to.include({ balance: 1_000n, charged: 0n });
      // Made itself, or not served: the facilitator knows a deposit with this signature's text.
      expect((await send(other.payload)).status).to.equal(200);
      expect(await slow.payments.channelState(other.id)).to.include({ balance: 3_000n, charged: 5n });
      const { type: _type, deposit: _deposit, ...paid } = late.payload;
      expect((await send({ ...paid, type: "voucher" })).status).to.equal(200);
      expect(await slow.payments.channelState(late.id)).to.include({ balance: 1_000n, charged: 5n });
    } finally {
      await chain.call("evm_setAutomine", [true]);
      await slow.stop();
    }
  });
});

/** An address one of whose letters has the other case: not as EIP-55 says. */
function wrongCase(address: Hex): Hex {
  return address.replace(/[a-f](?=[^a-f]*$)/iu, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  ) as Hex;
}

/** The other signature of the same key over the same digest. */
function twin(signature: Hex): Hex {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = toHex(order - hexToBigInt(`0x${signature.slice(66, 130)}`), { size: 32 });
  return `${signature.slice(0, 66)}${s.slice(2)}${signature.endsWith("1b") ? "1c" : "1b"}` as Hex;
}
