// How the dashboard is built: static files with hashed names, one chunk for each page.
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Parts of every page, and the first page itself; not what is loaded with a check, a picture or a wallet. */
const PARTS =
  /dashboard\/src\/(?:app|format|data\/(?!check-chain|openings)|parts\/(?!check|charts|EpochEarnings)|pages\/overview\/(?:OverviewPage|Latest|queries))/;
const FIRST_PAGE = "pages/overview/OverviewPage.tsx";

/** The first page's chunks are fetched with the first script, and not only when that asks for them. Most of them are parts of every page. */
const preloadFirstPage: Plugin = {
  name: "preload-first-page",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle = {}, chunk: entry }) => {
      const withImports = (file: string, files = new Set<string>()): Set<string> => {
        const chunk = bundle[file];
        if (chunk?.type !== "chunk" || files.has(file)) return files;
        files.add(file);
        for (const imported of chunk.imports) withImports(imported, files);
        return files;
      };
      const first = Object.values(bundle).find(
        (chunk) => chunk.type === "chunk" && chunk.facadeModuleId?.endsWith(FIRST_PAGE) === true,
      );
      if (first === undefined || entry === undefined) return [];
      const files = withImports(first.fileName).difference(withImports(entry.fileName));
      return [...files].map((file) => {
        return { tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` }, injectTo: "head" };
      });
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), preloadFirstPage],
  // Scripts and styles come from files only, so that the content security policy needs no exception.
  build: {
    ...{ target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, manifest: true },
    // What every page has is one file, not many small ones: each would cost a round trip.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "parts", test: PARTS }] } },
    },
  },
});
