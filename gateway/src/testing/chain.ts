// A chain of a test's own with what payments need of it: the token, the agents, x402's channels at their public addresses, and tills.
import { readFile } from "node:fs/promises";
import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  type LocalAccount,
  type PublicClient,
  toHex,
} from "viem";
import { foundry } from "viem/chains";
import { createNonceManager, jsonRpc } from "viem/nonce";
import { privateKeyToAccount } from "viem/accounts";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { withPaymentChannels } from "../../../deploy/payment-channels.ts";
import { startChain } from "../../../test/deployment/support/chain.ts";
import type { OperatorWallet } from "../payments/operator-transactions.ts";

const POLL_MILLISECONDS = 20;

export interface PaymentChain {
  readonly rpcUrl: string;
  readonly client: PublicClient;
  readonly open: Address;
  readonly agents: Address;
  /** Pays the gas; holds all OPEN. */
  readonly operator: OperatorWallet;
  /** A till that only says whose it is: SIMULATED, for tests that close no settlement. */
  simulatedTill(gateway: Address): Promise<Address>;
  /** A new account with OPEN and nothing else, as a payer's. */
  payer(open: bigint): Promise<LocalAccount & { readonly privateKey: Hex }>;
  /** A new contract with OPEN that signs by ERC-1271: the address is the contract's, signatures are its owner's. */
  contractPayer(open: bigint): Promise<LocalAccount>;
  /** A new contract with OPEN that takes every signature for its own by ERC-1271: the address is the contract's, signatures are a stranger's. */
  credulousPayer(open: bigint): Promise<LocalAccount>;
  /**
   * Deploys a contract of this project.
   * @param source its path in `contracts/`, without the ending
   */
  deploy(source: string, args: unknown[]): Promise<Address>;
  call(method: string, params: unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startPaymentChain(): Promise<PaymentChain> {
  const { rpcUrl, controls, process: child } = await startChain();
  const transport = http(rpcUrl, { retryCount: 0 });
  const client = createPublicClient({ chain: foundry, transport, cacheTime: 0, pollingInterval: POLL_MILLISECONDS });
  // Of this chain alone: viem's own is the process's, and goes on counting where another test's chain has ended.
  const nonceManager = createNonceManager({ source: jsonRpc() });
  const account = privateKeyToAccount(localPrivateKey(0), { nonceManager });
  const operator = createWalletClient({ chain: foundry, transport, account, pollingInterval: POLL_MILLISECONDS });
  const deploy = async (source: string, args: unknown[]): Promise<Address> => {
    const { abi, bytecode } = await artifact(source);
    const hash = await operator.deployContract({ abi, bytecode, args });
    return (await client.waitForTransactionReceipt({ hash })).contractAddress!;
  };
  const request = (args: { method: string; params?: unknown }) => controls.request(args as never);
  type On = Parameters<typeof withPaymentChannels>[1];
  const connection = { client, request } as unknown as On["connection"];
  const nothingNamed = { batchSettlement: undefined } as Parameters<typeof withPaymentChannels>[0];
  await withPaymentChannels(nothingNamed, {
    connection,
    journalFolder: "/nonexistent",
    isLocal: true,
    onStep: () => undefined,
  });
  const open = await deploy("token/OpenToken", [account.address]);
  const agents = await deploy("registry/AgentRegistry", []);
  let count = 0;
  const give = async (address: Address, amount: bigint): Promise<void> => {
    const transfer = { address: open, abi: openTokenAbi, functionName: "transfer", args: [address, amount] } as const;
    await client.waitForTransactionReceipt({ hash: await operator.writeContract(transfer) });
  };
  const newKey = (): Hex => toHex(0x9a7e_0000 + ++count, { size: 32 });
  return {
    rpcUrl,
    client: client as PublicClient,
    open,
    agents,
    operator,
    simulatedTill: async (gateway) => {
      const address = toHex(0x7111_0000 + ++count, { size: 20 });
      // Answers any call with the gateway's address: PUSH20, PUSH0, MSTORE, 32 bytes from 0.
      await controls.setCode({ address, bytecode: `0x73${gateway.slice(2)}5f5260205ff3` });
      return address;
    },
    payer: async (amount) => {
      const privateKey = newKey();
      const payer = privateKeyToAccount(privateKey);
      await give(payer.address, amount);
      return { ...payer, privateKey };
    },
    credulousPayer: async (amount) => {
      const stranger = privateKeyToAccount(newKey());
      const address = toHex(0xc2ed_0000 + ++count, { size: 20 });
      // Answers any call with the magic value of `isValidSignature`: PUSH4, shifted left by 224 bits, MSTORE, 32 bytes from 0.
      await controls.setCode({ address, bytecode: "0x631626ba7e60e01b5f5260205ff3" });
      await give(address, amount);
      return { ...stranger, address };
    },
    contractPayer: async (amount) => {
      const owner = privateKeyToAccount(newKey());
      const address = await deploy("test/SmartAccount", [owner.address]);
      await give(address, amount);
      return { ...owner, address };
    },
    deploy,
    call: (method, params) => request({ method, params }),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
    },
  };
}

async function artifact(source: string): Promise<{ abi: Abi; bytecode: Hex }> {
  const name = source.split("/").at(-1)!;
  const file = new URL(`../../../artifacts/contracts/${source}.sol/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(file, "utf8")) as { abi: Abi; bytecode: Hex };
}
