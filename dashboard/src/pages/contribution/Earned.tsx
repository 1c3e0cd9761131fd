// What uses the records of a contribution, and what its position was paid.
import { Link } from "react-router";
import { useIndexed } from "../../data/indexed.ts";
import { bpsPercent, count, newestOf } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { EpochEarnings } from "../../parts/EpochEarnings.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { Answered } from "../../parts/States.tsx";
import { VersionLink } from "../../parts/VersionLink.tsx";
import { paths } from "../../paths.ts";
import { FINAL_EPOCHS } from "../position/queries.ts";
import { Calls } from "./Calls.tsx";
import { LAST_VERSION, USED_BY } from "./queries.ts";
import { usedUntil } from "./reason.ts";
import type { Contribution } from "./types.ts";

export function Earned({ contribution }: { contribution: Contribution }) {
  const { datanetId, place, positionId, position } = contribution;
  const epochs = useIndexed(FINAL_EPOCHS);
  if (place === null || positionId === null)
    return (
      <Section title="What it earned">
        <p className="empty">Nothing: only accepted records enter the index of a model.</p>
      </Section>
    );
  const others = (position?.contributions?.totalCount ?? 1) - 1;
  return (
    <Section title="What it earned">
      <p>
        It is paid through <Link to={paths.position(positionId)}>position {positionId}</Link>
        {others > 0 && `, as are ${count(others)} further contributions of the same contributor to this datanet`}, which
        has claimed <Amount of={position?.claimedAttributed ?? "0"} /> for answers that its records helped and came to{" "}
        <Amount of={position?.accrued ?? "0"} /> directly <Provenance label="enforced" because="the vault's books" />;
        that it is the position of this contribution is a step of each check below.{" "}
        <Amount of={contribution.collectedLicenceIncome} /> of that are this contribution's part of licence fees.
      </p>
      <Answered query={epochs}>
        {({ payoutRoots }) => (
          <>
            <EpochEarnings
              positionId={positionId}
              contributionId={contribution.id}
              epochs={payoutRoots.items.map(({ epochId }) => epochId)}
            />
            <Calls contributionId={contribution.id} asOf={payoutRoots.items[0]?.epochId} />
          </>
        )}
      </Answered>
      <UsedBy datanetId={datanetId} place={place} withdrawnAt={contribution.withdrawnAt} />
    </Section>
  );
}

interface UsedByProps {
  datanetId: string;
  place: string;
  withdrawnAt: string | null;
}

function UsedBy(props: UsedByProps) {
  const last = useIndexed(LAST_VERSION, { at: usedUntil(props.withdrawnAt) });
  return (
    <Answered query={last}>
      {({ modelVersions }) => <VersionsUpTo last={modelVersions.items[0]?.id ?? "0"} {...props} />}
    </Answered>
  );
}

function VersionsUpTo({ last, datanetId, place, withdrawnAt }: UsedByProps & { last: string }) {
  const used = useIndexed(USED_BY, { datanet: datanetId, place, last });
  return (
    <Answered query={used}>
      {({ versionDatanets: { items, totalCount } }) => (
        <>
          <p>
            Its records are used by {totalCount === 1 ? "1 model version" : `${count(totalCount)} model versions`},
            compared with each of {items.length < totalCount ? `the newest ${count(items.length)} versions'` : "their"}{" "}
            <strong>{count(items.reduce((sum, { callCount }) => sum + BigInt(callCount), 0n))} calls</strong>{" "}
            <Provenance
              label="enforced"
              because="the registry fixes the layout at registration, so nobody can be left out"
            />
            . A call pays the records that helped its answer most <Provenance label="provable" />.
          </p>
          <DataTable
            caption={`Model versions whose calls it can help${newestOf(items.length, totalCount)}`}
            rows={items}
            keyOf={({ versionId }) => versionId}
            empty={
              withdrawnAt === null
                ? "No version has been registered since it was accepted: it begins to earn with the next one that names its datanet."
                : "No version was registered before it was withdrawn: no model uses it."
            }
            columns={[
              {
                header: "Version",
                cell: ({ versionId, version }) => <VersionLink id={versionId} version={version} />,
              },
              { header: "Calls", numeric: true, cell: ({ callCount }) => count(callCount) },
              { header: "Fees", numeric: true, cell: ({ fees }) => <Amount of={fees} /> },
              {
                header: "Data share",
                numeric: true,
                cell: ({ version }) => (version === null ? "" : bpsPercent(version.dataBps)),
              },
            ]}
          />
        </>
      )}
    </Answered>
  );
}
