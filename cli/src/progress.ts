// Progress of the stages of a long job: bars on a terminal, one line per stage otherwise, nothing on standard output.
import cliProgress from "cli-progress";

export interface Stage {
  /** Reports how much is done, in any unit. */
  update(done: number, total: number): void;
  /** Ends the stage with a short result. */
  finish(result: string): void;
}

export interface Progress {
  stage(title: string): Stage;
  /** Prints a line above the bars. */
  note(line: string): void;
  /** Removes whatever is still drawn. */
  close(): void;
}

const TITLE_WIDTH = 34;
const LINE_EVERY_MILLISECONDS = 10_000;

/** Bars on standard error if it is a terminal, else plain lines there. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

function elapsed(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  const bars = new cliProgress.MultiBar(
    {
      format: " {title} {bar} {percentage}% {time}",
      stream,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 24,
      forceRedraw: true,
    },
    cliProgress.Presets.shades_classic,
  );
  // Bars hide the cursor and keep long lines in one: a process that a signal ends must not leave the terminal so.
  const restore = restoring(() => {
    bars.stop();
  });
  return {
    stage(title) {
      const since = Date.now();
      const bar = bars.create(1, 0, { title: title.padEnd(TITLE_WIDTH), time: "" });
      return {
        update(done, total) {
          bar.setTotal(Math.max(1, total));
          bar.update(done, { time: elapsed(since) });
        },
        finish(result) {
          bars.remove(bar);
          bars.log(` ✓ ${title.padEnd(TITLE_WIDTH)} ${elapsed(since).padStart(8)}  ${result}\n`);
        },
      };
    },
    note: (line) => bars.log(`${line}\n`),
    close() {
      // A last drawing: lines that are still waiting for one would be lost.
      if (bars.isActive) bars.update();
      bars.stop();
      restore.end();
    },
  };
}

/** Calls `restore` at a signal that ends the process; where nobody else waits for the signal, it ends by it after that. */
function restoring(restore: () => void): { end(): void } {
  const handlers = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const isAwaited = process.listenerCount(signal) > 0;
    const handler = (): void => {
      restore();
      if (!isAwaited && process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    process.once(signal, handler);
    return [signal, handler] as const;
  });
  return {
    end() {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
    },
  };
}

function lineProgress(stream: NodeJS.WriteStream): Progress {
  return {
    stage(title) {
      const since = Date.now();
      let printed = since;
      return {
        update(done, total) {
          if (Date.now() - printed < LINE_EVERY_MILLISECONDS) return;
          printed = Date.now();
          stream.write(
            ` … ${title.padEnd(TITLE_WIDTH)} ${elapsed(since).padStart(8)}  ${Math.floor((100 * done) / Math.max(1, total))} %\n`,
          );
        },
        finish: (result) =>
          void stream.write(` ✓ ${title.padEnd(TITLE_WIDTH)} ${elapsed(since).padStart(8)}  ${result}\n`),
      };
    },
    note: (line) => void stream.write(`${line}\n`),
    close: () => undefined,
  };
}
