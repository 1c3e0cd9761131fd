// Somebody at the dashboard in Chromium: goes to pages, reads what is to be seen, and notes what must never happen.
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { DASHBOARD, type Place } from "./place.ts";
import { expectCutOf } from "./seen-amount.ts";

const SEEN_MILLISECONDS = 60_000;

export interface Visitor {
  readonly page: Page;
  /** Errors of scripts, dialogs, breaches of the content policy and requests to other places. */
  readonly faults: readonly string[];
  /** Opens an address of the dashboard, and waits for its heading. */
  goTo: (path: string, title?: string | RegExp) => Promise<void>;
  titled: (title: string | RegExp) => Promise<void>;
  /** Waits until what is to be seen of the page's main part, its spaces made one, has the pattern. */
  seen: (pattern: RegExp, where?: Locator) => Promise<RegExpExecArray>;
  /** What stands beside a name, in the facts of the page. */
  fact: (name: string) => Locator;
  /** The large number of this name. */
  tile: (name: string) => Locator;
  /** Rows of the table with this caption. */
  rows: (caption: string | RegExp) => Locator;
  leave: () => Promise<void>;
}

export async function visit(browser: Browser, place: Place, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(SEEN_MILLISECONDS);
  const faults: string[] = [];
  const { rpcUrl, indexerUrl, gatewayUrl = indexerUrl } = place.config;
  const known = new Set([DASHBOARD, rpcUrl, indexerUrl, gatewayUrl].map((url) => new URL(url).origin));
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!known.has(origin) && !["data:", "blob:"].includes(protocol)) faults.push(`request to ${request.url()}`);
  });
  const titled = (title: string | RegExp): Promise<void> =>
    page.getByRole("heading", { level: 1, name: title }).waitFor();
  return {
    ...{ page, faults, titled },
    goTo: async (path, title = /./) => {
      await page.goto(`${DASHBOARD}${path}`);
      await titled(title);
    },
    seen: async (pattern, where = page.getByRole("main")) => {
      const giveUpAt = Date.now() + SEEN_MILLISECONDS;
      for (;;) {
        const text = (await where.innerText()).replaceAll(/[ \t\n]+/g, " ");
        const found = pattern.exec(text);
        if (found !== null) return found;
        if (Date.now() > giveUpAt) throw new Error(`${String(pattern)} is not to be seen in:\n${text}`);
        await page.waitForTimeout(100);
      }
    },
    fact: (name) =>
      page
        .locator(".facts > div", { has: page.locator("dt", { hasText: exactly(name) }) })
        .first()
        .locator("dd"),
    tile: (name) => page.locator(".tile", { hasText: name }).first(),
    rows: (caption) => page.getByRole("region", { name: caption }).first().locator("tbody tr"),
    leave: () => context.close(),
  };
}

/**
 * The amounts that are to be seen in a place, in base units, exact.
 * @throws Error if one is not to be seen, or what is seen of it is not the exact amount that the page gives for copying, cut after some decimals
 */
export async function amountsIn(where: Locator): Promise<bigint[]> {
  await where.first().waitFor();
  const all = await where.locator("data.amount").evaluateAll((elements) =>
    elements.map((each) => ({
      exact: each.getAttribute("value")!,
      text: (each as HTMLElement).innerText,
      isSeen: each.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    })),
  );
  return all.map(({ exact, text, isSeen }) => {
    if (!isSeen) throw new Error(`an amount of ${exact} is not to be seen`);
    expectCutOf(BigInt(exact), text);
    return BigInt(exact);
  });
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\\s*$`);
}
