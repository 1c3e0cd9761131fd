// Parameters: their ranges and relations, where they come from, and the page that describes them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as chains from "viem/chains";
import { finalityOf } from "@tributary/protocol/finality";
import { local } from "./networks/local.ts";
import { NETWORKS } from "./networks/networks.ts";
import { publicParameters } from "./networks/public-parameters.ts";
import { environmentName, gatherParameters } from "./parameter-sources.ts";
import { PARAMETERS_DOC, renderParameters } from "./parameters-doc.ts";
import {
  checkParameters,
  disputeHoldSeconds,
  jsonOf,
  PARAMETER_NAMES,
  type Parameters,
  parametersOf,
  LEAST_PUBLIC_SECONDS,
  PUBLIC_RELATIONS,
  RELATIONS,
  reviewAnswerableSeconds,
  SPECS,
} from "./parameters.ts";

const SOMEBODY = "0x00000000000000000000000000000000005ea111";
const TOKEN = {
  symbol: "USD",
  token: SOMEBODY,
  bondFloor: 1n,
  mostBondFloor: 2n,
  proposerFee: 0n,
  mostProposerFee: 0n,
  proofDeposit: 1n,
  demandDeposit: 1n,
  inclusionDeposit: 1n,
  disputeBondFloor: 1n,
} as const;
const inPublic: Parameters = { ...publicParameters, tokenRecipient: SOMEBODY };

function problemOf(parameters: Parameters, isPublic = false): string {
  try {
    checkParameters(parameters, isPublic);
  } catch (error) {
    expect(error).to.be.instanceOf(RangeError);
    return (error as RangeError).message;
  }
  return "";
}

describe("checkParameters", () => {
  it("accepts those of every network, once a recipient is named", () => {
    for (const { kind, parameters } of NETWORKS) {
      const isPublic = kind !== "local";
      expect(problemOf(isPublic ? { ...parameters, tokenRecipient: SOMEBODY } : parameters, isPublic)).to.equal("");
    }
  });

  it("names every parameter that is out of range", () => {
    const wrong = {
      ...local.parameters,
      epochSeconds: 0,
      attributorQuorumBps: 10_001,
      treasuryMostBps: 2_001,
      bondFloor: -1n,
    };
    expect(problemOf(wrong)).to.match(/attributorQuorumBps.*epochSeconds.*bondFloor.*treasuryMostBps/);
  });

  for (const name of PARAMETER_NAMES) {
    it(`refuses ${name} just outside its range, and what is not a value`, () => {
      const spec = SPECS[name];
      const outside: unknown[] =
        spec.kind === "seconds" || spec.kind === "bps"
          ? [spec.least - 1, spec.most + 1, spec.least + 0.5, NaN, undefined]
          : spec.kind === "amount"
            ? [spec.least - 1n, spec.most + 1n, 5, undefined]
            : spec.kind === "address"
              ? ["0x12", `0x${"00".repeat(20)}`]
              : [Array.from({ length: 9 }, (_, index) => ({ ...TOKEN, symbol: `T${index}` }))];
      for (const value of outside) expect(problemOf({ ...inPublic, [name]: value })).to.contain(name);
    });
  }

  const broken: Partial<Parameters>[] = [
    { openToken: SOMEBODY },
    { batchSettlement: SOMEBODY, erc3009Collector: SOMEBODY },
    { unbondingSeconds: reviewAnswerableSeconds(inPublic), commissionDelaySeconds: reviewAnswerableSeconds(inPublic) },
    { challengeWindowSeconds: inPublic.unbondingSeconds - inPublic.sketchWindowSeconds },
    { disputeCommitSeconds: 30 * 86_400, disputeAnswerableSeconds: 40 * 86_400, unbondingSeconds: 60 * 86_400 },
    { disputeAnswerableSeconds: inPublic.sketchWindowSeconds + disputeHoldSeconds(inPublic) },
    { withheldAnswerableSeconds: inPublic.sketchWindowSeconds + disputeHoldSeconds(inPublic) },
    { admittedSketchBps: inPublic.falseSketchBps + 1 },
    { withheldAnswerableSeconds: inPublic.unbondingSeconds },
    { inclusionAnswerSeconds: inPublic.wrongAnswerableSeconds - inPublic.inclusionDemandSeconds },
    { inclusionGraceSeconds: inPublic.inclusionDemandSeconds },
    // A second more than the 30 rounds have.
    { answerSeconds: 43_200, reactionSeconds: 43_201 },
    { commissionDelaySeconds: inPublic.unbondingSeconds - 1 },
    { settlementLifetimeSeconds: inPublic.sketchWindowSeconds },
    { mostReviewWindowSeconds: inPublic.leastReviewWindowSeconds - 1 },
    { objectionBondFloor: 3n, reviewRewardBps: 3_000 },
    { bondFloor: inPublic.mostBondFloor + 1n },
    { proposerFee: inPublic.mostProposerFee + 1n },
    { indexBond: inPublic.mostIndexBond + 1n },
    { treasuryLeastBps: inPublic.treasuryMostBps + 1 },
    { openToken: TOKEN.token, tokenRecipient: undefined, paymentTokens: [TOKEN] },
  ];
  for (const [index, { says, holds }] of RELATIONS.entries()) {
    it(`refuses what breaks: ${says}`, () => {
      const wrong = { ...inPublic, ...broken[index] };
      expect(holds(inPublic)).to.equal(true);
      expect(holds(wrong)).to.equal(false);
      expect(problemOf(wrong)).to.contain(says);
    });
  }

  it("lets a descent of 30 rounds take all of its 30 days", () => {
    expect(problemOf({ ...inPublic, answerSeconds: 43_200, reactionSeconds: 43_200 })).to.equal("");
  });

  for (const [name, least] of Object.entries(LEAST_PUBLIC_SECONDS)) {
    it(`refuses ${name} just below its minimum on a network that is not local`, () => {
      const short = { ...inPublic, [name]: least - 1 };
      expect(problemOf(short, true)).to.contain(`${name} is ${least - 1}, too short`);
      expect(problemOf(short)).not.to.contain("too short");
      expect(problemOf({ ...inPublic, [name]: least }, true)).not.to.contain("too short");
    });
  }

  const brokenInPublic: Partial<Parameters>[] = [
    { epochSeconds: inPublic.challengeWindowSeconds + 30 * (inPublic.answerSeconds + inPublic.reactionSeconds) - 1 },
    { indexBond: 0n },
    { attributorQuorumBps: 5_000 },
  ];
  for (const [index, { says, holds }] of PUBLIC_RELATIONS.entries()) {
    it(`refuses, on a network that is not local, what breaks: ${says}`, () => {
      const wrong = { ...inPublic, ...brokenInPublic[index] };
      expect(holds(inPublic)).to.equal(true);
      expect(problemOf(wrong, true)).to.contain(says);
      expect(problemOf(wrong)).to.equal("");
    });
  }

  it("refuses, on a network that is not local, each bond of 0", () => {
    const costsNothing = "so that a wrong root costs something";
    expect(problemOf({ ...inPublic, paymentTokens: [TOKEN] }, true)).to.equal("");
    expect(problemOf({ ...inPublic, bondFloor: 0n }, true)).to.contain(costsNothing);
    expect(problemOf({ ...inPublic, paymentTokens: [{ ...TOKEN, bondFloor: 0n }] }, true)).to.contain(costsNothing);
  });

  it("names what is wrong with payment tokens", () => {
    const tokens = (...paymentTokens: Parameters["paymentTokens"]) => problemOf({ ...inPublic, paymentTokens });
    expect(tokens(TOKEN)).to.equal("");
    expect(tokens({ ...TOKEN, symbol: "usd" })).to.contain('"usd" is not');
    expect(tokens({ ...TOKEN, symbol: "OPEN" })).to.contain('"OPEN" is not');
    expect(tokens({ ...TOKEN, bondFloor: 3n })).to.contain("paymentTokens.USD: bondFloor");
    expect(tokens({ ...TOKEN, proposerFee: 3n })).to.contain("paymentTokens.USD: proposerFee");
    expect(tokens({ ...TOKEN, mostBondFloor: 2n ** 128n })).to.contain("does not fit 128 bits");
    expect(tokens({ ...TOKEN, token: "0x12" })).to.contain("is not an address");
    expect(tokens(TOKEN, TOKEN)).to.match(/a symbol twice.*a token twice/);
  });
});

describe("gatherParameters", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-parameters-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function failureOf(promise: Promise<unknown>): Promise<string> {
    return promise.then(
      () => "",
      (error: unknown) => String(error),
    );
  }

  it("takes the command line before the environment, that before the file, that before the network", async () => {
    const file = join(folder, "p.json");
    writeFileSync(file, JSON.stringify({ tokenRecipient: SOMEBODY, epochSeconds: 1, bondBps: 1, indexBond: "1" }));
    const gathered = await gatherParameters({
      network: publicParameters,
      file,
      environment: { TRIBUTARY_EPOCH_SECONDS: "2", TRIBUTARY_BOND_BPS: "2", TRIBUTARY_DEBUG: "1" },
      set: ["epochSeconds=3", `paymentTokens=${JSON.stringify([{ ...jsonOf({ ...TOKEN } as never) }])}`],
    });
    expect(gathered).to.deep.equal({
      ...publicParameters,
      tokenRecipient: SOMEBODY,
      indexBond: 1n,
      bondBps: 2,
      epochSeconds: 3,
      paymentTokens: [TOKEN],
    });
  });

  it("with a token that exists, needs no recipient of a new one", async () => {
    const gathered = await gatherParameters({
      network: local.parameters,
      environment: {},
      set: [`openToken=${SOMEBODY}`],
    });
    expect(gathered.tokenRecipient).to.equal(undefined);
    expect(problemOf(gathered)).to.equal("");
  });

  it("says where a parameter is wrong", async () => {
    const sources = { network: publicParameters, environment: {}, set: [] as string[] };
    expect(await failureOf(gatherParameters({ ...sources, set: ["epochSecond=3"] }))).to.contain(
      '--set: there is no parameter "epochSecond"',
    );
    expect(await failureOf(gatherParameters({ ...sources, set: ["epochSeconds"] }))).to.contain("expected name=value");
    expect(await failureOf(gatherParameters({ ...sources, set: ["bondFloor=1.5"] }))).to.contain("--set: bondFloor");
    expect(await failureOf(gatherParameters({ ...sources, environment: { TRIBUTARY_BOND_FLOOR: "x" } }))).to.contain(
      "TRIBUTARY_BOND_FLOOR: bondFloor",
    );
    const file = join(folder, "p.json");
    expect(await failureOf(gatherParameters({ ...sources, file }))).to.contain("cannot be read as JSON");
    writeFileSync(file, "[]");
    expect(await failureOf(gatherParameters({ ...sources, file }))).to.contain("expected an object");
  });

  it("knows a name in the environment for every parameter, no two equal", () => {
    expect(environmentName("leastReviewWindowSeconds")).to.equal("TRIBUTARY_LEAST_REVIEW_WINDOW_SECONDS");
    expect(new Set(PARAMETER_NAMES.map(environmentName)).size).to.equal(PARAMETER_NAMES.length);
  });
});

describe("parametersOf", () => {
  it("reads back what was written", () => {
    const parameters = { ...inPublic, paymentTokens: [TOKEN] };
    expect(parametersOf(jsonOf(parameters))).to.deep.equal(parameters);
  });
});

describe("NETWORKS", () => {
  it("have the chain ids that are registered", () => {
    const registered = {
      sepolia: chains.sepolia,
      "base-sepolia": chains.baseSepolia,
      base: chains.base,
      optimism: chains.optimism,
    };
    for (const { name, chainIds, kind } of NETWORKS)
      if (kind !== "local") expect(chainIds).to.deep.equal([registered[name as keyof typeof registered].id]);
  });

  it("are final when gateways take them to be", () => {
    for (const { chainIds, finality } of NETWORKS)
      for (const chainId of chainIds) expect(finalityOf(chainId)).to.equal(finality);
  });

  it("hold no address but the agents' registry where they are not local", () => {
    for (const { kind, parameters } of NETWORKS) {
      if (kind === "local") continue;
      const given = Object.entries(parameters).filter(([, value]) => typeof value === "string");
      expect(given.map(([name]) => name)).to.deep.equal(["agentRegistry"]);
    }
  });
});

describe("docs/parameters.md", () => {
  it("is current (npm run parameters)", async () => {
    expect(readFileSync(PARAMETERS_DOC, "utf8")).to.equal(await renderParameters());
  });
});
