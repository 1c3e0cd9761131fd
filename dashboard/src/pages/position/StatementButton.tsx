// Saves a statement of earnings, made here in the browser.
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Address } from "viem";
import { useChosenNode } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { plural } from "../../format/shorten.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Failed } from "../../parts/States.tsx";
import { fetchStatement } from "./fetch-statement.ts";
import type { Totals } from "./statement.ts";

interface StatementButtonProps {
  /** Of the file, without its ending. */
  name: string;
  of: { position: string } | { owner: Address };
  label: string;
}

export function StatementButton({ name, of, label }: StatementButtonProps) {
  const { indexerUrl } = useConfig();
  const { chain, key: node } = useChosenNode();
  const save = useMutation({
    mutationFn: async () => {
      const { csv, totals } = await fetchStatement(chain, indexerUrl, of);
      const url = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = `${name}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      return totals;
    },
  });
  const { reset } = save;
  // What was proven was so by that node.
  useEffect(() => reset(), [node, reset]);
  return (
    <>
      <button type="button" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? "Reading …" : label}
      </button>
      <div role="status">{save.isSuccess && <Saved totals={save.data} />}</div>
      {save.isError && <Failed error={save.error} />}
    </>
  );
}

function Saved({ totals: { earned, tookOver, unclaimed, paid, paidBefore, unknown } }: { totals: Totals }) {
  return (
    <p className="statement">
      Saved: <Amount of={earned} /> earned, of it <Amount of={unclaimed} /> attributed and not claimed yet{" "}
      <Provenance label="proven" because="opened from the root that the vault pays by" />; <Amount of={paid} /> paid;{" "}
      <Amount of={earned - paid} /> waits.
      {(tookOver !== 0n || paidBefore !== 0n) && (
        <>
          {" "}
          These are of who owns it now: <Amount of={tookOver} /> of direct income came with it unpaid from earlier
          owners, who were paid <Amount of={paidBefore} /> while it was theirs.
        </>
      )}
      {unknown > 0 &&
        ` Of ${plural(unknown, "position")} it is not known what was attributed and not claimed: the statement says why, and has no amount there.`}
    </p>
  );
}
