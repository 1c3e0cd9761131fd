// Headers that let the pages run their own scripts only, and talk to the configured addresses and to a node of the viewer's.
import type { DashboardConfig } from "../data/config.ts";

/** Where a viewer's own node may be: anywhere by https, on this machine by http. As in data/node-choice.ts. */
const NODES = ["https:", "http://127.0.0.1:*", "http://localhost:*"];

export function securityHeaders(config: DashboardConfig): Record<string, string> {
  const origins = [config.rpcUrl, config.indexerUrl, config.gatewayUrl]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).origin);
  const policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "connect-src": ["'self'", ...new Set(origins), ...NODES].join(" "),
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  return {
    "Content-Security-Policy": Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  };
}
