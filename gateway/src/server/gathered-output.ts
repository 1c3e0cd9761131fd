// Where the log goes: lines that come together are written together, by another thread. A place that takes none, as a full disk, costs lines and nothing else.
import { write, writeSync } from "node:fs";

const STANDARD_OUTPUT = 1;
/** Lines that come within this time are written together. */
const GATHERED_MS = 50;
/** Characters that do not wait for it. */
const MOST_GATHERED = 8_192;
/** Of what has not been written yet; lines beyond are lost. */
const MOST_WAITING = 4_194_304;
/** A pipe whose reader is slow takes nothing for a while. */
const BUSY_MS = 100;

/** What has not been written is lost when the process is killed, and written when it ends by itself. */
export function gatheredOutput(fd = STANDARD_OUTPUT): { write(line: string): void } {
  let lines = "";
  let isWriting = false;
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (isWriting || lines === "") return;
    const bytes = Buffer.from(lines);
    lines = "";
    isWriting = true;
    put(bytes);
  };
  const put = (bytes: Uint8Array): void => {
    write(fd, bytes, (error, written) => {
      if (error?.code === "EAGAIN") return void setTimeout(put, BUSY_MS, bytes).unref();
      if (error === null && written < bytes.length) return put(bytes.subarray(written));
      isWriting = false;
      if (lines.length >= MOST_GATHERED) send();
      else if (lines !== "") timer ??= setTimeout(send, GATHERED_MS).unref();
    });
  };
  process.once("exit", () => {
    try {
      writeSync(fd, lines);
    } catch {
      // Lost with the rest.
    }
  });
  return {
    write: (line) => {
      if (lines.length > MOST_WAITING) return;
      lines += line;
      if (lines.length >= MOST_GATHERED) send();
      else timer ??= setTimeout(send, GATHERED_MS).unref();
    },
  };
}
