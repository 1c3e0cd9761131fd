// The figures of gas, compared with their targets and with earlier ones, and laid out for readers.

/** What one transaction used, calldata and the 21,000 of any transaction included. */
export type Figure = {
  /** `Contract.function` */
  call: string;
  /** What of the state before decides the figure. */
  given: string;
  gas: number;
};

export type Target = {
  name: string;
  gas: number;
  /** What the figure is meant to be below. */
  below: number;
  isMet: boolean;
  /** Whether to miss it is a fault; the others are aims. */
  isRequired: boolean;
};

/** What the scenarios of claims are called, where figures are looked up. */
export const GIVEN = {
  first: "first, by a new holder of the token",
  repeated: "repeated",
  firstTen: "first, ten near positions of one owner",
  repeatedTen: "repeated, ten near positions of one owner",
  repeatedTenOthers: "repeated, ten near positions of ten owners",
  repeatedTenFromRoot: "repeated, ten positions of one owner, each opened from the root",
  peerFirst: "by a new holder of the token, in a fresh word",
} as const;

const MOST_REPEATED = 60_000;
const MOST_FURTHER = 30_000;
const MOST_PROOF = 500_000;

export function targetsOf(figures: readonly Figure[]): Target[] {
  const claimOne = (given: string): number => gasOf(figures, "RoyaltyVault.claimOne", given);
  const claim = (given: string): number => gasOf(figures, "RoyaltyVault.claim", given);
  const further = (given: string): number => Math.ceil((claim(given) - claim(GIVEN.repeated)) / 9);
  const target = (name: string, gas: number, below: number, isRequired = false): Target => {
    return { name, gas, below, isMet: gas < below, isRequired };
  };
  return [
    target(
      "first claim, against BitmapDistributor's",
      claimOne(GIVEN.first),
      gasOf(figures, "BitmapDistributor.claim", GIVEN.peerFirst),
      true,
    ),
    target("repeated claim", claimOne(GIVEN.repeated), MOST_REPEATED),
    target("each further position of a batch, near ones of one owner", further(GIVEN.repeatedTen), MOST_FURTHER),
    target("each further position of a batch, near ones of ten owners", further(GIVEN.repeatedTenOthers), MOST_FURTHER),
    target("each further position of a batch, opened from the root", further(GIVEN.repeatedTenFromRoot), MOST_FURTHER),
    target("the dearest fault proof", dearestProof(figures), MOST_PROOF, true),
  ];
}

function dearestProof(figures: readonly Figure[]): number {
  const proofs = figures.filter(({ call }) => /^(Fault|Index|Settlement)Proofs\.prove/.test(call));
  if (proofs.length === 0) throw new Error("no fault proof was measured");
  return Math.max(...proofs.map(({ gas }) => gas));
}

/** @throws where it was not measured */
export function gasOf(figures: readonly Figure[], call: string, given: string): number {
  const figure = figures.find((f) => f.call === call && f.given === given);
  if (figure === undefined) throw new Error(`${call} (${given}) was not measured`);
  return figure.gas;
}

/** Functions that no scenario calls. */
export function unmeasured(functions: Iterable<string>, figures: readonly Figure[]): string[] {
  const calls = new Set(figures.map(({ call }) => call));
  return [...functions].filter((name) => !calls.has(name)).sort();
}

/** A time or a signature in the calldata can have a zero byte more or less. */
const TOLERANCE_GAS = 100;

/** What differs from earlier figures by more than chance. */
export function changesOf(before: readonly Figure[], after: readonly Figure[]): string[] {
  const key = ({ call, given }: Figure): string => `${call} (${given})`;
  const was = new Map(before.map((figure) => [key(figure), figure.gas]));
  const is = new Map(after.map((figure) => [key(figure), figure.gas]));
  return [
    ...[...was.keys()].filter((name) => !is.has(name)).map((name) => `${name}: is measured no more`),
    ...[...is].flatMap(([name, gas]) => {
      const old = was.get(name);
      if (old === undefined) return [`${name}: ${gas}, not measured before`];
      const change = gas - old;
      if (Math.abs(change) <= TOLERANCE_GAS) return [];
      return [`${name}: ${old} → ${gas} (${change > 0 ? "+" : ""}${change})`];
    }),
  ];
}

const MARKS = ["<!-- gas: written by npm run gas -- --write -->", "<!-- /gas -->"] as const;

/** Puts the fragment between its marks in a document. @throws where the document has no marks */
export function withFragment(document: string, fragment: string): string {
  const [start, end] = MARKS.map((mark) => document.indexOf(mark));
  if (start! < 0 || end! < start!) throw new Error(`the document has no ${MARKS[0]} … ${MARKS[1]}`);
  return `${document.slice(0, start! + MARKS[0].length)}\n\n${fragment}\n\n${document.slice(end)}`;
}

const isClaim = ({ call }: Figure): boolean =>
  /^(RoyaltyVault\.claim|BitmapDistributor|CumulativeDistributor)/.test(call);

/** The claims beside their peers', in Markdown. */
export function claimsFragment(figures: readonly Figure[]): string {
  return table(figures.filter(isClaim)).join("\n");
}

/** All figures, in Markdown: the claims first. */
export function allFragment(figures: readonly Figure[]): string {
  return table([...figures.filter(isClaim), ...figures.filter((figure) => !isClaim(figure))]).join("\n");
}

function table(figures: readonly Figure[]): string[] {
  const rows = figures.map(({ call, given, gas }) => `| \`${call}\` | ${given} | ${thousands(gas)} |`);
  return ["| call | given | gas |", "|---|---|---:|", ...rows];
}

export function thousands(gas: number): string {
  return gas.toLocaleString("en-US");
}
