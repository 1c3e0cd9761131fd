// The official facilitator inside this process: it looks at channels, makes deposits and refunds, and pays the gas for them.
import { x402Facilitator } from "@x402/core/facilitator";
import type { FacilitatorClient } from "@x402/core/server";
import type { Network } from "@x402/core/types";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/facilitator";
import type { Account, Chain, PublicClient, Transport, WalletClient } from "viem";

export type OperatorWallet = WalletClient<Transport, Chain, Account>;

/**
 * A facilitator for one chain.
 * @param wallet of the operator, which pays the gas
 */
export function embeddedFacilitator(client: PublicClient, wallet: OperatorWallet, network: Network): FacilitatorClient {
  type Signer = Parameters<typeof toFacilitatorEvmSigner>[0];
  const signer = toFacilitatorEvmSigner({
    address: wallet.account.address,
    readContract: (args) => client.readContract(args as Parameters<typeof client.readContract>[0]),
    verifyTypedData: (args) => client.verifyTypedData(args as Parameters<typeof client.verifyTypedData>[0]),
    writeContract: (args) => wallet.writeContract(args as Parameters<typeof wallet.writeContract>[0]),
    sendTransaction: (args) => wallet.sendTransaction(args as Parameters<typeof wallet.sendTransaction>[0]),
    waitForTransactionReceipt: (args) => client.waitForTransactionReceipt(args),
    getCode: (args) => client.getCode(args),
  } satisfies Signer);
  const facilitator = new x402Facilitator().register(network, new BatchSettlementEvmScheme(signer));
  return {
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: (payload, requirements) => facilitator.settle(payload, requirements),
    getSupported: async () => facilitator.getSupported() as Awaited<ReturnType<FacilitatorClient["getSupported"]>>,
  };
}
