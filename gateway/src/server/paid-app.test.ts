// Tests of the whole gateway on a chain: unmodified official clients of x402 and OpenAI, real channels and books.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import OpenAI from "openai";
import { x402Client } from "@x402/core/client";
import { decodePaymentRequiredHeader } from "@x402/core/http";
import { BatchSettlementEvmScheme, InMemoryClientChannelStorage } from "@x402/evm/batch-settlement/client";
import type { PaymentRequirements } from "@x402/core/types";
import { wrapFetchWithPayment } from "@x402/fetch";
import { createWalletClient, type Hex, http, type LocalAccount, toHex } from "viem";
import { foundry } from "viem/chains";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { verifyReceipt } from "@tributary/protocol/receipt-proof";
import { BATCH_SETTLEMENT_ADDRESS, PERMIT2_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { until } from "../testing/served-models.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import { startTestGateway, type TestGateway } from "../testing/gateway.ts";
import { type PaidCalls, startPaidCalls } from "../testing/paid-calls.ts";
import { type SimulatedUpstream, startSimulatedUpstream } from "../testing/simulated-upstream.ts";

const CHAIN_ID = 31337;
const NETWORK = `eip155:${CHAIN_ID}` as const;
const OPEN = 10n ** 18n;
const EXAMPLE = new URL("../../examples/pay.ts", import.meta.url);

describe("the gateway, paid by official clients on a chain", function () {
  this.timeout(60_000);
  let chain: PaymentChain;
  let paid: PaidCalls;
  let upstream: SimulatedUpstream;
  let gateway: TestGateway;

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    chain = await startPaymentChain();
    paid = await startPaidCalls(chain, { permit2: true });
    upstream = await startSimulatedUpstream();
    gateway = await startTestGateway(upstream.url, {
      models: [
        { name: "m", tags: ["t"], price: { least: 5_000, most: 20_000, halfLifeSeconds: 0.01 }, places: 1 },
        { name: "dear", tags: ["t"] },
        { name: "e", upstream: { url: upstream.url, serves: ["embeddings"] } },
      ],
      terms: (name) => ({
        registered: { input: 2000n, output: name === "m" ? 6000n : 60_000n },
        stake: 0n,
        isUsable: true,
      }),
      quotes: { priceSeconds: 0.001, quoteSeconds: 30 },
      paid: { payments: paid.payments, till: paid.till, token: chain.open },
    });
  });

  after(async () => {
    await gateway?.close();
    await upstream?.close();
    await paid?.stop();
    await chain?.stop();
  });

  /**
   * @param most its spend limit for a payment
   * @param method by which it chooses to deposit
   */
  function clientOf(account: LocalAccount, most?: string, method?: "permit2") {
    const readContract = (args: unknown) =>
      chain.client.readContract(args as Parameters<typeof chain.client.readContract>[0]);
    const signTypedData = (message: unknown) =>
      account.signTypedData(message as Parameters<typeof account.signTypedData>[0]);
    const scheme = new BatchSettlementEvmScheme(
      { address: account.address, signTypedData, readContract },
      { storage: new InMemoryClientChannelStorage(), depositPolicy: { depositMultiplier: 50 } },
    );
    const chosen = (accepts: PaymentRequirements[]): PaymentRequirements =>
      accepts.find(({ extra }) => extra?.["assetTransferMethod"] === method)!;
    const x402 = new x402Client((_version, accepts) => chosen(accepts)).register(NETWORK, scheme).setSpendControls({
      allowedAssets: [{ network: NETWORK, asset: chain.open, ...(most && { maxAmountPerPayment: most }) }],
    });
    const fetch = wrapFetchWithPayment(globalThis.fetch, x402);
    const openai = new OpenAI({ apiKey: "unused", baseURL: `${gateway.url}/v1`, maxRetries: 0, fetch });
    return { openai, refund: () => scheme.refund(`${gateway.url}/v1/refunds/m`) };
  }

  it("sells whole and streamed answers out of one channel; all receipts verify, the channel shows what is left, and the rest is given back", async () => {
    const payer = await chain.payer(OPEN);
    const { openai, refund } = clientOf(payer);
    const proofs: { proof: unknown; prompt: string; answer: string }[] = [];

    const first = await openai.completions.create({ model: "m", prompt: "one two words=3" }).withResponse();
    proofs.push({ proof: readHeader(first.response), prompt: "one two words=3", answer: first.data.choices[0]!.text });

    for (let round = 0; round < 2; round++) {
      let answer = "";
      let proof: unknown;
      const stream = await openai.chat.completions.create({
        model: "m",
        messages: [{ role: "user", content: "hello words=4" }],
        stream: true,
      });
      for await (const chunk of stream) {
        answer += chunk.choices[0]?.delta.content ?? "";
        proof = (chunk as { tributary?: unknown }).tributary ?? proof;
      }
      expect(answer).to.equal("w0 w1 w2 w3");
      proofs.push({ proof, prompt: '[{"content":"hello words=4","role":"user"}]', answer });
    }
    const last = await openai.chat.completions
      .create({ model: "auto:t", messages: [{ role: "user", content: "words=1" }] })
      .withResponse();
    expect(last.response.headers.get("x-tributary-model")).to.equal("m");
    expect(last.response.headers.get("x-tributary-routing")).to.match(/^auto:t; because=quote/u);
    proofs.push({ proof: readHeader(last.response), prompt: '[{"content":"words=1","role":"user"}]', answer: "w0" });

    let previous: { sequence: bigint; cumulative: bigint } | undefined;
    let channelId = "0x" as `0x${string}`;
    for (const { proof, prompt, answer } of proofs) {
      const { receipt } = proof as { receipt: { channelId: `0x${string}`; sequence: string; cumulative: string } };
      channelId = receipt.channelId;
      const at = Date.now() / 1000;
      const expected = { at, chainId: CHAIN_ID, gateway: paid.gateway, till: paid.till, channelId, prompt, answer };
      expect(await verifyReceipt(proof, { ...expected, ...(previous && { previous }) })).to.deep.equal([]);
      previous = { sequence: BigInt(receipt.sequence), cumulative: BigInt(receipt.cumulative) };
    }
    const channel = (await (await fetch(`${gateway.url}/v1/channels/${channelId}`)).json()) as Record<string, string>;
    expect(channel).to.include({ payer: payer.address, charged: String(previous!.cumulative), receipts: "4" });
    expect(BigInt(channel["left"]!)).to.equal(BigInt(channel["balance"]!) - previous!.cumulative);
    const { id } = proofs[1]!.proof as { id: string };
    const shown = await (await fetch(`${gateway.url}/v1/receipts/${id}`)).json();
    expect(shown).to.include({ id, settlement: null }).and.not.to.have.property("salt");

    await refund();
    const after = (await (await fetch(`${gateway.url}/v1/channels/${channelId}`)).json()) as Record<string, string>;
    expect(after["left"]).to.equal("0");
    expect(await paid.books.audit()).to.deep.equal([]);
  });

  it("is paid by the example of the documentation, which goes on with its channel and takes back what is left", async () => {
    const payer = await chain.payer(OPEN);
    const channels = await mkdtemp(join(tmpdir(), "gateway-example-"));
    const env = {
      PATH: process.env["PATH"],
      ...{ GATEWAY: gateway.url, RPC: chain.rpcUrl, TOKEN: chain.open, MODEL: "m", CHANNELS: channels },
      ...{ PAYER_KEY: payer.privateKey, MOST: "5000" },
    };
    const run = (...words: string[]) =>
      promisify(execFile)(process.execPath, [fileURLToPath(EXAMPLE), ...words], { env, timeout: 30_000 });
    const channelIn = (text: string): string => /channel (0x[0-9a-f]{64})/u.exec(text)![1]!;
    try {
      const [first, second] = [await run("hello words=3"), await run("again words=2")];
      expect([first.stdout, second.stdout]).to.deep.equal(["w0 w1 w2\n", "w0 w1\n"]);
      const id = channelIn(first.stderr);
      expect(channelIn(second.stderr)).to.equal(id);
      await rm(join(channels, "client"), { recursive: true });
      expect(channelIn((await run("words=1")).stderr), "without its folder").to.equal(id);
      const failure = (await run("words=1", "x".repeat(60_000)).catch((error: unknown) => error)) as { stderr: string };
      expect(failure.stderr).to.match(/spend/iu);
      await run("refund");
      const after = (await (await fetch(`${gateway.url}/v1/channels/${id}`)).json()) as Record<string, string>;
      expect([after["receipts"], after["left"]]).to.deep.equal(["3", "0"]);
    } finally {
      await rm(channels, { recursive: true, force: true });
    }
  });

  it("is paid nothing by a client for a call above its spend limit, and is for one below it", async () => {
    const payer = await chain.payer(OPEN);
    // (8 bytes + 16) · 2 + 6 for each token.
    const { openai } = clientOf(payer, "1000");
    const ask = (max_tokens: number) => openai.completions.create({ model: "m", prompt: "words=1 ", max_tokens });
    const channels = async (): Promise<number> => (await paid.books.channels.list()).length;
    const [before, asked] = [await channels(), upstream.requests.length];
    const failure = (await ask(1_000).catch((error: unknown) => error)) as Error;
    expect(String(failure.cause)).to.match(/spend/iu);
    expect([await channels(), upstream.requests.length]).to.deep.equal([before, asked]);
    expect((await ask(5)).choices[0]!.text).to.equal("w0");
    expect(await channels()).to.equal(before + 1);
  });

  it("takes a deposit by Permit2 (a stand-in for it: there is no copy of its code here), and none without the payer's allowance", async () => {
    const artifact = new URL(
      "../../../artifacts/contracts/test/Permit2StandIn.sol/Permit2StandIn.json",
      import.meta.url,
    );
    const { deployedBytecode } = JSON.parse(await readFile(artifact, "utf8")) as { deployedBytecode: string };
    await chain.call("anvil_setCode", [PERMIT2_ADDRESS, deployedBytecode]);
    const payer = await chain.payer(OPEN);
    const { openai, refund } = clientOf(payer, undefined, "permit2");
    const ask = () => openai.completions.create({ model: "m", prompt: "words=3" }).withResponse();
    const { length } = upstream.requests;
    expect(await ask().catch((error: unknown) => error)).to.include({ status: 402 });
    expect(upstream.requests).to.have.lengthOf(length);

    await chain.call("anvil_setBalance", [payer.address, toHex(OPEN)]);
    const wallet = createWalletClient({ chain: foundry, transport: http(chain.rpcUrl), account: payer });
    const token = { address: chain.open, abi: openTokenAbi } as const;
    const hash = await wallet.writeContract({ ...token, functionName: "approve", args: [PERMIT2_ADDRESS, OPEN] });
    await chain.client.waitForTransactionReceipt({ hash });
    const first = await ask();
    expect(first.data.choices[0]!.text).to.equal("w0 w1 w2");
    const { receipt } = readHeader(first.response) as { receipt: { channelId: Hex } };
    const second = readHeader((await ask()).response) as { receipt: { sequence: string; cumulative: string } };
    expect(second.receipt.sequence).to.equal("2");
    const balanceOf = () => chain.client.readContract({ ...token, functionName: "balanceOf", args: [payer.address] });
    const channel = { address: BATCH_SETTLEMENT_ADDRESS, abi: batchSettlementAbi, functionName: "channels" } as const;
    const deposited = OPEN - (await balanceOf());
    expect(await chain.client.readContract({ ...channel, args: [receipt.channelId] })).to.deep.equal([deposited, 0n]);

    await refund();
    expect(OPEN - (await balanceOf())).to.equal(BigInt(second.receipt.cumulative));
    expect(await paid.books.audit()).to.deep.equal([]);
  });

  it("streams the first call of a channel, whose deposit is made with its charge", async () => {
    const { openai } = clientOf(await chain.payer(OPEN));
    const { data, response } = await openai.completions
      .create({ model: "m", prompt: "words=3", stream: true })
      .withResponse();
    expect(response.headers.get("payment-response")).to.be.a("string");
    let text = "";
    for await (const chunk of data) text += chunk.choices[0]?.text ?? "";
    expect(text).to.equal("w0 w1 w2");
  });

  it("charges nothing where the upstream fails, and the channel serves the next call", async () => {
    const { openai } = clientOf(await chain.payer(OPEN));
    const ask = (prompt: string) => openai.completions.create({ model: "m", prompt });
    const { receipt: one } = readHeader((await ask("words=1").withResponse()).response) as {
      receipt: { cumulative: string };
    };
    const error = await ask("status=500").then(
      () => undefined,
      (thrown: unknown) => thrown as { status: number; code: string },
    );
    expect(error).to.include({ status: 502, code: "upstream_failed" });
    const { receipt: two } = readHeader((await ask("words=1").withResponse()).response) as {
      receipt: { cumulative: string; amount: string; sequence: string };
    };
    expect(two.sequence).to.equal("2");
    expect(BigInt(two.cumulative)).to.equal(BigInt(one.cumulative) + BigInt(two.amount));
  });

  it("asks more while it is busy, and takes what it asked a moment ago", async () => {
    const asked = async (): Promise<bigint> => {
      const response = await fetch(`${gateway.url}/v1/completions`, {
        method: "POST",
        body: JSON.stringify({ model: "m", prompt: "x" }),
      });
      return BigInt(decodePaymentRequiredHeader(response.headers.get("PAYMENT-REQUIRED")!).accepts[0]!.amount);
    };
    const { demand } = gateway.listings[0]!;
    await until(() => demand.load() < 0.01);
    const idle = await asked();
    const { openai } = clientOf(await chain.payer(OPEN));
    const call = openai.completions.create({ model: "m", prompt: "delay=800 words=1" });
    await until(() => demand.load() > 0.99);
    const busy = await asked();
    await call;
    expect(Number(busy) / Number(idle)).to.be.within(3.8, 4);
  });

  it("answers one call at a time of a channel, and refuses the others unpaid", async () => {
    const { openai } = clientOf(await chain.payer(OPEN));
    const { response } = await openai.completions.create({ model: "m", prompt: "words=1" }).withResponse();
    const { channelId } = (readHeader(response) as { receipt: { channelId: string } }).receipt;
    const { length } = upstream.requests;
    const results = await Promise.allSettled(
      [1, 2, 3].map((number) => openai.completions.create({ model: "m", prompt: `${number} delay=400 words=1` })),
    );
    const refused = results.filter((result) => result.status === "rejected");
    for (const { reason } of refused) expect(reason).to.include({ status: 402 });
    // One that is so late that the first has ended is served after it.
    expect(refused).to.have.length.within(1, 2);
    expect(upstream.requests.length - length).to.equal(3 - refused.length);
    const channel = (await (await fetch(`${gateway.url}/v1/channels/${channelId}`)).json()) as { receipts: string };
    expect(channel.receipts).to.equal(String(1 + 3 - refused.length));
    expect(await paid.books.audit()).to.deep.equal([]);
  });
});

function readHeader(response: Response): unknown {
  return JSON.parse(Buffer.from(response.headers.get("x-tributary-receipt")!, "base64url").toString());
}
