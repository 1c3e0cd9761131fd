// Paid calls of official clients, on a chain of their own.
import { expect } from "chai";
import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from "@x402/core/http";
import { type Hex, type LocalAccount, parseEventLogs, toHex, zeroAddress } from "viem";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { verifyReceipt } from "@tributary/protocol/receipt-proof";
import { channelId as channelIdOf } from "@tributary/protocol/typed-data/channel";
import { recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import { localSigner } from "../accounts/local-signer.ts";
import { ChannelPayment } from "./channel-payment.ts";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import {
  CEILING,
  CHAIN_ID,
  GATEWAY_KEY,
  officialClient,
  type PaidCalls,
  startPaidCalls,
} from "../testing/paid-calls.ts";
import { channelNumber, charge, chargeOf, reserve } from "../testing/charges.ts";
import { codeOf, rawPayments } from "../testing/raw-payments.ts";

const OPEN = 10n ** 18n;

describe("payments by x402, on a chain", function () {
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

  const balanceOf = (account: Hex) =>
    chain.client.readContract({ address: chain.open, abi: openTokenAbi, functionName: "balanceOf", args: [account] });

  it("a call without payment gets 402 with its terms, in OpenAI's shape too", async () => {
    const { accepted, body } = await raw.terms();
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
    const id = channelIdOf(raw.configOf(payer), CHAIN_ID);
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
          at: Date.now() / 1000,
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
    const { payer, client, id } = await raw.payerWithChannel();
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

  it("takes no deposit of fewer calls than its terms ask for", async () => {
    const payer = await chain.payer(OPEN);
    const deposits: bigint[] = [];
    const less = officialClient(chain, calls, payer, undefined, undefined, ({ depositAmount }) => {
      deposits.push(BigInt(depositAmount));
      return BigInt(depositAmount) - 1n;
    });
    const refused = await less.call({ amount: 3 });
    expect(deposits).to.deep.equal([10n * CEILING]);
    expect(await codeOf(refused)).to.equal("deposit_below_min_deposit");
    expect(await balanceOf(payer.address)).to.equal(OPEN);
  });

  it("makes no transaction for a refund of less than a call may cost, unless it is all that is left", async () => {
    const { client, id } = await raw.payerWithChannel();
    const nonce = () => chain.client.getTransactionCount({ address: chain.operator.account.address });
    const before = await nonce();
    for (const amount of ["1", String(CEILING - 1n)]) {
      const failure = await client.refund(amount).catch((error: unknown) => error);
      expect(String(failure)).to.match(/400|refund/u);
    }
    expect(await nonce()).to.equal(before);
    const { left } = (await calls.payments.channelState(id))!;
    await client.refund(String(left - 5n));
    expect((await calls.payments.channelState(id))!.left).to.equal(5n);
    await client.refund("5");
    expect((await calls.payments.channelState(id))!.left).to.equal(0n);
    expect(await nonce()).to.equal(before + 2);
  });

  it("makes so many refunds of a channel in an hour, and no transaction for more", async () => {
    const limited = await startPaidCalls(chain, { till: calls.till, refundsPerHour: 1 });
    try {
      const client = officialClient(chain, limited, await chain.payer(OPEN));
      expect((await client.call({ amount: 7 })).status).to.equal(200);
      await client.refund("100");
      const nonce = () => chain.client.getTransactionCount({ address: chain.operator.account.address });
      const before = await nonce();
      expect(String(await client.refund("100").catch((error: unknown) => error))).to.match(/429|refund/u);
      expect(await nonce()).to.equal(before);
    } finally {
      await limited.stop();
    }
  });

  it("makes one refund of a channel at a time", async () => {
    const { client, id } = await raw.payerWithChannel();
    const { balance } = (await calls.payments.channelState(id))!;
    const outcomes = await Promise.allSettled([client.refund("100"), client.refund("100")]);
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    expect((await calls.payments.channelState(id))!.balance).to.equal(balance - 100n);
  });

  it("a client that lost its state recovers by the corrective 402", async () => {
    const { payer } = await raw.payerWithChannel();
    const anew = officialClient(chain, calls, payer);
    expect((await anew.call({ amount: 4 })).status).to.equal(200);
    expect(calls.charged().entry.receipt).to.include({ sequence: 2n, cumulative: 11n });
  });

  it("lets a channel go whose call could not be begun", async () => {
    const { client } = await raw.payerWithChannel();
    const { of } = ChannelPayment;
    // The books fail between x402's reservation of the channel and the call.
    ChannelPayment.of = () => Promise.reject(new Error("SIMULATED failure"));
    try {
      expect(String(await client.call({ amount: 3 }).catch((error: unknown) => error))).to.match(/SIMULATED/u);
    } finally {
      ChannelPayment.of = of;
    }
    expect((await client.call({ amount: 3 })).status).to.equal(200);
  });

  it("answers one call at a time per channel", async () => {
    const { payer, config } = await raw.payerWithChannel();
    const payload = await raw.voucher(payer, config, 7n + CEILING);
    const answers = await Promise.all(Array.from({ length: 8 }, () => raw.send(payload)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).to.have.length(1);
    for (const refused of answers.filter(({ status }) => status !== 200))
      expect(await codeOf(refused)).to.be.oneOf(["channel_busy", "cumulative_amount_mismatch"]);
    expect(calls.charged().entry.receipt.cumulative).to.equal(12n);
  });

  it("names the agent in the receipt where the registry says that it is the payer's, and refuses otherwise", async () => {
    const { client, payer } = await raw.payerWithChannel();
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
      const config = raw.configOf(owner, { payer: wallet, payerAuthorizer: zeroAddress });
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
    const next = raw.configOf(owner, { payer: wallet, payerAuthorizer: zeroAddress, salt: toHex(1, { size: 32 }) });
    // SIMULATED wallets that say yes after so many rounds of 26 gas: what a claim could not pay for is taken by no call.
    for (const [rounds, status] of [
      [15_000, 200],
      [18_000, 402],
    ] as const) {
      const loop = `62${toHex(rounds, { size: 3 }).slice(2)}5b6001900380600457`;
      await chain.call("anvil_setCode", [wallet, `0x${loop}631626ba7e60e01b5f5260205ff3`]);
      const salt = toHex(rounds, { size: 32 });
      const client = officialClient(chain, calls, { ...owner, address: wallet } as LocalAccount, salt, zeroAddress);
      expect((await client.call({ amount: 7 })).status).to.equal(status);
    }
    await says("00000000");
    expect(await codeOf(await raw.send(await raw.voucher(owner, next, CEILING)))).to.equal("voucher_signature");
    // Without code it is a key's place, whose signature must be the key's, in the chain's form.
    await chain.call("anvil_setCode", [wallet, "0x"]);
    expect(await codeOf(await raw.send(await raw.voucher(owner, next, CEILING)))).to.equal("voucher_signature");
  });

  it("lets no contract that pays use more of the operator's gas than a check may, in a deposit or a refund", async () => {
    const owner = await chain.payer(1n);
    const wallet = (await chain.payer(OPEN)).address;
    // SIMULATED wallets that say yes at once to whoever looks from outside, and after so many rounds of 26 gas to a contract.
    const burns = (rounds: number) =>
      chain.call("anvil_setCode", [
        wallet,
        `0x331560125762${toHex(rounds, { size: 3 }).slice(2)}5b60019003806009575b631626ba7e60e01b5f5260205ff3`,
      ]);
    const clientOf = (salt: number) =>
      officialClient(
        chain,
        calls,
        { ...owner, address: wallet } as LocalAccount,
        toHex(salt, { size: 32 }),
        zeroAddress,
      );
    const nonce = () => chain.client.getTransactionCount({ address: chain.operator.account.address });
    const before = await nonce();
    await burns(200_000);
    expect(await codeOf(await clientOf(1).call({ amount: 7 }))).to.equal("deposit_simulation_failed");
    expect(await nonce()).to.equal(before);

    await burns(15_000);
    const [patient, greedy] = [clientOf(2), clientOf(3)];
    for (const client of [patient, greedy]) expect((await client.call({ amount: 7 })).status).to.equal(200);
    const block = await chain.client.getBlock({ includeTransactions: true });
    expect(block.transactions.map(({ gas }) => gas)).to.deep.equal([700_000n]);
    await patient.refund("100");
    const made = await nonce();
    expect(made).to.equal(before + 3);
    await burns(200_000);
    expect(String(await greedy.refund("100").catch((error: unknown) => error))).to.match(/refund/u);
    expect(await nonce()).to.equal(made);
  });

  it("lets a channel's calls alternate between versions so often until it is settled, and goes on with the last one", async () => {
    const limited = await startPaidCalls(chain, { till: calls.till, versionChanges: 2 });
    try {
      const client = officialClient(chain, limited, await chain.payer(OPEN));
      const statuses: number[] = [];
      for (const version of [1n, 2n, 2n, 1n, 2n, 1n, 1n]) {
        limited.sell(version);
        const answer = await client.call({ amount: 1 });
        statuses.push(answer.status);
        if (answer.status === 409)
          expect(await answer.json()).to.have.nested.property("error.code", "versions_alternate");
      }
      expect(statuses).to.deep.equal([200, 200, 200, 200, 409, 200, 200]);
      const { channelId } = limited.charged().entry.receipt;
      expect(await limited.books.unsettledVersions(channelId)).to.deep.equal([1n, 2n, 1n]);
      expect((await limited.books.account(channelId))?.sequence).to.equal(6n);
      // Once the first of them are settled, it may change again.
      const { number } = (await limited.books.cut(calls.till, 1n))!;
      await limited.books.advance(number, { state: "closed", onChain: 1n });
      limited.sell(2n);
      expect((await client.call({ amount: 1 })).status).to.equal(200);
    } finally {
      await limited.stop();
    }
  });

  it("signs a receipt once, however often it is asked for, and one that was charged after a kill when it is asked for", async () => {
    const signer = localSigner(GATEWAY_KEY, CHAIN_ID);
    let signed = 0;
    const signReceipt: typeof signer.signReceipt = (receipt) => {
      signed++;
      return signer.signReceipt(receipt);
    };
    const counted = await startPaidCalls(chain, { till: calls.till, signers: [{ ...signer, signReceipt }] });
    try {
      expect((await officialClient(chain, counted, await chain.payer(OPEN)).call({ amount: 3 })).status).to.equal(200);
      const { id, receipt, signature } = counted.charged().entry;
      for (let time = 0; time < 3; time++)
        expect(await counted.payments.receipt(id))
          .to.include({ signature })
          .and.have.deep.property("receipt", receipt);
      expect(signed).to.equal(1);
      // Of what was served when the process ended nobody has seen the receipt.
      await reserve(counted.books, channelNumber(1), 4n, calls.till);
      const unsigned = await charge(counted.books, chargeOf(channelNumber(1), 4n, { till: calls.till }));
      const found = (await counted.payments.receipt(unsigned.id))!;
      expect(await recoverReceiptSigner(unsigned.receipt, found.signature, CHAIN_ID)).to.equal(signer.address);
      expect((await counted.payments.receipt(unsigned.id))!.signature).to.equal(found.signature);
      expect(signed).to.equal(2);
    } finally {
      await counted.stop();
    }
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
