// How the dashboard is built: static files with hashed names, one chunk for each page.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Scripts and styles come from files only, so that the content security policy needs no exception.
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, manifest: true },
});
