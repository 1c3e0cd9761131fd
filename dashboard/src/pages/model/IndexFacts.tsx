// The attribution index of a version: whether it is usable, by which method, and what was measured of its quality.
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Status } from "../../parts/Status.tsx";
import { When } from "../../parts/When.tsx";
import { indexState } from "../models/index-state.ts";
import { MeasuredQuality } from "./MeasuredQuality.tsx";
import type { VersionRow } from "./Version.tsx";

export function IndexFacts({ version: { id, index, indexCount } }: { version: VersionRow }) {
  if (index === null)
    return (
      <>
        <h3>Attribution index</h3>
        <p className="empty">
          {indexCount === 0
            ? "None is committed yet: its fees wait until its records can be compared with its calls."
            : "None stands: a court ended the one that was committed."}
        </p>
      </>
    );
  const state = indexState(index);
  return (
    <>
      <h3>
        Attribution index <Status of={state} />
      </h3>
      <Facts>
        <Fact name={state === "usable" ? "Usable since" : "Usable from"}>
          <When at={index.usableAt} />
        </Fact>
        <Fact name="Records">
          {count(index.records)} <Provenance label="enforced" because="its size is that of the layout" />
        </Fact>
        <Fact name="Root">
          <Hash hex={index.rootHash} what="root of the index" />{" "}
          <Provenance
            label="provable"
            because="layout, record hashes, novelty and witnesses until it is usable; that sketches are true gradients is attested"
          />
        </Fact>
        <Fact name="Method">
          <Hash hex={index.methodId} what="id of the method" />
        </Fact>
        <Fact name="Sketch">{count(index.k)} dimensions of 8 bits</Fact>
        <Fact name="Records paid for each call">
          the best {count(index.topK)}, debits weighed {index.debitFactor}
        </Fact>
        <Fact name="Committed by">
          <Account address={index.committer} />
        </Fact>
        <Fact name="Bond">
          <Amount of={index.bond} /> {index.bondReturnedAt === null ? "held" : "returned"}
        </Fact>
      </Facts>
      {state === "usable" && <MeasuredQuality index={{ versionId: id, rootHash: index.rootHash }} />}
    </>
  );
}
