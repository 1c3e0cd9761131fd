// Identities of agents.
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { people } from "../stage.ts";

const WALLET = [
  { name: "agentId", type: "uint256" },
  { name: "newWallet", type: "address" },
  { name: "owner", type: "address" },
  { name: "deadline", type: "uint256" },
];
const URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

async function empty() {
  const p = await people();
  return { ...p, agents: await ethers.deployContract("AgentRegistry") };
}

export async function registered() {
  const p = await loadFixture(empty);
  await p.agents.connect(p.alice)["register(string)"](URI);
  return p;
}

export const agentScenarios: Scenario[] = [
  scenario("AgentRegistry.register", "without a URI", async () => {
    const p = await loadFixture(empty);
    return p.agents.connect(p.alice)["register()"]();
  }),
  scenario("AgentRegistry.register", "with a URI of 66 bytes", async () => {
    const p = await loadFixture(empty);
    return p.agents.connect(p.alice)["register(string)"](URI);
  }),
  scenario("AgentRegistry.register", "with that URI and one entry of metadata", async () => {
    const p = await loadFixture(empty);
    const register = p.agents.connect(p.alice)["register(string,(string,bytes)[])"];
    return register(URI, [{ metadataKey: "name", metadataValue: ethers.toUtf8Bytes("Answerer") }]);
  }),
  scenario("AgentRegistry.setAgentURI", "another of 66 bytes", async () => {
    const p = await loadFixture(registered);
    return p.agents.connect(p.alice).setAgentURI(0n, URI.replace("bafy", "bafk"));
  }),
  scenario("AgentRegistry.setMetadata", "a short entry, first", async () => {
    const p = await loadFixture(registered);
    return p.agents.connect(p.alice).setMetadata(0n, "name", ethers.toUtf8Bytes("Answerer"));
  }),
  scenario("AgentRegistry.setAgentWallet", "signed by an account's key", async () => {
    const p = await loadFixture(registered);
    const { chainId } = await ethers.provider.getNetwork();
    const verifyingContract = await p.agents.getAddress();
    const deadline = BigInt(await time.latest()) + 100n;
    const message = { agentId: 0n, newWallet: p.bob.address, owner: p.alice.address, deadline };
    const domain = { name: "ERC8004IdentityRegistry", version: "1", chainId, verifyingContract };
    const signature = await p.bob.signTypedData(domain, { AgentWalletSet: WALLET }, message);
    return p.agents.connect(p.alice).setAgentWallet(0n, p.bob, deadline, signature);
  }),
  scenario("AgentRegistry.unsetAgentWallet", "first", async () => {
    const p = await loadFixture(registered);
    return p.agents.connect(p.alice).unsetAgentWallet(0n);
  }),
];
