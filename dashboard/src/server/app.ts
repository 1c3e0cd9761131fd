// The dashboard's HTTP server: the built files, the configuration, and answers that a payer kept.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import type { DashboardConfig } from "../data/config.ts";
import { hostCheck } from "./host-check.ts";
import { newestAnswers } from "./newest-answers.ts";
import { statusOfPage } from "./page-status.ts";
import { securityHeaders } from "./security-headers.ts";
import { readStaticFiles } from "./static-files.ts";

const RECEIPT_FILE = /^(0x[0-9a-f]{64})\.json$/i;
/** Where the build has files: its assets, and names at the top. */
const FILE = /^\/(assets\/.*|[^/]*\.[^/]*)$/;
/** Listed for who looks for one. */
const NEWEST_ANSWERS = 5;
const IMMUTABLE = "public, max-age=31536000, immutable";
const FRESH = "no-cache";

export interface DashboardAppOptions {
  config: DashboardConfig;
  /** Folder of the built files. */
  dist: string;
  /** Folder of `<receiptId>.json`; none are served without it. */
  answers?: string;
  /** Names besides those of this machine under which requests may come, such as a proxy's. */
  hostNames?: readonly string[];
}

/** All files of the build are read at the start: a path of a request is only ever compared with their names. */
export async function dashboardApp({ config, dist, answers, hostNames }: DashboardAppOptions): Promise<Hono> {
  const files = await readStaticFiles(dist);
  const page = files.get("/index.html");
  if (page === undefined) throw new Error(`${dist}: no index.html; build the dashboard first`);
  const headers = securityHeaders(config);
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
  });
  app.use(hostCheck(hostNames));

  app.get("/config.json", (c) => c.json(config, 200, { "Cache-Control": FRESH }));

  app.get("/answers/newest.json", async (c) => {
    const newest = answers === undefined ? [] : await newestAnswers(answers, NEWEST_ANSWERS);
    return c.json({ answers: newest }, 200, { "Cache-Control": FRESH });
  });

  app.get("/answers/:file{.+\\.json}", async (c) => {
    const receiptId = RECEIPT_FILE.exec(c.req.param("file"))?.[1];
    if (answers === undefined || receiptId === undefined) return c.json(NO_ANSWER, 404);
    const kept = await readFile(join(answers, `${receiptId.toLowerCase()}.json`)).catch(() => undefined);
    if (kept === undefined) return c.json(NO_ANSWER, 404);
    return c.body(new Uint8Array(kept), 200, { "Content-Type": "application/json", "Cache-Control": FRESH });
  });

  app.get("*", async (c) => {
    const { pathname } = new URL(c.req.url);
    // What a page's address shows is the browser's matter; what looks like a file and is none is missing. An id may have a dot.
    const named = files.get(pathname);
    const file = named ?? (FILE.test(pathname) ? undefined : page);
    if (file === undefined) return c.text("Not found", 404);
    const status = named === undefined ? await statusOfPage(config.indexerUrl, pathname) : 200;
    const isGzipped = file.gzipped !== undefined && /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
    return c.body(isGzipped ? file.gzipped! : file.bytes, status, {
      "Content-Type": file.type,
      "Cache-Control": pathname.startsWith("/assets/") ? IMMUTABLE : FRESH,
      Vary: "Accept-Encoding",
      ...(isGzipped ? { "Content-Encoding": "gzip" } : {}),
    });
  });

  return app;
}

const NO_ANSWER = {
  error: {
    code: "not_kept",
    message: "the text of this answer is not kept here",
    hint: "only who asked has it: open the file that was kept with the receipt",
  },
};
