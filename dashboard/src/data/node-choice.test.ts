// Which addresses of nodes are taken, and what is kept of a choice.
import { expect } from "chai";
import { CONFIGURED, nodeAddress, readChoice } from "./node-choice.ts";

describe("the node that a viewer chooses", () => {
  it("is asked by https, or by http on this machine only", () => {
    for (const [typed, address] of [
      [" https://node.example/v3/key?a=b#c ", "https://node.example/v3/key?a=b"],
      ["http://127.0.0.1:8545", "http://127.0.0.1:8545/"],
      ["http://localhost:8545/", "http://localhost:8545/"],
      ["HTTPS://Node.Example", "https://node.example/"],
    ] as const)
      expect(nodeAddress(typed)).to.equal(address);
    for (const [typed, problem] of [
      ["", "is not the address of a node"],
      ["node.example", "is not the address of a node"],
      ["ws://127.0.0.1:8546", "is not the address of a node"],
      ["javascript:alert(1)", "is not the address of a node"],
      ["http://node.example", "without encryption"],
      ["http://192.168.1.5:8545", "without encryption"],
      ["http://127.0.0.1.evil.example:8545", "without encryption"],
      ["http://localhost@evil.example", "name and password"],
      ["https://user:secret@node.example", "name and password"],
    ] as const)
      expect(() => nodeAddress(typed), typed).to.throw(problem);
  });

  it("is the configured one where nothing is kept that a choice wrote", () => {
    for (const kept of ["", "{", "null", "7", '"address"', '{"kind":"address"}', '{"kind":"wallet","name":7}'])
      expect(readChoice(kept), kept).to.equal(CONFIGURED);
    const address = { kind: "address", url: "https://node.example/" } as const;
    expect(readChoice(JSON.stringify(address))).to.deep.equal(address);
    const wallet = { kind: "wallet", name: "A wallet" } as const;
    expect(readChoice(JSON.stringify(wallet))).to.deep.equal(wallet);
  });
});
