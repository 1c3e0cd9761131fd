// The verification that `explain` rests on: what is honest holds, and a lie is refused, the one that was committed and became final as well.
import { expect } from "chai";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import type { CheckChain } from "../../../dashboard/src/check/chain.ts";
import { servedCall, vectorChain } from "../../../dashboard/src/check/testing/vector-chain.ts";
import { UserError } from "../errors.ts";
import { verifiedCall } from "./verified-call.ts";

describe("the verification of an explained call", function () {
  this.timeout(60_000);
  const epoch = vectorEpoch();
  const [call, other] = [epoch.calls[0]!, epoch.calls[1]!];
  const { opened } = servedCall(call);

  async function refusal(chain: CheckChain, changed = opened, id = call.id, settlement = call.settlement) {
    const error: unknown = await verifiedCall(chain, id, { settlement, opened: changed }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).exitCode).to.equal(1);
    return (error as UserError).message;
  }

  it("holds for an honest opening, and says what was paid to whom", async () => {
    const { call: found, standing } = await verifiedCall(vectorChain(epoch, call), call.id, {
      settlement: call.settlement,
      opened,
    });
    expect([found.amount, standing.epoch, standing.proposal]).to.deep.equal([1_444n, 4n, 1]);
    for (const { contributionId, position } of found.records.filter((record) => record.position !== undefined)) {
      const earner = epoch.earnerOf(contributionId);
      expect(position).to.equal(earner === 0n ? epoch.treasury : earner);
    }
  });

  it("names the record and both positions where the chain says that another one earns", async () => {
    const stolen = await refusal(vectorChain(epoch, call, { earnerOf: () => 9n }));
    expect(stolen).to.match(
      /^REFUSED: what became final in epoch 4 pays another position than the chain names: \w+ record \d+: the position that earns for contribution \d+: \d+, not 9$/,
    );
    const unaccepted = await refusal(vectorChain(epoch, call, { earnerOf: () => 0n }));
    expect(unaccepted).to.match(
      new RegExp(`the position that earns for contribution \\d+: \\d+, not ${epoch.treasury}$`),
    );
  });

  it("refuses what is not opened from the chain's roots, and numbers that do not follow", async () => {
    const committed = /^REFUSED: what was opened is not what the chain committed: /;
    const wrong = { hash: other.id, sum: call.roots.payouts.sum };
    expect(await refusal(vectorChain(epoch, call, { roots: { payouts: wrong } }))).to.match(committed);
    expect(await refusal(vectorChain(epoch, call), other.opened)).to.match(committed);
    expect(await refusal(vectorChain(epoch, call), opened, other.id)).to.match(committed);
    expect(await refusal(vectorChain(epoch, call), { ...opened, records: opened.records.slice(1) })).to.match(
      committed,
    );
    const lying = vectorEpoch((of) => (of.output.groups[0]!.calls[0]!.helpful[0]!.points = "942"));
    const told = lying.calls[0]!;
    expect(await refusal(vectorChain(lying, told), told.opened, told.id))
      .to.match(committed)
      .and.include("points");
  });

  it("waits for an epoch that is final", async () => {
    expect(await refusal(vectorChain(epoch, call, { status: 2 }))).to.match(/^settlement \d+: its settlement waits/);
  });

  it("refutes nothing where the chain cannot be read", async () => {
    let reads = 0;
    const broken = vectorChain(epoch, call, { isUp: () => reads++ < 8 });
    const error: unknown = await verifiedCall(broken, call.id, { settlement: call.settlement, opened }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(Error).and.not.instanceOf(UserError);
    expect(String(error)).to.include("could not be read");
  });
});
