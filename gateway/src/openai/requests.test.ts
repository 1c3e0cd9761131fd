// Tests of how much of a body is read: what is wrong with it must not take long to say.
import { expect } from "chai";
import { chatCall } from "./chat.ts";
import { parseJsonBody } from "./json-body.ts";
import { parseChat, parseCompletion, parseEmbedding } from "./requests.ts";

const CHAT = { model: "m", messages: [{ role: "user", content: "hi" }] };
const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));

describe("a body", () => {
  it("of more than 20,000 values is refused before it is read", () => {
    const numbers = (count: number): string => `[${Array(count).fill(1).join(",")}]`;
    expect(parse(numbers(20_000))).to.have.length(20_000);
    for (const body of [numbers(20_001), `{"a":${numbers(10_000)},"b":[${numbers(10_000)}]}`]) {
      expect(() => parse(body))
        .to.throw(/more than 20,000 values/u)
        .with.property("code", "too_many_values");
    }
  });

  it("with half a surrogate pair is refused, wherever an upstream would be given it", () => {
    const half = "\ud83d";
    const parameters = { type: "object", properties: { [half]: {} } };
    for (const more of [
      { tools: [{ type: "function", function: { name: "f", parameters } }] },
      { response_format: { type: "json_schema", json_schema: { name: "n", schema: { const: ["\u{1f600}", half] } } } },
      { reasoning_effort: half },
      { verbosity: half },
    ])
      expect(() => parseChat({ ...CHAT, ...more }), JSON.stringify(more)).to.throw(/lone surrogate/u);
  });

  it("that misses a member is told which, also where the member may be of several kinds", () => {
    const missing = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (error) {
        const { code, param } = error as { code: string; param: string };
        return [code, param];
      }
    };
    const isMissing = (param: string) => ["missing_required_parameter", param];
    expect(missing(() => parseCompletion({ model: "m" }))).to.deep.equal(isMissing("prompt"));
    expect(missing(() => parseEmbedding({ model: "m" }))).to.deep.equal(isMissing("input"));
    expect(missing(() => parseChat({ model: "m" }))).to.deep.equal(isMissing("messages"));
    const format = (of: object) => () => parseChat({ ...CHAT, response_format: of });
    expect(missing(format({ type: "json_schema" }))).to.deep.equal(isMissing("response_format.json_schema"));
    expect(missing(format({ type: "xml" }))).to.deep.equal(["invalid_value", "response_format.type"]);
    expect(missing(() => parseCompletion({ model: "m", prompt: 1 }))).to.deep.equal(["invalid_value", "prompt"]);
  });

  it("is not read beyond its first wrong item, nor at all if it has too many", () => {
    /** Fails the test if any item from the second on is read. */
    const trapped = <Item>(first: Item, length: number): Item[] => {
      const items = Array<Item>(length).fill(first);
      const trap = {
        get: (): never => {
          throw new Error("an item was read");
        },
        ownKeys: (): never => {
          throw new Error("an item was read");
        },
      };
      return items.map((item, index) => (index === 0 ? item : (new Proxy({}, trap) as Item)));
    };
    const chat = (message: object, more: object = {}) => ({ model: "m", messages: [message], ...more });
    const says = { role: "user", content: "x" };
    const cases: [object, RegExp][] = [
      [chat({ role: "user", content: trapped({}, 4096) }), /messages\[0\]\.content\[0\]/u],
      [chat({ role: "user", content: trapped({ type: "text", text: "x" }, 4097) }), /messages\[0\]\.content'.*4096/u],
      [chat({ ...says, tool_calls: trapped(1 as unknown, 128) }), /messages\[0\]\.tool_calls\[0\]/u],
      [chat({ ...says, tool_calls: trapped({} as unknown, 129) }), /messages\[0\]\.tool_calls'.*128/u],
      [{ model: "m", messages: trapped(1 as unknown, 4096) }, /messages\[0\]/u],
      [{ model: "m", messages: trapped(says as unknown, 4097) }, /messages'.*4096/u],
      [chat(says, { tools: trapped(1 as unknown, 128) }), /tools\[0\]/u],
      [chat(says, { stop: trapped("x" as unknown, 5) }), /stop'.*4/u],
    ];
    for (const [body, said] of cases) expect(() => parseChat(body)).to.throw(said);
    expect(() => parseEmbedding({ model: "m", input: trapped("" as unknown, 2048) })).to.throw(/input/u);
  });
});

describe("what a chat's receipt covers", () => {
  it("has a message's parts as they were sent, and a streamed tool call as its parts join", () => {
    const content = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ];
    const call = chatCall({ ...CHAT, messages: [{ role: "user", content }] });
    expect(JSON.parse(call.prompt)).to.deep.equal([{ role: "user", content }]);
    const gathering = call.gathering();
    const add = (tool_calls: object[]) => gathering.add({ index: 0, delta: { tool_calls } });
    add([{ index: 1, id: "d", type: "function", function: { name: "g", arguments: "{" } }]);
    add([{ index: 0, id: "c", function: { name: "f", arguments: "" } }]);
    add([
      { index: 0, function: { arguments: "[]" } },
      { index: 1, function: { arguments: "}" } },
    ]);
    expect(JSON.parse(gathering.text())).to.deep.equal({
      content: null,
      tool_calls: [
        { id: "c", type: "function", function: { name: "f", arguments: "[]" } },
        { id: "d", type: "function", function: { name: "g", arguments: "{}" } },
      ],
    });
    for (const odd of [{ index: 128 }, { index: -1 }, { id: "e" }, { index: 0, type: "custom" }])
      expect(add([odd]), JSON.stringify(odd)).to.equal("answered with a tool call that is none");
  });

  it("has a tool call whose text ends in half a surrogate pair, which was sent already", () => {
    const gathering = chatCall(CHAT).gathering();
    const delta = { tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: '{"q":"x \ud83d' } }] };
    gathering.add({ index: 0, delta, finish_reason: null });
    expect(gathering.text()).to.include("x \ufffd");
  });
});
