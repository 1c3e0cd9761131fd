// Tokens that calls are sold in: read from contracts of each shape, and paid in by official clients.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { decodePaymentRequiredHeader } from "@x402/core/http";
import { type Address, createPublicClient, createWalletClient, http, type LocalAccount, toHex } from "viem";
import { foundry } from "viem/chains";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { PERMIT2_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { ConfigError } from "../config/config.ts";
import { type PaymentChain, startPaymentChain } from "../testing/chain.ts";
import { officialClient, type PaidCalls, type PaidCallsOptions, startPaidCalls } from "../testing/paid-calls.ts";
import { readPaymentToken } from "./payment-token.ts";

const PURSE = 10n ** 18n;
const NOWHERE = "http://127.0.0.1:1";

describe("a token that calls are sold in", function () {
  this.timeout(60_000);
  let chain: PaymentChain;
  /** SIMULATED USDC: of FiatToken's shape, with version() and without. */
  let fiat: Address;
  let unversioned: Address;
  /** Its DOMAIN_SEPARATOR() is of another version than it says. */
  let unfit: Address;
  /** An ERC-20 and nothing else. */
  let plain: Address;

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    chain = await startPaymentChain();
    fiat = await chain.deploy("test/FiatTokenShape", ["2", "2"]);
    unversioned = await chain.deploy("test/FiatTokenShape", ["", "1"]);
    unfit = await chain.deploy("test/FiatTokenShape", ["2", "3"]);
    plain = await chain.deploy("test/FeeToken", []);
  });
  after(() => chain?.stop());

  const read = (address: Address, takesPermit2 = false) =>
    readPaymentToken(chain.client, { address, symbol: "USDX", takesPermit2 });
  const failureOf = (address: Address) =>
    read(address).then(
      () => undefined,
      (error: unknown) => error,
    );

  it("is signed for by the domain that it says (ERC-5267), or by its name and version if its domain separator is of them", async () => {
    const eip3009 = ["eip3009"];
    expect(await read(chain.open)).to.deep.equal({
      address: chain.open,
      domain: { name: "Open", version: "1" },
      methods: eip3009,
    });
    for (const [address, version] of [
      [fiat, "2"],
      [unversioned, "1"],
    ] as const)
      expect(await read(address)).to.deep.equal({ address, domain: { name: "USD Shape", version }, methods: eip3009 });
    expect((await read(fiat, true)).methods).to.deep.equal(["eip3009", "permit2"]);
  });

  it("is refused at the start where no client could deposit it, and taken by Permit2 alone where that is set", async () => {
    for (const [address, lack] of [
      [unfit, "DOMAIN_SEPARATOR()"],
      [plain, "no ERC-3009"],
      [toHex(0xabc, { size: 20 }), "no ERC-3009"],
    ] as const) {
      expect(await failureOf(address))
        .to.be.instanceOf(ConfigError)
        .with.property("message")
        .that.contains(`the token USDX (${address}) can't be paid in`)
        .and.contains(lack)
        .and.contains("payments.permit2");
      expect(await read(address, true)).to.deep.equal({ address, domain: undefined, methods: ["permit2"] });
    }
  });

  it("is said to be unread, not unfit, where the node does not answer or fails", async () => {
    const silent = createPublicClient({ chain: foundry, transport: http(NOWHERE, { retryCount: 0 }) });
    for (const takesPermit2 of [false, true]) {
      const failure = await readPaymentToken(silent, { address: fiat, symbol: "USDX", takesPermit2 }).catch(
        (error: unknown) => error,
      );
      expect(failure).not.to.be.instanceOf(ConfigError);
      expect(String(failure)).to.contain(`the token USDX (${fiat}) can't be read`);
    }
  });

  it("lacks what a node says was reverted, and not what it says it could not look up", async () => {
    let message = "";
    // SIMULATED node that answers every call with one error.
    const node = createServer((request, response) => {
      void text(request).then((body) => {
        const { id, method } = JSON.parse(body) as { id: number; method: string };
        const answer = method === "eth_chainId" ? { result: "0x7a69" } : { error: { code: -32_015, message } };
        response.setHeader("content-type", "application/json").end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
      });
    }).listen(0, "127.0.0.1");
    try {
      await once(node, "listening");
      const { port } = node.address() as AddressInfo;
      const client = createPublicClient({ transport: http(`http://127.0.0.1:${port}`, { retryCount: 0 }) });
      for (const [said, lacks] of [
        ["execution reverted", true],
        ["VM execution error.", true],
        ["EVM error InvalidFEOpcode", true],
        ["header not found", false],
        ["rate limit exceeded", false],
      ] as const) {
        message = said;
        const failure = await readPaymentToken(client, { address: fiat, symbol: "USDX", takesPermit2: false }).catch(
          (error: unknown) => error,
        );
        expect(failure).to.be.instanceOf(Error);
        expect(failure instanceof ConfigError, `${said}: ${String(failure)}`).to.equal(lacks);
      }
    } finally {
      node.close();
      node.closeAllConnections();
    }
  });

  const balanceOf = (token: Address, account: Address) =>
    chain.client.readContract({ address: token, abi: openTokenAbi, functionName: "balanceOf", args: [account] });

  async function payerOf(token: Address): Promise<LocalAccount> {
    const payer = await chain.payer(0n);
    const transfer = { address: token, abi: openTokenAbi, functionName: "transfer" } as const;
    const hash = await chain.operator.writeContract({ ...transfer, args: [payer.address, PURSE] });
    await chain.client.waitForTransactionReceipt({ hash });
    return payer;
  }

  /** Two calls and a refund by an unmodified official client, which takes the first terms. */
  async function sells(token: Address, options: PaidCallsOptions, expectTerms: (terms: object[]) => void) {
    const calls: PaidCalls = await startPaidCalls(chain, { ...options, token });
    try {
      const asked = await calls.fetch("http://gateway.test/v1/completions", { method: "POST" });
      expectTerms(
        decodePaymentRequiredHeader(asked.headers.get("PAYMENT-REQUIRED")!).accepts.map(({ asset, extra }) => {
          const { name, version, assetTransferMethod } = extra as Record<string, unknown>;
          return { asset, name, version, assetTransferMethod };
        }),
      );
      const payer = await payerOf(token);
      if (options.permit2 === true) await approvePermit2(token, payer);
      const client = officialClient(chain, calls, payer);
      for (const amount of [7, 5]) expect((await client.call({ amount })).status).to.equal(200);
      expect(calls.charged().entry.receipt).to.include({ sequence: 2n, cumulative: 12n });
      expect(await balanceOf(token, payer.address)).to.equal(PURSE - 1_000n);
      await client.refund();
      expect(await balanceOf(token, payer.address)).to.equal(PURSE - 12n);
      expect(await calls.books.audit()).to.deep.equal([]);
    } finally {
      await calls.stop();
    }
  }

  async function approvePermit2(token: Address, payer: LocalAccount): Promise<void> {
    // A stand-in for Permit2: there is no copy of its code here.
    const artifact = new URL(
      "../../../artifacts/contracts/test/Permit2StandIn.sol/Permit2StandIn.json",
      import.meta.url,
    );
    const { deployedBytecode } = JSON.parse(await readFile(artifact, "utf8")) as { deployedBytecode: string };
    await chain.call("anvil_setCode", [PERMIT2_ADDRESS, deployedBytecode]);
    await chain.call("anvil_setBalance", [payer.address, toHex(PURSE)]);
    const wallet = createWalletClient({ chain: foundry, transport: http(chain.rpcUrl), account: payer });
    const approve = { address: token, abi: openTokenAbi, functionName: "approve" } as const;
    const hash = await wallet.writeContract({ ...approve, args: [PERMIT2_ADDRESS, PURSE] });
    await chain.client.waitForTransactionReceipt({ hash });
  }

  it("may be one of USDC's shape, without ERC-5267: the official client deposits it by ERC-3009, calls, and gets the rest back", () =>
    sells(fiat, {}, (terms) => {
      expect(terms).to.deep.equal([{ asset: fiat, name: "USD Shape", version: "2", assetTransferMethod: undefined }]);
    }));

  it("may be one without ERC-3009, by Permit2 alone: its terms name no domain, and the official client pays by them", () =>
    sells(plain, { permit2: true }, (terms) => {
      expect(terms).to.deep.equal([
        { asset: plain, name: undefined, version: undefined, assetTransferMethod: "permit2" },
      ]);
    }));
});
