/** The figures of the attack trials as tables for people. */
import { formatTable } from "../../../scripts/table.ts";
import type { Figures } from "./figures.ts";
import { JUNK_RULES } from "./junk-search.ts";
import type { JunkPlan } from "./junk.ts";

const number = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? "" : Number.isFinite(value) ? value.toFixed(digits) : String(value);

type Junk = JunkPlan &
  Readonly<Record<"seeds" | "leftOut", number>> & { readonly kind: string; readonly shares: number[] };
type Calls = Readonly<Record<"debitFactor" | "poolOverNets" | "selfDealing" | "rivalCalls", number>>;
type Closing = Readonly<Record<"epochs" | "share" | "gain" | "afterCopies", number>> & {
  readonly channels: number | string;
};

const SWEEP_COLUMNS = [
  ["mislabelled, judge", "mislabelled, judge"],
  ["mislabelled, no judge", "no judge"],
  ["noise, judge", "noise, judge"],
  ["noise, no judge", "no judge"],
  ["leaveOut", "leave-out"],
  ["recordsUnpaid", "records unpaid"],
  ["contributorsUnpaid", "contributors unpaid"],
  ["gini", "Gini"],
] as const;

/** Why a rule has no figure for an attack. */
const NOT_TRIED = "played against our rule alone: what others' rules pay for it is not measured";

/** What `npm run attack -- --json` prints: rules by name, attacks by name, `null` where `details.notTried` says why. */
export function attackJson({ ratios, details }: Figures, quick: boolean): string {
  const attacks = [...new Set(Object.values(ratios).flatMap((rule) => Object.keys(rule)))];
  const missing = attacks.filter((attack) => Object.values(ratios).some((rule) => rule[attack] === null));
  const notTried = Object.fromEntries(missing.map((attack) => [attack, NOT_TRIED]));
  return JSON.stringify({ ...ratios, details: { quick, notTried, ...details } });
}

export function attackTables({ ratios, details }: Figures): string {
  const rules = Object.keys(ratios);
  const attacks = Object.keys(ratios[rules[0]!]!);
  const copying = details.copying as readonly Record<string, number | string>[];
  const parts: [string, string[][]][] = [
    [
      "Income with the attack ÷ honest income (thief: ÷ the robbed records' honest income; shares of all royalties where it says so)",
      [
        ["attack", ...rules],
        ...attacks.map((attack) => [attack, ...rules.map((rule) => number(ratios[rule]![attack], 3))]),
      ],
    ],
    [
      "Copying against our rule, largest income first (of all copies of all of the attacker's records; tries: disguises of which the judge's least suspect is taken)",
      [
        ["attacker, disguise", "strength", "times", "tries", "seeds", "ratio", "kept", "left out"],
        ...[...copying]
          .sort((a, b) => (b["ratio"] as number) - (a["ratio"] as number))
          .slice(0, 32)
          .map((one) => [
            `${one["target"]}, ${one["target"] === "thief" ? "" : `${one["size"]}, `}${one["disguise"] ?? "exact"}`,
            number(one["strength"] as number, 3),
            ...["times", "tries", "seeds"].map((name) => String(one[name])),
            ...["ratio", "kept", "leftOut"].map((name) => number(one[name] as number)),
          ]),
      ],
    ],
    [
      "The worst case by ramp of novelty (τ/δ)",
      [["ramp", "ratio"], ...Object.entries(details.ramps).map(([name, ratio]) => [name, number(ratio)])],
    ],
    [
      "Junk, 5 % of all records: its share of royalties",
      [
        ["kind, label, choice", "noise", "amplitude", "seeds", "left out", ...JUNK_RULES],
        ...[...(details.junk as readonly Junk[])]
          .sort((a, b) => Math.max(...b.shares) - Math.max(...a.shares))
          .slice(0, 32)
          .map(({ kind, label, choice, noise, amplitude, seeds, leftOut, shares }) => [
            `${kind}, ${label}, ${choice}`,
            ...[noise, amplitude].map((value) => number(value)),
            String(seeds),
            number(leftOut),
            ...shares.map((share) => number(share, 3)),
          ]),
      ],
    ],
    [
      "Fairness without an attack: rank correlation with leaving each contributor out, shares paid nothing, Gini of contributors",
      [
        ["rule", "leave-out", "records unpaid", "contributors unpaid", "Gini"],
        ...Object.entries(details.fairness).map(([name, of]) => [
          name,
          number(of["leaveOut"]),
          number(of["recordsUnpaid"]),
          number(of["contributorsUnpaid"]),
          number(of["gini"]),
        ]),
      ],
    ],
    [
      "K and debit factor: shares of royalties of the worst junk found, with the judge and without it; fairness without junk",
      [
        ["K, factor", ...SWEEP_COLUMNS.map(([, title]) => title)],
        ...details.sweep.map((one) => [
          `${one["topK"]}, ${one["debitFactor"]}`,
          ...SWEEP_COLUMNS.map(([name]) => number(one[name], 3)),
        ]),
      ],
    ],
    [
      "Crafted calls: pool ÷ nets, and what comes back for a unit paid to data, at most over sizes of attackers; after copies by their copier alone",
      [
        ["factor", "pool ÷ nets", "self-dealing", "rival calls"],
        ...[...details.calls, ...details.callsAfterCopies].map((one, i) => [
          `${(one as Calls).debitFactor}${i < details.calls.length ? "" : ", after the worst copies"}`,
          ...(["poolOverNets", "selfDealing", "rivalCalls"] as const).map((name) => number((one as Calls)[name])),
        ]),
      ],
    ],
    [
      "Closing cleverly: income relative to every call being settled in the epoch in which it is made, at most over sizes of attackers; after copies by their copier alone",
      [
        ["epochs", "gateway's share of the calls", "channels", "ratio", "after the worst copies"],
        ...(details.closings as readonly Closing[]).map(({ epochs, share, channels, gain, afterCopies }) => [
          String(epochs),
          number(share),
          String(channels),
          number(gain),
          number(afterCopies),
        ]),
      ],
    ],
  ];
  const tables = parts.filter(([, rows]) => rows.length > 1).map(([title, rows]) => `${title}\n\n${formatTable(rows)}`);
  const { leftOut, laterLeftOut, noveltyLost } = details.honest;
  if (leftOut === undefined) return [...tables, `Seeds: ${details.seeds}.`].join("\n\n");
  const honest = `Honest records left out of training: ${number(leftOut, 3)}; of those that come later: ${number(laterLeftOut, 3)}; novelty that the others lose: ${number(noveltyLost, 3)}. Seeds: ${details.seeds}.`;
  return [...tables, honest].join("\n\n");
}
