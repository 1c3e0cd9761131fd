// The official facilitator inside this process: it looks at channels, makes deposits and refunds, and pays the gas for them.
import { x402Facilitator } from "@x402/core/facilitator";
import type { FacilitatorClient } from "@x402/core/server";
import type { Network } from "@x402/core/types";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/facilitator";
import {
  type Account,
  type Address,
  BaseError,
  type Chain,
  ExecutionRevertedError,
  type Hex,
  isAddressEqual,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";
import { minedReceipt } from "../settlement/mined.ts";
import { OneAtATime } from "../settlement/one-at-a-time.ts";

export type OperatorWallet = WalletClient<Transport, Chain, Account>;

/**
 * A facilitator for one chain.
 * @param wallet of the operator, which pays the gas
 */
export function embeddedFacilitator(client: PublicClient, wallet: OperatorWallet, network: Network): FacilitatorClient {
  type Signer = Parameters<typeof toFacilitatorEvmSigner>[0];
  // viem gives the number 0 of a new account again until its transaction is with the node: two deposits at once would take each other's.
  const sending = new OneAtATime();
  const signer = toFacilitatorEvmSigner({
    address: wallet.account.address,
    readContract: readsOf(client),
    verifyTypedData: (args) => client.verifyTypedData(args as Parameters<typeof client.verifyTypedData>[0]),
    writeContract: (args) =>
      sending.run(() => wallet.writeContract(args as Parameters<typeof wallet.writeContract>[0])),
    sendTransaction: (args) =>
      sending.run(() => wallet.sendTransaction(args as Parameters<typeof wallet.sendTransaction>[0])),
    waitForTransactionReceipt: ({ hash }) =>
      minedReceipt(client, wallet.chain.id, hash, { mostMilliseconds: WAIT_MILLISECONDS }),
    getCode: (args) => client.getCode(args),
  } satisfies Signer);
  const facilitator = new x402Facilitator().register(network, new BatchSettlementEvmScheme(signer));
  return {
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: (payload, requirements) => facilitator.settle(payload, requirements),
    getSupported: async () => facilitator.getSupported() as Awaited<ReturnType<FacilitatorClient["getSupported"]>>,
  };
}

/** For a deposit or a refund, whose call waits for it. */
const WAIT_MILLISECONDS = 180_000;

/** Where most chains have it. */
const MULTICALL3_ADDRESS = "0xcA11bde05977b3631167028862bE2a173976CA11";

type Read = Parameters<typeof toFacilitatorEvmSigner>[0]["readContract"];
type Calls = readonly { readonly target: Address; readonly callData: Hex }[];

/** The facilitator reads several values at once through Multicall3, which a chain of one's own may lack: there each is read by itself. */
function readsOf(client: PublicClient): Read {
  let hasMulticall: Promise<boolean> | undefined;
  return async (args) => {
    const { address, functionName } = args;
    if (functionName === "tryAggregate" && isAddressEqual(address, MULTICALL3_ADDRESS)) {
      hasMulticall ??= client.getCode({ address }).then((code) => code !== undefined);
      // A node that does not answer says nothing about the chain.
      hasMulticall.catch(() => (hasMulticall = undefined));
      if (!(await hasMulticall)) return Promise.all((args.args![1] as Calls).map((call) => readAlone(client, call)));
    }
    return client.readContract(args as Parameters<typeof client.readContract>[0]);
  };
}

async function readAlone(
  client: PublicClient,
  { target, callData }: Calls[number],
): Promise<{ success: boolean; returnData: Hex }> {
  try {
    const { data } = await client.call({ to: target, data: callData });
    return { success: true, returnData: data ?? "0x" };
  } catch (error) {
    if (error instanceof BaseError && error.walk((cause) => cause instanceof ExecutionRevertedError) !== null)
      return { success: false, returnData: "0x" };
    throw error;
  }
}
