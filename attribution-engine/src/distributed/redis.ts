/** Connections to the Redis or Valkey server that holds the queue. */
import { Redis } from "ioredis";

const CONNECT_MILLISECONDS = 5_000;
const SLOWEST_RETRY_MILLISECONDS = 5_000;

/** The server's URL as errors call it: without user and password. */
export function redisName(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

/**
 * Connects, with the password of `TRIBUTARY_QUEUE_PASSWORD` where the URL has none. It tries once, so that a server that is not there is an error at once; what is lost later is connected again for as long as it takes.
 * @throws naming the server, and why it does not answer.
 */
export async function connectRedis(url: string): Promise<Redis> {
  let isKnown = false;
  const password = new URL(url).password === "" ? process.env["TRIBUTARY_QUEUE_PASSWORD"] : undefined;
  const redis = new Redis(url, {
    ...(password === undefined ? {} : { password }),
    lazyConnect: true,
    connectTimeout: CONNECT_MILLISECONDS,
    // BullMQ asks for this: a command waits for the connection to come back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isKnown ? Math.min(times * 200, SLOWEST_RETRY_MILLISECONDS) : null),
  });
  let reason = "no answer";
  redis.on("error", (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const why = (error as Error).message.startsWith("Connection is closed") ? reason : (error as Error).message;
    throw new Error(
      `${redisName(url)} cannot be reached: ${why}; start Redis or Valkey there, or correct --queue and its password`,
      { cause: error },
    );
  }
  isKnown = true;
  return redis;
}
