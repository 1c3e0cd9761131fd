// What is read of a chain is read of the chain that was named.
import { expect } from "chai";
import { erc20Abi, zeroAddress } from "viem";
import { chainBy, type ChainReader, ChainRefusal, ChainUnreadable, guarded } from "./chain.ts";

describe("a chain that is read", () => {
  it("is the one that was named: what a node of another chain answers counts for nothing", async () => {
    let chainId = 11_155_111;
    let asked = 0;
    const client = {
      readContract: () => Promise.resolve(7n),
      getChainId: () => (asked++, Promise.resolve(chainId)),
    } as unknown as ChainReader;
    const reader = guarded(client, 31_337);
    const read = () => reader.readContract({} as never);
    const error = await read().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ChainUnreadable);
    expect(String(error)).to.include("the node is of chain 11155111, not of chain 31337");

    // A node that was mended is asked again, and then no more.
    chainId = 31_337;
    expect(await read()).to.equal(7n);
    expect(await read()).to.equal(7n);
    expect(asked).to.equal(2);
  });

  it("is asked for again with each check, and a node that was switched since the last one is refused", async () => {
    let chainId = 31_337;
    const client = {
      readContract: () => Promise.resolve(7n),
      getChainId: () => Promise.resolve(chainId),
    } as unknown as ChainReader;
    const reader = guarded(client, 31_337);
    const failed = (read: Promise<unknown>) => read.then(() => undefined, String);
    expect(await reader.getChainId()).to.equal(31_337);
    expect(await reader.readContract({} as never)).to.equal(7n);
    chainId = 1;
    const refused = "the node is of chain 1, not of chain 31337";
    expect(await failed(reader.getChainId())).to.include(refused);
    expect(await failed(reader.readContract({} as never))).to.include(refused);
    chainId = 31_337;
    expect(await reader.readContract({} as never)).to.equal(7n);
  });

  it("is asked by a wallet which chain it is of with each read and after it, as its user may switch meanwhile", async () => {
    let chainId = "0x7a69";
    const asked: string[] = [];
    const provider = ({ method }: { method: string }): Promise<unknown> => {
      asked.push(method);
      if (method === "eth_chainId") return Promise.resolve(chainId);
      // What is read comes of the chain that it was switched to.
      chainId = "0x1";
      return Promise.resolve([]);
    };
    const { reader } = chainBy({ chainId: 31_337, deployment: { block: 0, addresses: {} as never } }, provider);
    const failed = (read: Promise<unknown>) => read.then(() => undefined, String);
    expect(await reader.getChainId()).to.equal(31_337);
    expect(await failed(reader.getLogs({}))).to.include("the node is of chain 1, not of chain 31337");
    expect(asked.slice(-3)).to.have.members(["eth_getLogs", "eth_chainId", "eth_chainId"]);
  });

  it("tells what a contract refuses from a node that fails, whatever viem makes of that", async () => {
    const failing = (code: number, message: string, data?: string) => {
      const provider = ({ method }: { method: string }): Promise<unknown> =>
        method === "eth_chainId"
          ? Promise.resolve("0x7a69")
          : Promise.reject(Object.assign(new Error(message), { code, data }));
      const { reader } = chainBy({ chainId: 31_337, deployment: { block: 0, addresses: {} as never } }, provider);
      const call = { address: zeroAddress, abi: erc20Abi, functionName: "decimals" } as const;
      return reader.readContract(call).catch((error: unknown) => error);
    };
    for (const [code, message] of [
      [-32_603, "Internal error"],
      [-32_603, "header not found"],
      [3, "missing state"],
      [-32_000, "missing trie node"],
    ] as const)
      expect(await failing(code, message), message).to.be.instanceOf(ChainUnreadable);
    for (const [message, data] of [
      ["execution reverted", undefined],
      ["execution reverted", "0x"],
      ["execution reverted: custom error 0x12345678", "0x12345678"],
    ] as const)
      expect(await failing(3, message, data), `${message} ${data}`).to.be.instanceOf(ChainRefusal);
  });

  it("cannot be read through a wallet that says so, in its words", async () => {
    const provider = () => Promise.reject(new ChainUnreadable("the wallet is not connected"));
    const { reader } = chainBy({ chainId: 31_337, deployment: { block: 0, addresses: {} as never } }, provider);
    const error: unknown = await reader.getChainId().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ChainUnreadable);
    expect((error as Error).message).to.equal("the wallet is not connected");
  });
});
