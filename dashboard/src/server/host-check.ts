// Refuses requests whose Host names something else than this server: a page of another name that was made to resolve to this machine is not to read what is served here.
import type { MiddlewareHandler } from "hono";

/** What browsers and programs of this machine call it. */
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];
const STATUS_MISDIRECTED = 421;

/** @param names under which it is served besides, such as a proxy's; without their port, which may be any */
export function hostCheck(names: readonly string[] = []): MiddlewareHandler {
  const accepted = new Set([...LOOPBACK_NAMES, ...names.map((name) => name.toLowerCase())]);
  return async (context, next) => {
    const host = context.req.header("host") ?? new URL(context.req.url).host;
    if (accepted.has(nameOf(host))) return next();
    return context.json(
      {
        error: {
          code: "unknown_host",
          message: `this server is not called ${JSON.stringify(host)}`,
          hint: "Ask it as 127.0.0.1 or localhost; whoever serves it under another name starts it with --host-name <name>.",
        },
      },
      STATUS_MISDIRECTED,
    );
  };
}

/** Without the port. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}
