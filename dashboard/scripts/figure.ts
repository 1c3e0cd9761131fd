// The command `npm run figure -w @tributary/dashboard -- <address>`: the picture of the dashboard in the README, taken anew of one that is up.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CHROMIUM, hasChromium, startChromium } from "../e2e/browser.ts";
import { anAnswerOf, thePlace } from "../e2e/place.ts";

const FIGURE = fileURLToPath(new URL("../../docs/figures/dashboard.webp", import.meta.url));
const VIEWPORT = { width: 1200, height: 1080 };
/** Of 100: letters stay sharp, and the picture below MOST_BYTES. */
const QUALITY = 80;
const MOST_BYTES = 150_000;
const SEEN_MILLISECONDS = 120_000;
const USAGE = `usage: npm run figure -w @tributary/dashboard -- <address>

  <address> of a dashboard that is up and has an answer whose epoch is final, such as that of npm start.
  Writes docs/figures/dashboard.webp: the page of an answer, in the light scheme.
`;

const [address] = process.argv.slice(2);
if (address === undefined || !URL.canParse(address) || !hasChromium()) {
  process.stderr.write(hasChromium() ? USAGE : `there is no ${CHROMIUM}: install Debian's chromium\n`);
  process.exit(2);
}
const base = address.replace(/\/$/, "");
const receipt = await anAnswerOf(await thePlace(base));
const browser = await startChromium();
try {
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
  page.setDefaultTimeout(SEEN_MILLISECONDS);
  await page.goto(`${base}/answers/${receipt}`);
  await page.getByText("These amounts are").waitFor();
  await page.getByRole("img", { name: "How the fee of this call went" }).waitFor();
  await page.waitForLoadState("networkidle");
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  const picture = Buffer.from(data, "base64");
  if (picture.length > MOST_BYTES)
    throw new Error(`${picture.length} bytes: at most ${MOST_BYTES} are kept in the repository`);
  writeFileSync(FIGURE, picture);
  console.log(`${FIGURE}: ${picture.length} bytes`);
} finally {
  await browser.close();
}
