// The check of how a settlement's fee was divided, as a part of any page.
import type { CheckResult } from "../../check/result.ts";
import type { DividedFee } from "../../check/fee-split.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { CheckIt } from "./CheckIt.tsx";

interface CheckSettlementProps {
  settlement: string;
  onResult?: (result: CheckResult<DividedFee> | undefined) => void;
}

export function CheckSettlement({ settlement, onResult }: CheckSettlementProps) {
  const chain = useCheckChain();
  return (
    <CheckIt
      what={`how the fee of settlement ${settlement} was divided`}
      run={async (onStep) => {
        const { checkSettlement } = await import("../../check/check-settlement.ts");
        return checkSettlement(chain, BigInt(settlement), onStep);
      }}
      {...(onResult && { onResult })}
    />
  );
}
