// The forms of what the indexer's operator counts and tells under `/openings`. A sum of what is shown is only right where each member is of its kind and each row is
// there once: a number written as a text is joined instead of added, and a row that is written twice in two ways is no double to a comparison of texts.
// What is opened besides (leaves, calls, receipts) is read, and refused, by what verifies it.

/** @throws Error naming the member that has another form */
type Form = (value: unknown, name: string) => void;

const DECIMAL = /^(?:0|[1-9][0-9]{0,77})$/;

const whole: Form = (value, name) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(name, value, "a whole number");
};
/** Larger numbers are decimal texts, each written in one way. */
const decimal: Form = (value, name) => {
  if (typeof value !== "string" || !DECIMAL.test(value)) fail(name, value, "a decimal text");
};
const either: Form = (value, name) => {
  (typeof value === "string" ? decimal : whole)(value, name);
};
const text: Form = (value, name) => {
  if (typeof value !== "string") fail(name, value, "a text");
};
const flag: Form = (value, name) => {
  if (typeof value !== "boolean") fail(name, value, "true or false");
};

/** Members that are not named may be anything. */
function members(forms: Readonly<Record<string, Form>>): Form {
  return (value, name) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return fail(name, value, "an object");
    for (const [member, form] of Object.entries(forms))
      form((value as Record<string, unknown>)[member], name === "" ? member : `${name}.${member}`);
  };
}

/** @param keys members that no two rows have alike */
function rows(row: Form, keys: readonly string[] = []): Form {
  return (value, name) => {
    if (!Array.isArray(value)) return fail(name, value, "a list");
    const seen = new Set<string>();
    for (const [place, each] of value.entries()) {
      row(each, `${name}[${place}]`);
      if (keys.length === 0) continue;
      const key = keys.map((member) => String((each as Record<string, unknown>)[member]).toLowerCase()).join(" ");
      if (seen.has(key)) throw new Error(`${name}: two rows of ${keys.join(" and ")} ${key}`);
      seen.add(key);
    }
  };
}

const USE = members({
  epochs: rows(whole),
  isComplete: flag,
  groups: rows(
    members({
      ...{ epoch: whole, group: whole, modelVersion: either, calls: whole, helped: whole, hurt: whole, used: whole },
      paid: decimal,
    }),
    ["epoch", "group"],
  ),
});
const AGENT = members({
  epochs: rows(whole),
  isComplete: flag,
  settlements: rows(members({ epoch: whole, settlement: decimal, modelVersion: either, calls: whole, fees: decimal }), [
    "settlement",
  ]),
  newest: rows(members({ receipt: text, settlement: decimal, amount: decimal, issuedAt: whole }), ["receipt"]),
});
const NOVELTY = members({
  indexes: rows(
    members({
      ...{ modelVersion: either, records: whole, withdrawn: whole, noveltySum: whole, copies: whole, full: whole },
      root: members({ hash: text }),
    }),
    ["modelVersion"],
  ),
});
const RECORD = members({
  text,
  indexes: rows(members({ modelVersion: either }), ["modelVersion"]),
  lookedIn: rows(either),
});
const EARNED = members({
  earned: decimal,
  cumulative: decimal,
  calls: members({ total: whole, shown: rows(members({ receipt: text, paid: decimal }), ["receipt"]) }),
});
const PUBLISHED = members({
  bundle: text,
  files: rows(members({ name: text, rows: whole, bytes: whole, sha256: text }), ["name"]),
});

/** By paths below `/openings`. */
const FORMS: readonly (readonly [RegExp, Form])[] = [
  [/^contribution\/[^/]+$/, USE],
  [/^agent\//, AGENT],
  [/^novelty\//, NOVELTY],
  [/^record\//, RECORD],
  [/^position\/[^/]+\/epoch\//, EARNED],
  [/^epoch\//, PUBLISHED],
];

/** @throws Error saying which member of what was served at a path has another form than it should */
export function expectForm(path: string, served: unknown): void {
  FORMS.find(([pattern]) => pattern.test(path))?.[1](served, "");
}

function fail(name: string, value: unknown, wanted: string): never {
  const found = JSON.stringify(value) ?? "nothing";
  throw new Error(`${name === "" ? "what was served" : name} is ${found.slice(0, 60)}, not ${wanted}`);
}
