// What the receipt of an answer says, and where it is booked.
import { Link } from "react-router";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import type { CheckedAnswer } from "../../check/check-answer.ts";
import { useConfig } from "../../data/config.ts";
import { count } from "../../format/amount.ts";
import { Amount } from "../../parts/Amount.tsx";
import { Fact, Facts } from "../../parts/Facts.tsx";
import { Account, Hash } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { When } from "../../parts/When.tsx";
import { paths } from "../../paths.ts";

export function ReceiptFacts({ found: { call, settlement, epoch, divided } }: { found: CheckedAnswer }) {
  const { receipt } = call;
  const { gateway, model } = divided;
  return (
    <Section title="The receipt">
      <p>
        It stands in the settlement's receipts: <Provenance label="proven" />. That the call was made as it says is{" "}
        <Provenance label="attested" because="the gateway signed it" />.
      </p>
      <Facts>
        <Fact name="Price">
          <Amount of={receipt.amount} />
        </Fact>
        <Fact name="Written">
          <When at={BigInt(receipt.issuedAt)} />
        </Fact>
        <Fact name="Model version">
          <Link to={paths.model(String(model))}>
            version {String(receipt.modelVersion)} of model {String(model)}
          </Link>
        </Fact>
        <Fact name="Settlement">
          {String(settlement)}, call {count(call.place + 1)}, in{" "}
          <Link to={paths.epoch(String(epoch))}>epoch {String(epoch)}</Link>
        </Fact>
        <Fact name="Till">
          <Account address={receipt.till} />
        </Fact>
        <Fact name="Gateway">
          <Account address={gateway} />
        </Fact>
        <Fact name="Payment channel">
          <Hash hex={receipt.channelId} what="channel" /> call {count(receipt.sequence)}
        </Fact>
        <Fact name="Agent">
          <Agent registry={receipt.agentRegistry} id={receipt.agentId} />
        </Fact>
        <Fact name="Prompt's salted hash">
          <Hash hex={receipt.requestHash} />
        </Fact>
        <Fact name="Answer's salted hash">
          <Hash hex={receipt.responseHash} />
        </Fact>
      </Facts>
    </Section>
  );
}

/** An agent is known by its registry and its id there, which counts from 0. */
function Agent({ registry, id }: { registry: Address; id: bigint }) {
  const { deployment } = useConfig();
  if (isAddressEqual(registry, zeroAddress)) return <>none</>;
  if (isAddressEqual(registry, deployment.addresses.AgentRegistry))
    return <Link to={paths.agent(String(id))}>agent {String(id)}</Link>;
  return (
    <>
      agent {String(id)} of another registry, <Account address={registry} />
    </>
  );
}
