// The six tables for Subsquid's typeorm-store, which loads them from lib/model of its project.
const { EntitySchema } = require("typeorm");

const numeric = { type: "numeric", transformer: { to: String, from: (text) => (text === null ? null : BigInt(text)) } };
const integer = { type: "int4" };
const text = { type: "text" };
const event = { id: { ...text, primary: true }, tokenId: numeric, at: numeric, transactionHash: text };

class Row {
  constructor(values) {
    Object.assign(this, values);
  }
}

function table(name, columns, indexed = []) {
  const target = { [name]: class extends Row {} }[name];
  const indices = indexed.map((column) => ({ columns: [column] }));
  return { target, schema: new EntitySchema({ name, tableName: name, target, columns, indices }) };
}

const tables = {
  token: table(
    "token",
    {
      id: { ...text, primary: true },
      owner: text,
      price: numeric,
      income: numeric,
      moves: integer,
      inFavour: integer,
      against: integer,
    },
    ["owner"],
  ),
  holder: table("holder", { id: { ...text, primary: true }, tokens: integer, paid: numeric }),
  move: table("move", { ...event, from: text, to: text }, ["tokenId"]),
  payment: table("payment", { ...event, payer: text, amount: numeric }, ["tokenId"]),
  vote: table("vote", { ...event, voter: text, inFavour: { type: "bool" } }, ["tokenId"]),
  hour: table("hour", { id: { ...text, primary: true }, payments: integer, income: numeric }),
};

for (const [name, { target, schema }] of Object.entries(tables)) {
  exports[name] = schema;
  Object.defineProperty(exports, `${name}Row`, { value: target });
}
