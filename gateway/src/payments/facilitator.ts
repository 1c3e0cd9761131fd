// The official facilitator inside this process: it looks at channels, makes deposits and refunds, and pays the gas for them.
import { x402Facilitator } from "@x402/core/facilitator";
import type { FacilitatorClient } from "@x402/core/server";
import type { Network } from "@x402/core/types";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/facilitator";
import { type Address, BaseError, ExecutionRevertedError, type Hex, isAddressEqual, type PublicClient } from "viem";
import { CLAIM_GAS, SIGNATURE_GAS } from "../settlement/claims.ts";
import { type OperatorOptions, OperatorTransactions, type OperatorWallet } from "./operator-transactions.ts";
import { PendingDeposits } from "./pending-deposits.ts";

/** A deposit by ERC-3009 or Permit2 uses 133,000 (docs/gas.md), with a token's permit about 60,000 more, and what a payer's contract may use to check its signature. */
const DEPOSIT_GAS = 250_000n + SIGNATURE_GAS;
/** A refund uses 82,000 (docs/gas.md), and 17,000 more where its payer has nothing. */
const REFUND_GAS = 150_000n;

/** What a call may use, in its simulation and on chain: the code of a payer that signs as a contract runs in it, and the operator pays. */
const MOST_GAS: ReadonlyMap<string, bigint> = new Map([
  ["isValidSignature", SIGNATURE_GAS],
  ["deposit", DEPOSIT_GAS],
  ["refundWithSignature", REFUND_GAS],
  // A claim of the channel, and its refund.
  ["multicall", CLAIM_GAS + REFUND_GAS],
]);

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
  options: OperatorOptions = {},
): EmbeddedFacilitator {
  type Signer = Parameters<typeof toFacilitatorEvmSigner>[0];
  const transactions = new OperatorTransactions(client, wallet, options);
  const pending = new PendingDeposits();
  const signer = toFacilitatorEvmSigner({
    address: wallet.account.address,
    readContract: readsOf(client),
    verifyTypedData: (args) => client.verifyTypedData(args as Parameters<typeof client.verifyTypedData>[0]),
    writeContract: (args) =>
      transactions.send((as) =>
        wallet.writeContract({ ...args, ...as, gas: sentGas(args.functionName) } as Parameters<
          typeof wallet.writeContract
        >[0]),
      ),
    sendTransaction: (args) =>
      transactions.send((as) =>
        wallet.sendTransaction({ ...args, ...as, gas: DEPOSIT_GAS } as Parameters<typeof wallet.sendTransaction>[0]),
      ),
    waitForTransactionReceipt: ({ hash }) => transactions.mined(hash),
    getCode: (args) => client.getCode(args),
  } satisfies Signer);
  const facilitator = new x402Facilitator().register(
    network,
    new BatchSettlementEvmScheme(signer, undefined, { pendingSettlementStore: pending }),
  );
  return {
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: async (payload, requirements) => {
      const settled = await pending.settling(payload.payload, () => facilitator.settle(payload, requirements));
      return { ...settled, transaction: transactions.takeMinedAs(settled.transaction) };
    },
    getSupported: async () => facilitator.getSupported() as Awaited<ReturnType<FacilitatorClient["getSupported"]>>,
    close: () => transactions.close(),
  };
}

/** @throws Error if it is a call that this facilitator never makes */
function sentGas(functionName: string): bigint {
  const gas = MOST_GAS.get(functionName);
  if (gas === undefined) throw new Error(`${functionName} has no limit of gas here, so it is not sent`);
  return gas;
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
    return client.readContract({ ...args, gas: MOST_GAS.get(functionName) } as Parameters<
      typeof client.readContract
    >[0]);
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
