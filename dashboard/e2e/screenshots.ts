// Pictures of pages, kept as artefacts of a run of the end-to-end tests.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

export const SCREENSHOTS = fileURLToPath(new URL("screenshots", import.meta.url));

/** Writes `dashboard/e2e/screenshots/<name>.png`, the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
