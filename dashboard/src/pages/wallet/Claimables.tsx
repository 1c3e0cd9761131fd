// Positions of one owner with what each may claim, checked here, and the buttons that claim it.
import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useId } from "react";
import { Link } from "react-router";
import type { Address } from "viem";
import type { CheckChain } from "../../check/chain.ts";
import { areBooksOf, readBooks } from "../../check/check-position.ts";
import { useChosenNode } from "../../data/check-chain.ts";
import { useConfig } from "../../data/config.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Tile, Tiles } from "../../parts/Tile.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { paths } from "../../paths.ts";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { useOnChain } from "../../wallet/use-on-chain.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { ON_CHAIN, useTransactions } from "../../wallet/use-transactions.ts";
import type { Wallet } from "../../wallet/WalletFrame.tsx";
import { BATCH, claimCalls, totalsOf } from "./batches.ts";
import { claimOf, type Offer } from "./claim-of.ts";
import { ClaimCard, type OwnedPosition } from "./ClaimCard.tsx";

interface ClaimablesProps {
  owner: Address;
  positions: readonly OwnedPosition[];
  /** Whether the owner has more, on other pages. */
  isPart: boolean;
  /** Whether the chain counts as many positions of the owner as are listed; else the sums may lack some. */
  isCounted: boolean;
  /** Of the last final epoch, as indexed: when it changes, everything is checked again. */
  payoutsHash: string | null;
  wallet: Wallet;
}

export function Claimables({ owner, positions, isPart, isCounted, payoutsHash, wallet }: ClaimablesProps) {
  const { indexerUrl, deployment } = useConfig();
  const { chain, key: node } = useChosenNode();
  const reason = useId();
  const transactions = useTransactions();
  const offers = useQueries({
    queries: positions.map(({ id, accrued, claimedTotal }) => ({
      queryKey: [ON_CHAIN, node, "claim", id, owner, accrued, claimedTotal, payoutsHash],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        claimOf(chain, indexerUrl, { position: BigInt(id), owner }, signal),
      retry: false,
    })),
  });
  useFreshBooks(chain, positions, offers);
  const known = offers.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const { attributed, accrued, claimable, unproven } = totalsOf(known);
  const isChecking = offers.some(({ isFetching }) => isFetching);
  // Of what could not be read, refused or not opened, nothing is in the sums.
  const unknown = unproven + positions.length - known.length;
  const isWhole = unknown === 0 && isCounted;
  const name = isWhole ? "May be claimed now" : "May be claimed now, at least";
  const hindrance = hindranceOf(wallet, "To claim");
  const claim = (of: readonly Offer[]): void => {
    if (wallet.account !== undefined)
      void transactions.send(wallet.account, claimCalls(deployment.addresses.RoyaltyVault, of));
  };
  const transactionCount = Math.ceil(claimable / BATCH);
  return (
    <>
      <Tiles>
        <Tile
          name={`${name}${isPart ? ", on this page" : ""}`}
          note={isWhole ? <Provenance label="proven" /> : unknownText(unknown, positions.length, isChecking, isCounted)}
        >
          <Amount of={attributed + accrued} />
        </Tile>
        <Tile
          name="of it by attribution"
          note={isWhole ? "for answers that its records helped" : "of those positions that could be checked"}
        >
          <Amount of={attributed} />
        </Tile>
        <Tile name="of it direct income" note="licence fees, and shares of fees">
          <Amount of={accrued} />
        </Tile>
      </Tiles>
      <p role="status">
        {isChecking
          ? `Checking ${count(positions.length)} ${positions.length === 1 ? "position" : "positions"} against the chain …`
          : claimable === 0 && isWhole
            ? "There is nothing to claim now. What answers earn becomes claimable when their epoch is final."
            : `${count(claimable)} of ${count(positions.length)} ${positions.length === 1 ? "position" : "positions"} can be claimed for.`}
      </p>
      <p className="actions">
        <button
          type="button"
          className="primary"
          disabled={hindrance !== undefined || claimable === 0 || isChecking || transactions.isBusy}
          {...(hindrance === undefined ? {} : { "aria-describedby": reason })}
          onClick={() => claim(known)}
        >
          Claim all{claimable > 0 && ` (${count(claimable)})`}
        </button>{" "}
        {transactionCount > 1 && <span className="quiet">{count(transactionCount)} transactions to sign</span>}
      </p>
      {hindrance !== undefined && <p id={reason}>{hindrance}</p>}
      <TransactionNote state={transactions.state} />
      <ul className="claims" aria-label={`Positions of ${owner}`}>
        {positions.map((position, index) => (
          <ClaimCard
            key={position.id}
            position={position}
            query={offers[index]!}
            isClaimable={hindrance === undefined && !transactions.isBusy}
            onClaim={(offer) => claim([offer])}
          />
        ))}
      </ul>
      <p>
        <Link to={paths.positionsOf(owner)}>What these positions earned before</Link>
      </p>
    </>
  );
}

/** Checks again what rests on books that the chain has no more: anybody may claim for a position, whatever the index knows of it. */
function useFreshBooks(
  chain: CheckChain,
  positions: readonly OwnedPosition[],
  offers: readonly UseQueryResult<Offer>[],
): void {
  const ids = positions.map(({ id }) => id);
  const books = useOnChain(["books of", ...ids], () => Promise.all(ids.map((id) => readBooks(chain, BigInt(id)))));
  useEffect(() => {
    for (const [index, now] of (books.data ?? []).entries()) {
      const offer = offers[index];
      const basis = offer?.data?.basis;
      if (basis?.kind === "proven" && !areBooksOf(basis.result.found!, now)) void offer!.refetch();
    }
    // With each reading of the books, and not with what it makes be read.
  }, [books.dataUpdatedAt]);
}

function unknownText(unknown: number, positions: number, isChecking: boolean, isCounted: boolean): string {
  if (unknown === 0 && !isCounted) return "the positions are those that the indexer lists";
  const of = `${count(unknown)} of ${count(positions)} ${positions === 1 ? "position" : "positions"}`;
  return isChecking ? `${of} not checked yet` : `${of} could not be checked`;
}
