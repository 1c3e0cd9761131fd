// Shares of a position's income: who holds which fraction, what came in, and the connected account's part.
import { Link, useParams } from "react-router";
import { isAddress } from "viem";
import { NotFound } from "../../app/NotFound.tsx";
import type { ResultOf } from "../../data/graphql.ts";
import { useIndexed } from "../../data/indexed.ts";
import { percent } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Page } from "../../parts/Page.tsx";
import { Paging, usePaging } from "../../parts/Paging.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { TokenAmount } from "../../parts/TokenAmount.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";
import { WalletFrame } from "../../wallet/WalletFrame.tsx";
import { OwnShares } from "./OwnShares.tsx";
import { SHARES } from "./queries.ts";

type Shares = NonNullable<ResultOf<typeof SHARES>["sharesContract"]>;

export function Component() {
  const { address = "" } = useParams();
  const id = address.toLowerCase();
  return isAddress(id, { strict: false }) ? <SharesOf key={id} id={id} /> : <NotFound />;
}

function SharesOf({ id }: { id: string }) {
  const query = useIndexed(SHARES, { id, ...usePaging() });
  if (query.data?.sharesContract === null) return <NotFound what={`contract of shares at ${id}`} />;
  return (
    <Page title="Shares of a position">
      <Answered query={query}>{({ sharesContract: shares }) => shares !== null && <Shown shares={shares} />}</Answered>
    </Page>
  );
}

function Shown({ shares }: { shares: Shares }) {
  const supply = BigInt(shares.supply);
  return (
    <>
      <p className="lead">
        The contract <Hash hex={shares.id} what="address of the shares" /> holds{" "}
        <Link to={paths.position(shares.positionId)}>position {shares.positionId}</Link> and divides its income over
        ERC-20 shares. Made by <Account address={shares.creator} /> on <When at={shares.createdAt} />.
      </p>
      {shares.redeemedAt !== null && (
        <p>
          {shares.redeemer !== null && <Account address={shares.redeemer} />} took the position out again on{" "}
          <When at={shares.redeemedAt} />
          {shares.redeemedTo !== null && (
            <>
              , to <Account address={shares.redeemedTo} />
            </>
          )}
          . Income that came in before can still be claimed.
        </p>
      )}
      <Facts>
        <Fact name="In all">
          <Amount of={shares.supply} unit="shares" />
        </Fact>
        {(shares.income?.items ?? []).map(({ token, counted, paid }) => (
          <Fact key={token} name="Income">
            <TokenAmount token={token} amount={counted} /> came in, <TokenAmount token={token} amount={paid} /> was paid
          </Fact>
        ))}
      </Facts>
      <Section title="With a wallet">
        <WalletFrame>{(wallet) => <OwnShares shares={shares} wallet={wallet} />}</WalletFrame>
      </Section>
      <Section title="Who holds it">
        <DataTable
          caption="Holders, largest first"
          rows={shares.holders?.items ?? []}
          keyOf={({ account }) => account}
          empty="Nobody holds shares now."
          columns={[
            { header: "Account", cell: ({ account }) => <Account address={account} /> },
            { header: "Shares", numeric: true, cell: ({ balance }) => <Amount of={balance} unit="shares" /> },
            { header: "Fraction", numeric: true, cell: ({ balance }) => percent(BigInt(balance), supply) },
          ]}
        />
        <Paging total={shares.holders?.totalCount ?? 0} label="holders" />
      </Section>
      <Section title="Payments to holders">
        <DataTable
          caption="Newest first"
          rows={shares.payments?.items ?? []}
          keyOf={({ id }) => id}
          empty="None yet."
          columns={[
            { header: "On", cell: ({ at }) => <When at={at} /> },
            { header: "For", cell: ({ account }) => <Account address={account} /> },
            { header: "To", cell: ({ recipient }) => <Account address={recipient} /> },
            {
              header: "Paid",
              numeric: true,
              cell: ({ token, amount }) => <TokenAmount token={token} amount={amount} />,
            },
          ]}
        />
      </Section>
    </>
  );
}
