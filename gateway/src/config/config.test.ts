// Tests of the configuration file and the secrets beside it.
import { expect } from "chai";
import { toHex } from "viem";
import { privateKeyToAddress as addressOf } from "viem/accounts";
import { ConfigError, loadConfig, parseConfig, upstreamKeys } from "./config.ts";
import { readSecrets, refuseSharedKey } from "./secrets.ts";
import { isForbiddenAddress, isPrivateUrl, urlFault } from "./upstream-url.ts";

const model = { name: "m", version: 1, upstream: { url: "https://models.example/v1" } };
const least = { chain: { deployment: "d.json" }, models: [model] };
const faultsOf = (value: unknown): string => {
  try {
    parseConfig(value, "gateway.json");
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error("it was taken");
};

describe("the configuration", () => {
  it("needs a deployment and a model, and binds to this machine", () => {
    const { config, warnings } = parseConfig(least, "gateway.json");
    expect(config.listen).to.deep.equal({ host: "127.0.0.1", port: 8402 });
    expect(config.models[0]!.price).to.include({ least: 10_000, most: 10_000 });
    expect(warnings).to.deep.equal([]);
  });

  it("names every field that is wrong, in one go", () => {
    const text = faultsOf({
      ...least,
      listen: { port: 70_000 },
      models: [
        { ...model, version: 0, upstream: { url: "ftp://x/", keyVariable: "no-name" }, price: { least: 2, most: 1 } },
      ],
      limit: {},
    });
    for (const part of [
      "gateway.json",
      "listen.port",
      "models[0].version",
      "models[0].upstream.url",
      "models[0].upstream.keyVariable",
      "models[0].price.most",
      "unknown field limit",
    ])
      expect(text).to.contain(part);
  });

  it("refuses two models of one name", () => {
    expect(faultsOf({ ...least, models: [model, model] })).to.contain("models[1].name: m is the name of another model");
  });

  it("refuses a withdrawal delay that is over before the last call could be claimed", () => {
    const late = { ...least, payments: { withdrawDelaySeconds: 900 } };
    expect(parseConfig(late, "gateway.json").config.payments.withdrawDelaySeconds).to.equal(900);
    expect(faultsOf({ ...late, settlement: { lookSeconds: 100 } })).to.match(
      /payments\.withdrawDelaySeconds: 900 is below 910: .*settlement\.lookSeconds \(100\)/u,
    );
    expect(faultsOf({ ...least, settlement: { lookSeconds: 86_400 } })).to.contain("withdrawDelaySeconds");
  });

  it("warns of upstreams on private networks and of listening to all", () => {
    const { warnings } = parseConfig(
      { ...least, listen: { host: "0.0.0.0" }, models: [{ ...model, upstream: { url: "http://10.1.2.3:8000/v1" } }] },
      "gateway.json",
    );
    expect(warnings).to.have.length(2);
  });

  it("takes keys from the variables it names, and names those that are missing without any value", () => {
    const { config } = parseConfig(
      { ...least, models: [{ ...model, upstream: { ...model.upstream, keyVariable: "MY_KEY" } }] },
      "f",
    );
    expect(upstreamKeys(config, { MY_KEY: "k" }).get("m")).to.equal("k");
    expect(() => upstreamKeys(config, {})).to.throw(ConfigError, "MY_KEY (models[0].upstream.keyVariable)");
    expect(() => upstreamKeys(config, { MY_KEY: "secret\n" }))
      .to.throw(ConfigError)
      .with.property("message")
      .that.does.not.contain("secret");
  });

  it("says that a file is not there", async () => {
    const error = await loadConfig("/nowhere/gateway.json").catch((thrown: unknown) => thrown as Error);
    expect(error).to.be.instanceOf(ConfigError).with.property("message").that.contains("ENOENT");
  });
});

describe("an upstream's URL", () => {
  it("must be http or https, without password, query or fragment", () => {
    for (const url of ["file:///etc/passwd", "gopher://x/", "http://u:p@x/", "http://x/?a", "http://x/#a", "x", ""])
      expect(urlFault(url, true), url).to.be.a("string");
  });

  it("must not be a link-local, metadata or multicast address, however it is written", () => {
    for (const host of [
      "169.254.169.254",
      "0xa9fea9fe",
      "2852039166",
      "169.254.43518",
      "[::ffff:169.254.169.254]",
      "[fe80::1]",
      "0.0.0.0",
      "[::]",
      "224.0.0.1",
      "metadata.google.internal",
      "metadata.google.internal.",
      "100.100.100.200",
      "[fd00:ec2::254]",
      "[64:ff9b::a9fe:a9fe]",
      "[64:ff9b:1::a9fe:a9fe]",
      "[2002:a9fe:a9fe::1]",
      "168.63.129.16",
      "192.0.0.192",
    ]) {
      expect(urlFault(`http://${host}/v1`, false), host).to.be.a("string");
      expect(urlFault(`http://${host}/v1`, true), host).to.equal(undefined);
    }
    for (const host of ["127.0.0.1", "10.0.0.1", "8.8.8.8", "models.example"])
      expect(urlFault(`http://${host}/v1`, false)).to.equal(undefined);
  });

  it("is known to be private where it says so", () => {
    for (const host of ["127.0.0.1", "localhost", "192.168.1.1", "[::1]", "[fd12::1]", "100.64.0.1"])
      expect(isPrivateUrl(`http://${host}/`), host).to.equal(true);
    expect(isPrivateUrl("http://8.8.8.8/")).to.equal(false);
  });

  it("must not carry such an address inside another, nor be a metadata or retired one of IPv6", () => {
    for (const [address, isForbidden] of [
      ["fd20:ce::254", true],
      ["fd00:ec2::254", true],
      ["fd00:ec2::23", true],
      ["fd00:c1::a9fe:a9fe", true],
      ["fd00:00c1:0:0:0:0:a9fe:a9fe", true],
      ["fd00:42::42", true],
      ["fd00:a9fe:a9fe::1", true],
      ["fd00:100::100:200", true],
      ["169.254.42.42", true],
      ["::ffff:192.0.0.192", true],
      ["::a9fe:a9fe", true],
      ["::169.254.169.254", true],
      ["::2", true],
      ["::ffff:0:a9fe:a9fe", true],
      ["64:ff9b::169.254.169.254", true],
      ["2001::a9fe:a9fe", true],
      ["2001:0:1:2:3:4:5601:5601", true],
      ["2002:a9fe:a9fe::", true],
      ["fec0::1", true],
      ["febf::1", true],
      ["fe80::1%eth0", true],
      ["ff02::1", true],
      ["::1", false],
      ["::ffff:10.0.0.1", false],
      ["::ffff:8.8.8.8", false],
      ["fd20:ce::255", false],
      ["fd00:c1::a9fe:a9ff", false],
      ["fd00:42::43", false],
      ["fd00:ec3::1", false],
      ["fd12::1", false],
      ["2001:1::1", false],
      ["2001:4860:4860::8888", false],
      ["2600::1", false],
      ["127.0.0.1", false],
    ] as const) {
      expect(isForbiddenAddress(address), address).to.equal(isForbidden);
      if (!address.includes("%"))
        expect(urlFault(`http://${address.includes(":") ? `[${address}]` : address}/v1`, false) !== undefined).to.equal(
          isForbidden,
        );
    }
  });

  it("is judged again by the address its name resolves to", () => {
    expect(isForbiddenAddress("169.254.169.254")).to.equal(true);
    expect(isForbiddenAddress("::ffff:169.254.169.254")).to.equal(true);
    expect(isForbiddenAddress("models.example")).to.equal(false);
  });
});

describe("the operator's key", () => {
  const key = (number: number) => toHex(number, { size: 32 });
  const other = { TRIBUTARY_OPERATOR_KEY: key(9) };
  const PUBLIC = 8453;

  it("is none of the gateway's where the chain is not local: settlements would replace deposits that wait", () => {
    const own = { TRIBUTARY_GATEWAY_KEY: key(1) };
    const at = { TRIBUTARY_GATEWAY_SIGNER_URL: "http://127.0.0.1:1/", TRIBUTARY_GATEWAY_ADDRESS: addressOf(key(9)) };
    for (const environment of [
      own,
      { ...own, TRIBUTARY_OPERATOR_KEY: key(1) },
      { ...own, ...other, TRIBUTARY_GATEWAY_EARLIER_KEYS: key(9) },
      { ...own, ...other, TRIBUTARY_GATEWAY_EARLIER_SIGNERS: `${addressOf(key(9))}=http://127.0.0.1:1/` },
      { ...at, ...other },
    ]) {
      const secrets = readSecrets(environment);
      expect(() => refuseSharedKey(secrets, PUBLIC)).to.throw(ConfigError, /^TRIBUTARY_OPERATOR_KEY is not set, or/u);
      expect(() => refuseSharedKey(secrets, 31_337)).not.to.throw();
    }
    expect(() => refuseSharedKey(readSecrets({ ...own, ...other }), PUBLIC)).not.to.throw();
  });
});
