// Disguised copies are told from honest records by a detector that was taught on others.
import { expect } from "chai";
import { createRandom } from "../numerics/random.ts";
import { loadDigits } from "../trials/digits.ts";
import { splitImages } from "../trials/labelled-images.ts";
import { copyRecords } from "./copying.ts";
import { detectCopies, findOutliers, teachDetector } from "./copy-detector.ts";
import { DISGUISES } from "./disguises.ts";
import { appendRecords } from "./records.ts";
import { shiftBy, turnBy, warpImage } from "./warps.ts";

const share = (flags: Uint8Array): number => flags.reduce((sum, one) => sum + one, 0) / flags.length;

describe("warps", () => {
  it("move whole pixels, and turn by a right angle", () => {
    const image = Float32Array.of(1, 2, 3, 4);
    expect([...warpImage(image, shiftBy(1, 0))]).to.deep.equal([2, 0, 4, 0]);
    expect([...warpImage(image, turnBy(Math.PI / 2))].map(Math.round)).to.deep.equal([3, 1, 4, 2]);
  });
});

describe("disguises", () => {
  it("change an image more the stronger they are, and stay images", () => {
    const [images] = splitImages(loadDigits(), [2], 3);
    const [image, other] = [images!.pixels.slice(0, 64), images!.pixels.slice(64)];
    for (const { name, strengths, apply } of DISGUISES) {
      const changes = [strengths[0]!, strengths.at(-1)!].map((strength) => {
        const changed = apply(image, strength, createRandom(1, name), other);
        expect(
          changed.every((value) => value >= 0 && value <= 1),
          name,
        ).to.equal(true);
        return Math.hypot(...changed.map((value, i) => value - image[i]!));
      });
      expect(changes[0], name).to.be.lessThan(changes[1]!);
    }
  });
});

describe("the copy detector", () => {
  it("leaves thinly disguised copies out and nearly all honest records in, and many alike of one source", async () => {
    const [first, later] = splitImages(loadDigits(), [220, 60], 2);
    const trusted = { ...first!, contributors: new Int32Array(220) };
    const detector = await teachDetector(trusted, 0.05, 0.03, 1);
    const sources = Array.from({ length: 20 }, (_, i) => 120 + 5 * i);
    const found = async (strength: number, times: number): Promise<number> => {
      const plan = { disguise: "gaussian noise", strength, times, tries: 1 };
      const copies = await copyRecords(trusted, sources, plan, 1, detector, 4);
      return share((await detectCopies(detector, appendRecords(trusted, copies))).subarray(220));
    };
    const honest = await detectCopies(
      detector,
      appendRecords(trusted, { ...later!, contributors: new Int32Array(60) }),
    );
    expect(share(honest.subarray(220))).to.be.lessThan(0.3);
    expect(await found(0.03, 1)).to.be.greaterThan(0.9);
    expect(await found(0.2, 3)).to.be.greaterThan(await found(0.2, 1));
    const noise = { disguise: "gaussian noise", strength: 0.3, times: 2, tries: 1 };
    expect(
      share(findOutliers(detector, await copyRecords(trusted, sources, noise, 1, undefined, 4))),
    ).to.be.greaterThan(0.9);
    expect(share(findOutliers(detector, later!))).to.be.lessThan(0.25);
  });
});
