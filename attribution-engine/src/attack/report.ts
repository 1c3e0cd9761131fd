/** The figures of the attack trials as tables for people. */
import { formatTable } from "../../../scripts/table.ts";
import type { Figures } from "./figures.ts";

const number = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? "" : Number.isFinite(value) ? value.toFixed(digits) : String(value);

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
      "Copying against our rule, largest income first",
      [
        ["target, disguise", "strength", "times", "tries", "ratio", "kept", "left out"],
        ...[...copying]
          .sort((a, b) => (b["ratio"] as number) - (a["ratio"] as number))
          .slice(0, 24)
          .map((one) => [
            `${one["target"]}, ${one["disguise"] ?? "exact"}`,
            number(one["strength"] as number, 3),
            String(one["times"]),
            String(one["tries"]),
            number(one["ratio"] as number),
            number(one["kept"] as number),
            number(one["leftOut"] as number),
          ]),
      ],
    ],
    [
      "Worst case by ramp of novelty (τ/δ), copies left out of training",
      [["ramp", "ratio"], ...Object.entries(details.ramps).map(([name, ratio]) => [name, number(ratio)])],
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
      "K and debit factor (5 % junk: its share of royalties, with nothing left out of training and, where it says screened, with what the detector leaves out)",
      [
        ["K, factor", "mislabelled", "screened", "noise", "leave-out", "records unpaid", "contributors unpaid", "Gini"],
        ...details.sweep.map((one) => [
          `${one["topK"]}, ${one["debitFactor"]}`,
          ...[
            "mislabelled",
            "mislabelledScreened",
            "noise",
            "leaveOut",
            "recordsUnpaid",
            "contributorsUnpaid",
            "gini",
          ].map((name) => number(one[name], 3)),
        ]),
      ],
    ],
    [
      "Crafted calls: pool ÷ nets, and what comes back for a unit paid to data",
      [
        ["factor", "pool ÷ nets", "self-dealing", "rival calls"],
        ...details.calls.map((one) => [
          String(one["debitFactor"]),
          ...["poolOverNets", "selfDealing", "rivalCalls"].map((name) => number(one[name])),
        ]),
      ],
    ],
    [
      "Closing cleverly: income relative to every call being settled in the epoch in which it is made",
      [
        ["epochs", "gateway's share of the calls", "channels", "ratio"],
        ...details.closings.map((one) => [
          String(one["epochs"]),
          number(one["share"]),
          one["channels"] === Infinity ? "one a call" : String(one["channels"]),
          number(one["gain"]),
        ]),
      ],
    ],
  ];
  const { leftOut, laterLeftOut, noveltyLost } = details.honest;
  const honest = `Honest records left out of training: ${number(leftOut, 3)}; of those that come later: ${number(laterLeftOut, 3)}; novelty that the others lose: ${number(noveltyLost, 3)}. Seeds: ${details.seeds}.`;
  return [...parts.map(([title, rows]) => `${title}\n\n${formatTable(rows)}`), honest].join("\n\n");
}
