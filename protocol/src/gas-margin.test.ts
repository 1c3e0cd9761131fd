/** The margin must be there whichever way viem has a transaction's gas estimated, and once. */
import { expect } from "chai";
import { createWalletClient, custom, numberToHex, parseTransaction, zeroAddress, zeroHash, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { withGasMargin } from "./gas-margin.ts";

const ESTIMATE = 100_001n;
const FEES = { maxFeePerGas: 10n, maxPriorityFeePerGas: 1n };

/** Sends a transaction through a node that knows only these methods; gives its gas limit and the methods that were called. */
async function sendThrough(methods: Readonly<Record<string, unknown>>, chain = withGasMargin(foundry)) {
  const called: string[] = [];
  let sent: Hex | undefined;
  const request = ({ method, params }: { method: string; params?: readonly unknown[] }): Promise<unknown> => {
    called.push(method);
    if (method === "eth_sendRawTransaction") sent = (params as [Hex])[0];
    if (method in methods) return Promise.resolve(methods[method]);
    return Promise.reject(Object.assign(new Error(`${method} is not available`), { code: -32_601 }));
  };
  const account = privateKeyToAccount(generatePrivateKey());
  const wallet = createWalletClient({ account, chain, transport: custom({ request }, { retryCount: 0 }) });
  await wallet.sendTransaction({ to: zeroAddress, data: "0x01", nonce: 0, ...FEES });
  return { gas: parseTransaction(sent!).gas, called };
}

const node = { eth_chainId: numberToHex(foundry.id), eth_sendRawTransaction: zeroHash };
const estimating = { ...node, eth_estimateGas: numberToHex(ESTIMATE) };

describe("the gas margin", () => {
  it("is as much again as a node estimates", async () => {
    const { gas, called } = await sendThrough(estimating);
    expect(called).to.include("eth_estimateGas");
    expect(gas).to.equal(200_002n);
  });

  it("is as much again as a node fills in", async () => {
    const filled = { gas: numberToHex(ESTIMATE), nonce: "0x0", type: "0x2", chainId: numberToHex(foundry.id) };
    const { gas, called } = await sendThrough({ ...node, eth_fillTransaction: { raw: "0x", tx: filled } });
    expect(called).not.to.include("eth_estimateGas");
    expect(gas).to.equal(200_002n);
  });

  it("is not there without it", async () => {
    expect((await sendThrough(estimating, foundry)).gas).to.equal(ESTIMATE);
  });
});
