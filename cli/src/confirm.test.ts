// Tests of asking before what cannot be undone.
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { confirm } from "./confirm.ts";
import { UserError } from "./errors.ts";

describe("a confirmation", () => {
  /** What comes of what is typed, and what was shown. */
  async function typed(text: string, isTTY = true): Promise<{ refusal: unknown; shown: string }> {
    const [input, output] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
    input.end(text);
    const refusal = await confirm("withdraw contribution 7", "7", { input, output }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { refusal, shown: String(output.read() ?? "") };
  }

  it("goes on when the word is typed that it shows, and only then", async () => {
    const { refusal, shown } = await typed(" 7 \n");
    expect(refusal).to.equal(undefined);
    expect(shown).to.equal("To withdraw contribution 7 cannot be undone. Type 7 to go on: ");
    for (const other of ["y\n", "\n", "77\n", ""]) {
      const wrong = (await typed(other)).refusal;
      expect(wrong, JSON.stringify(other)).to.be.instanceOf(UserError).and.include({ exitCode: 2 });
      expect((wrong as Error).message).to.match(/^nothing was sent: 7 was not typed/);
    }
  });

  it("refuses where there is no terminal, and says what to do", async () => {
    const { refusal, shown } = await typed("7\n", false);
    expect(refusal).to.be.instanceOf(UserError).and.include({ exitCode: 2 });
    expect((refusal as Error).message).to.match(/^nothing was sent: .* cannot be undone; pass --yes/);
    expect(shown).to.equal("");
  });
});
