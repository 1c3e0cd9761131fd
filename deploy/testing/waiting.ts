// What tests of servers wait for: a port that is listened on or is not, and any other condition, with an end.
import { connect } from "node:net";

const POLL_MILLISECONDS = 50;

/** Whether something accepts connections on a local port. */
export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Waits until `condition` holds; after `milliseconds` throws an Error that says `what` did not come. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  milliseconds: number,
  what: () => string,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}
