// The check of how a settlement's fee was divided, as a part of any page.
import { Link } from "react-router";
import type { StatedSettlement } from "../../check/check-settlement.ts";
import type { FeePart } from "../../check/fee-split.ts";
import { useCheckChain } from "../../data/check-chain.ts";
import { percent } from "../../format/amount.ts";
import { paths } from "../../paths.ts";
import { Amount } from "../Amount.tsx";
import { DataTable } from "../DataTable.tsx";
import { Account } from "../Hex.tsx";
import { CheckIt } from "./CheckIt.tsx";

interface CheckSettlementProps {
  settlement: string;
  /** What the page shows of it. */
  stated: StatedSettlement;
}

export function CheckSettlement({ settlement, stated }: CheckSettlementProps) {
  const chain = useCheckChain();
  return (
    <CheckIt
      what={`how the fee of settlement ${settlement} was divided`}
      run={async (onStep) => {
        const { checkSettlement } = await import("../../check/check-settlement.ts");
        return checkSettlement(chain, BigInt(settlement), stated, onStep);
      }}
    >
      {({ fee, parts }) => (
        <DataTable
          caption={`Parts of the fee of settlement ${settlement}`}
          rows={parts}
          keyOf={({ role, position }) => `${role} ${position}`}
          empty="The fee has no parts."
          columns={[
            { header: "Part", cell: ({ role }) => role },
            { header: "Paid to", cell: (part) => <Payee of={part} /> },
            { header: "Amount", numeric: true, cell: ({ amount }) => <Amount of={amount} /> },
            { header: "Of the fee", numeric: true, cell: ({ amount }) => percent(amount, fee) },
          ]}
        />
      )}
    </CheckIt>
  );
}

function Payee({ of: { position, account } }: { of: FeePart }) {
  if (position !== undefined) return <Link to={paths.position(String(position))}>position {String(position)}</Link>;
  return account === undefined ? <>records, by its epoch</> : <Account address={account} />;
}
