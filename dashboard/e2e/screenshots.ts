// Pictures of pages, kept as artefacts of a run of the end-to-end tests.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const FOLDER = fileURLToPath(new URL("screenshots", import.meta.url));

/** Writes `dashboard/e2e/screenshots/<name>.png`, the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
}
