// The official facilitator inside this process: it looks at channels, makes deposits and refunds, and pays the gas for them.
import { x402Facilitator } from "@x402/core/facilitator";
import type { FacilitatorClient } from "@x402/core/server";
import type { Network } from "@x402/core/types";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/facilitator";
import {
  type Address,
  BaseError,
  decodeFunctionResult,
  encodeFunctionData,
  ExecutionRevertedError,
  type Hex,
  isAddressEqual,
  type PublicClient,
} from "viem";
import { SIGNATURE_GAS } from "../settlement/claims.ts";
import { OperatorTransactions, type OperatorWallet } from "./operator-transactions.ts";

export interface EmbeddedFacilitator extends FacilitatorClient {
  /** Sends nothing again from here on. */
  close(): void;
}

/**
 * A facilitator for one chain.
 * @param wallet of the operator, which pays the gas
 */
export function embeddedFacilitator(
  client: PublicClient,
  wallet: OperatorWallet,
  network: Network,
): EmbeddedFacilitator {
  type Signer = Parameters<typeof toFacilitatorEvmSigner>[0];
  const transactions = new OperatorTransactions(client, wallet);
  const signer = toFacilitatorEvmSigner({
    address: wallet.account.address,
    readContract: readsOf(client),
    verifyTypedData: (args) => client.verifyTypedData(args as Parameters<typeof client.verifyTypedData>[0]),
    writeContract: (args) =>
      transactions.send((as) => wallet.writeContract({ ...args, ...as } as Parameters<typeof wallet.writeContract>[0])),
    sendTransaction: (args) =>
      transactions.send((as) =>
        wallet.sendTransaction({ ...args, ...as } as Parameters<typeof wallet.sendTransaction>[0]),
      ),
    waitForTransactionReceipt: ({ hash }) => transactions.mined(hash),
    getCode: (args) => client.getCode(args),
  } satisfies Signer);
  const facilitator = new x402Facilitator().register(network, new BatchSettlementEvmScheme(signer));
  return {
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: (payload, requirements) => facilitator.settle(payload, requirements),
    getSupported: async () => facilitator.getSupported() as Awaited<ReturnType<FacilitatorClient["getSupported"]>>,
    close: () => transactions.close(),
  };
}

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
    // A contract that uses more here uses more where its voucher is claimed; and the node works no longer for nothing.
    if (functionName === "isValidSignature") {
      const { data = "0x" } = await client.call({ to: address, data: encodeFunctionData(args), gas: SIGNATURE_GAS });
      return decodeFunctionResult({ ...args, data });
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
