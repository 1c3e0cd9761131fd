// Numbers that the indexer counts, counted again in the reader's browser: novelty, calls that a contribution helped, calls of an agent; and a count that is wrong.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { anAnswerOf, type Place } from "./place.ts";
import type { Visitor } from "./visitor.ts";
import { useVisits } from "./visits.ts";

const PROVEN = '.check[data-status="proven"]';
const REFUSED = '.check[data-status="refused"]';

describe("numbers that are counted", function () {
  this.timeout(180_000);
  const visits = useVisits();
  let place: Place;
  let visitor: Visitor;
  let page: Page;

  beforeEach(() => {
    ({ place, visitor } = visits);
    page = visitor.page;
  });

  const check = (what: RegExp) => page.getByRole("button", { name: what }).first();
  const checked = (what: RegExp, status = PROVEN) => page.locator(status).filter({ has: check(what) });
  const HOW_NEW = /Check it.*: how new the records of datanet 1 are in the index of version \d+/;

  it("are proven on a datanet's page: how new its records are", async () => {
    await visitor.goTo("/datanets/1", "Datanet 1");
    await check(HOW_NEW).click();
    const { acceptedRecords } = await acceptedOf(place);
    await visitor.seen(new RegExp(`All ${acceptedRecords} records were read`), checked(HOW_NEW));
  });

  it("are proven on a contribution's page: how many calls it helped and hurt, and its records' texts and novelty", async () => {
    const { id, epoch } = await aHelpful(place);
    await visitor.goTo(`/contributions/${id}`, `Contribution ${id}`);
    const helped = new RegExp(`Check it.*: how many calls of epoch ${epoch} contribution ${id} helped`);
    await check(helped).click();
    const served = await fetch(`${place.config.indexerUrl}/openings/contribution/${id}`);
    const { groups } = (await served.json()) as { groups: { calls: number; helped: number; hurt: number }[] };
    const [group] = groups;
    await visitor.seen(
      new RegExp(`Of the ${group!.calls} calls .* it helped ${group!.helped} and hurt ${group!.hurt}`),
      checked(helped),
    );
    const records = new RegExp(`Check it.*: texts and novelty of the records 0 to \\d+ of contribution ${id}`);
    await check(records).click();
    await visitor.seen(/\d records?: each text is the one that was contributed/, checked(records));
  });

  it("are proven on an agent's page: its calls, over all receipts of the settlements", async function () {
    const agent = await anAgentWithCalls(place);
    // A main job that was started by hand may have had none.
    if (agent === undefined) this.skip();
    await visitor.goTo(`/agents/${agent.id}`, `Agent ${agent.id}`);
    const calls = new RegExp(`Check it.*: the calls of agent ${agent.id}`);
    await check(calls).click();
    await visitor.seen(new RegExp(`all of them read, ${agent.calls} name agent ${agent.id}`), checked(calls));
    await page.locator('main a[href^="/answers/"]').first().click();
    await visitor.titled(/An answer/);
    await visitor.seen(/Proven: every step holds/);
    await visitor.seen(new RegExp(`^agent ${agent.id}$`), visitor.fact("Agent"));
  });

  it("count a record alike everywhere: an answer leads to the text of the record that helped it most", async () => {
    await visitor.goTo(`/answers/${await anAnswerOf(place)}`, /An answer/);
    const helped = visitor.rows("Records that helped").first();
    const text = await helped.locator(".words").innerText();
    const link = helped.getByRole("link", { name: /^record / });
    const [, record, contribution] = /^record (\S+) of contribution (\d+)$/.exec(await link.innerText())!;
    await link.click();
    await visitor.titled(`Contribution ${contribution}`);
    const row = visitor.rows(`Records of contribution ${contribution}`).filter({ hasText: text });
    await visitor.seen(new RegExp(`^${record} `), row);
    expect(await row.evaluate((element) => element.getBoundingClientRect().top < innerHeight)).to.equal(true);
  });

  it("are refused where the indexer counted wrong, though what it hands over is right", async () => {
    await page.route("**/openings/novelty/*", async (route) => {
      const response = await route.fetch();
      const served = (await response.json()) as { indexes: { noveltySum: number }[] };
      for (const index of served.indexes) index.noveltySum++;
      await route.fulfill({ response, json: served });
    });
    await visitor.goTo("/datanets/1", "Datanet 1");
    await check(HOW_NEW).click();
    await visitor.seen(/At fault is what the indexer counted, as it is shown/, checked(HOW_NEW, REFUSED));
  });

  it("are refused on a contribution's page where it shows other calls, or a novelty that nothing opens", async () => {
    const { id, epoch } = await aHelpful(place);
    await page.route(`**/openings/contribution/${id}`, async (route) => {
      const response = await route.fetch();
      const served = (await response.json()) as { used: number; groups: { used: number }[] };
      served.used = 999;
      served.groups[0]!.used = 999;
      await route.fulfill({ response, json: served });
    });
    await page.route(`**/openings/record/${id}/*`, async (route) => {
      const response = await route.fetch();
      const served = (await response.json()) as { indexes: { leaf?: object; novelty: number }[] };
      for (const index of served.indexes) {
        delete index.leaf;
        index.novelty = 7;
      }
      await route.fulfill({ response, json: served });
    });
    await visitor.goTo(`/contributions/${id}`, `Contribution ${id}`);
    await visitor.seen(/Used in 999 calls/);
    const helped = new RegExp(`Check it.*: how many calls of epoch ${epoch} contribution ${id} helped`);
    await check(helped).click();
    await visitor.seen(/At fault is what the indexer counted, as it is shown/, checked(helped, REFUSED));
    const records = new RegExp(`Check it.*: texts and novelty of the records 0 to \\d+ of contribution ${id}`);
    await check(records).click();
    await visitor.seen(/At fault is record 0 in the index of version \d+: its opening/, checked(records, REFUSED));
  });
});

/** Records of the first datanet, as pages write them. */
async function acceptedOf({ config }: Place): Promise<{ acceptedRecords: string }> {
  const served = await fetch(`${config.indexerUrl}/openings/novelty/1`);
  const { indexes } = (await served.json()) as { indexes: { records: number }[] };
  return { acceptedRecords: String(indexes[0]!.records).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f") };
}

/** A contribution that helped a call, and the epoch of that. */
async function aHelpful({ ask, config }: Place): Promise<{ id: string; epoch: number }> {
  const { contributions } = await ask<{ contributions: { items: { id: string }[] } }>(
    "{ contributions(where: { status: accepted }, limit: 100) { items { id } } }",
  );
  for (const { id } of contributions.items) {
    const served = await fetch(`${config.indexerUrl}/openings/contribution/${id}`);
    const { helped, epochs } = (await served.json()) as { helped: number; epochs: number[] };
    if (helped > 0 && epochs.length === 1) return { id, epoch: epochs[0]! };
  }
  throw new Error("no contribution helped a call of the only epoch");
}

async function anAgentWithCalls({ ask, addresses, config }: Place): Promise<{ id: string; calls: number } | undefined> {
  const { agents } = await ask<{ agents: { items: { id: string }[] } }>("{ agents(limit: 100) { items { id } } }");
  for (const { id } of agents.items) {
    const served = await fetch(`${config.indexerUrl}/openings/agent/${addresses.AgentRegistry}/${id}`);
    const { calls } = (await served.json()) as { calls: number };
    if (calls > 0) return { id, calls };
  }
  return undefined;
}
