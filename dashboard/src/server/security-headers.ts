// Headers that let the pages run their own scripts only, and talk to the configured addresses only.
import type { DashboardConfig } from "../data/config.ts";

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
    "connect-src": ["'self'", ...new Set(origins)].join(" "),
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
