// What suites of end-to-end tests share: they skip themselves without a dashboard or Chromium, and each test has visitors of its own, with whom nothing may go wrong.
import { expect } from "chai";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { hasChromium, startChromium } from "./browser.ts";
import { DASHBOARD, type Place, thePlace } from "./place.ts";
import { visit, type Visitor } from "./visitor.ts";

export interface Visits {
  readonly place: Place;
  readonly browser: Browser;
  /** Who came last. */
  readonly visitor: Visitor;
  /** Somebody who leaves when the test ends. */
  come: (options?: BrowserContextOptions) => Promise<Visitor>;
}

/** For all tests of the suite in which it is called. @param isAwaited whether a visitor is there when a test begins */
export function useVisits(isAwaited = true): Visits {
  const there: Visitor[] = [];
  const visits = {
    ...{ place: undefined as unknown as Place, browser: undefined as unknown as Browser },
    visitor: undefined as unknown as Visitor,
    come: async (options?: BrowserContextOptions): Promise<Visitor> => {
      const visitor = await visit(visits.browser, visits.place, options);
      there.push(visitor);
      visits.visitor = visitor;
      return visitor;
    },
  };
  before(async function () {
    if (DASHBOARD === "" || !hasChromium()) this.skip();
    visits.place = await thePlace();
    visits.browser = await startChromium();
  });
  after(() => (visits.browser as Browser | undefined)?.close());
  beforeEach(async () => {
    if (isAwaited) await visits.come();
  });
  afterEach(async () => {
    const visitors = there.splice(0);
    for (const { leave } of visitors) await leave();
    expect(visitors.flatMap(({ faults }) => faults)).to.deep.equal([]);
  });
  return visits;
}
