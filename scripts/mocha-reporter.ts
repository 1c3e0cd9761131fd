// Mocha's own report, with the slowest tests and hooks before its summary.
import Mocha from "mocha";

const SHOWN = 10;
const LEAST_MILLISECONDS = 100;
const { EVENT_HOOK_END, EVENT_TEST_END } = Mocha.Runner.constants;

interface Timed {
  title: string;
  milliseconds: number;
}

class SlowestReporter extends Mocha.reporters.Spec {
  readonly #timed: Timed[] = [];

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const time = (done: Mocha.Test | Mocha.Hook): void => {
      this.#timed.push({ title: done.titlePath().join(" › "), milliseconds: done.duration ?? 0 });
    };
    runner.on(EVENT_TEST_END, time);
    runner.on(EVENT_HOOK_END, time);
  }

  override epilogue(): void {
    const slowest = this.#timed
      .filter(({ milliseconds }) => milliseconds >= LEAST_MILLISECONDS)
      .sort((a, b) => b.milliseconds - a.milliseconds)
      .slice(0, SHOWN);
    if (slowest.length > 0) Mocha.reporters.Base.consoleLog("  Slowest:");
    for (const { title, milliseconds } of slowest) {
      Mocha.reporters.Base.consoleLog(`  ${(milliseconds / 1_000).toFixed(1).padStart(8)} s  ${title}`);
    }
    super.epilogue();
  }
}

// Mocha loads a reporter by `require`.
export { SlowestReporter as "module.exports" };
