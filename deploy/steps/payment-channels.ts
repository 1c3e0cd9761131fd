// Step 14: the payment channels of x402 with the collectors of deposits: the scheme's public contracts where the chain has them.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { PERMIT2_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

/** @returns first the channels, then the collectors */
export function paymentChannels(m: IgnitionModuleBuilder, p: Parameters): [Contract, ...Contract[]] {
  if (p.batchSettlement !== undefined)
    return [
      m.contractAt("BatchSettlement", p.batchSettlement),
      m.contractAt("ERC3009DepositCollector", p.erc3009Collector!),
      m.contractAt("Permit2DepositCollector", p.permit2Collector!),
    ];
  const channels = m.contract("BatchSettlement");
  return [
    channels,
    m.contract("ERC3009DepositCollector", [channels]),
    m.contract("Permit2DepositCollector", [channels, PERMIT2_ADDRESS]),
  ];
}
