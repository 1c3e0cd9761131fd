// The whole indexer against a real chain: everything the contracts tell is there, once, also after a crash.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Address } from "viem";
import {
  ChainMismatchError,
  ChainUnreachableError,
  DatabaseInUseError,
  type Indexer,
  PortInUseError,
  startIndexer,
} from "../launcher/start-indexer.ts";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { VERDICTS } from "@tributary/protocol/typed-data/review-vote";
import {
  alice,
  bob,
  carol,
  curator,
  developer,
  dora,
  erin,
  gateway,
  proposer,
  staker,
} from "../../deploy/testing/accounts.ts";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { type Protocol, deployContracts } from "../../deploy/testing/deploy-contracts.ts";
import { type Page, type Row, ask, dumpTables, query } from "./support/graphql.ts";
import { dispute } from "./support/disputes.ts";
import { DORAS_POOL, ERINS_POOL, MODEL_POOL, Scenario, TERMS } from "./support/scenario.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SCHEMA_FILE = join(ROOT, "generated", "schema.graphql");

/** Tables of what the scenario does not do. */
const NOT_PLAYED = [
  "provenFault",
  "proofReservation",
  "demand",
  "inclusion",
  "penalty",
  "dispute",
  "disputeRound",
  "disputeVote",
  "epochDelay",
  "channel",
  "channelMovement",
  "tillDeposit",
  "agent",
  "agentMetadata",
  "agentTransfer",
  "sharesSweep",
  "governanceProposal",
  "governanceVote",
  "voter",
];

describe("indexer", function () {
  // An idle machine takes 8 s to start an indexer, a loaded one ten times as long; five are started.
  this.timeout(900_000);

  let folder: string;
  let chain: Chain;
  let protocol: Protocol;
  let scenario: Scenario;
  let indexer: Indexer;
  /** Another one that never crashed: it starts when everything has happened, while the tests run. */
  let fresh: StartCommand;

  const start = (port = 0) =>
    startIndexer({
      rpcUrl: chain.rpcUrl,
      deployment: protocol.file,
      databaseDirectory: join(folder, "databases"),
      port,
      timeoutSeconds: 300,
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-indexer-"));
    chain = await startAnvil();
    protocol = await deployContracts(chain, folder);
    scenario = new Scenario(chain, protocol);
    await scenario.contribute();
    indexer = await start();
    await scenario.register();
    await scenario.stake();
    await dispute(chain, protocol, TERMS.reviewWindowSeconds);
    await scenario.settle();
    // In the middle of what it has just been told.
    process.kill(indexer.pid, "SIGKILL");
    await indexer.exited;
    await scenario.finalize();
    indexer = await start();
    await scenario.claim();
    fresh = runStart(chain.rpcUrl, protocol.file, join(folder, "fresh"), 0);
    await indexer.waitForBlock(await chain.client.getBlockNumber({ cacheTime: 0 }));
    // With nothing new on the chain since: it must not take its former self's word for what is indexed.
    process.kill(indexer.pid, "SIGKILL");
    await indexer.exited;
    indexer = await start();
  });

  after(async () => {
    (fresh as StartCommand | undefined)?.terminate();
    await (fresh as StartCommand | undefined)?.ended;
    await (indexer as Indexer | undefined)?.stop();
    await (chain as Chain | undefined)?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const rows = async (table: string, columns: string, orderBy = "id"): Promise<Row[]> => {
    const text = `{ ${table}(orderBy: "${orderBy}", limit: 1000) { items { ${columns} } } }`;
    const { [table]: page } = await query<Record<string, Page<Row>>>(indexer.graphqlUrl, text);
    return page!.items;
  };
  const lower = (address: Address) => address.toLowerCase();
  const contract = (name: keyof Protocol["addresses"]) => protocol.addresses[name];

  describe("tables", () => {
    it("have the datanets with their terms and totals", async () => {
      const [first, second] = await rows(
        "datanets",
        `id owner curatorPositionId bondPerRecord licenceFee reviewWindowSeconds leastDataShareBps curatorCutBps mistakeBps
         negligenceBps maliceBps allowedUses uri contributionCount acceptedContributions acceptedRecords bondsHeld
         licenceIncome uncollectedLicenceIncome`,
      );
      const registry = { address: contract("DatanetRegistry"), abi: datanetRegistryAbi } as const;
      const terms = await chain.client.readContract({ ...registry, functionName: "termsOf", args: [1n] });
      expect(first).to.deep.include({
        ...asRow(terms),
        reviewWindowSeconds: String(terms.reviewWindowSeconds),
        allowedUses: String(terms.allowedUses),
        owner: lower(curator.address),
        curatorPositionId: "2",
        uri: "npm:speeches",
        contributionCount: "5",
        acceptedContributions: "2",
        acceptedRecords: "5",
        bondsHeld: "11",
      });
      expect(second).to.deep.include({ contributionCount: "2", acceptedRecords: "1", bondsHeld: "55" });

      const uncollected =
        BigInt(first!["uncollectedLicenceIncome"] as string) + BigInt(second!["uncollectedLicenceIncome"] as string);
      const owed = await chain.client.readContract({ ...registry, functionName: "owed" });
      expect(owed).to.equal(uncollected + 55n + 11n);
    });

    it("have the contributions with their status", async () => {
      const found = await rows(
        "contributions",
        `id datanetId contributor kind status reason positionId recordCount bond contentHash licence place recordsBefore
         contributedAt reviewEndsAt acceptedAt rejectedAt bondReturnedAt returned slashed reward rewardTo collectedLicenceIncome`,
      );
      expect(
        found.map(({ id, kind, status, reason, positionId, place, recordsBefore }) => [
          id,
          kind,
          status,
          reason,
          positionId,
          place,
          recordsBefore,
        ]),
      ).to.deep.equal([
        ["1", "data", "accepted", "review_passed", "4", "0", "0"],
        ["2", "data", "accepted", "review_passed", "5", "1", "3"],
        ["3", "feedback", "accepted", "review_passed", "6", "0", "0"],
        ["4", "data", "pending", "in_review", null, null, null],
        ["5", "data", "rejected", "duplicate", null, null, null],
        ["6", "data", "rejected", "verdict", null, null, null],
        ["7", "data", "pending", "in_review", null, null, null],
      ]);
      for (const row of found) {
        const registry = { address: contract("DatanetRegistry"), abi: datanetRegistryAbi } as const;
        const args = [BigInt(row["id"] as string)] as const;
        const onChain = await chain.client.readContract({ ...registry, functionName: "contributionOf", args });
        expect(row).to.deep.include({
          datanetId: String(onChain.datanet),
          contributor: lower(onChain.contributor),
          recordCount: String(onChain.recordCount),
          contentHash: onChain.contentHash,
          licence: onChain.licence,
          contributedAt: String(onChain.contributedAt),
          reviewEndsAt: String(onChain.contributedAt + 86_400),
        });
      }
      expect(found[0]!["collectedLicenceIncome"]).to.not.equal("0");
      expect(found[0]!["bondReturnedAt"]).to.equal(found[0]!["acceptedAt"]);
      expect(found[3]!["bondReturnedAt"]).to.equal(null);
      for (const { status, bond, returned, slashed } of found) {
        const left = BigInt(bond as string) - BigInt(returned as string) - BigInt(slashed as string);
        expect(left, "only what is not settled is held").to.equal(status === "pending" ? BigInt(bond as string) : 0n);
      }
      // A twentieth of 33 units, and three tenths of 22, of which three tenths are the reward.
      expect(found[4]).to.deep.include({ slashed: "1", reward: "0", returned: "32", rewardTo: lower(dora.address) });
      expect(found[5]).to.deep.include({ slashed: "6", reward: "1", returned: "16", rewardTo: lower(alice.address) });
    });

    it("have the duplicates, objections and votes, and the review's bonds to the unit", async () => {
      const review = { address: contract("ContributionReview"), abi: contributionReviewAbi } as const;
      const proofs = await rows("duplicateProofs", "contributionId earlierId prover dismissedAt", "contributionId");
      expect(
        proofs.map(({ contributionId, earlierId, dismissedAt }) => [contributionId, earlierId, dismissedAt !== null]),
      ).to.deep.equal([
        ["5", "5", false],
        ["7", "6", true],
      ]);
      const objections = await rows(
        "objections",
        "contributionId objector claimed bond roundId appellant appealBond appealRoundId verdict resolvedAt",
        "contributionId",
      );
      expect(objections.map(({ verdict }) => verdict)).to.deep.equal(["negligence", "keep"]);
      for (const row of objections) {
        const args = [BigInt(row["contributionId"] as string)] as const;
        const onChain = await chain.client.readContract({ ...review, functionName: "objectionOf", args });
        expect(row).to.deep.include({
          objector: lower(onChain.objector),
          claimed: VERDICTS[onChain.claimed],
          bond: String(onChain.bond),
          roundId: String(onChain.round),
          appealRoundId: onChain.appealRound === 0n ? null : String(onChain.appealRound),
          appellant: onChain.appealRound === 0n ? null : lower(onChain.appellant),
          appealBond: onChain.appealRound === 0n ? null : String(2n * onChain.bond),
        });
      }
      const rounds = await rows(
        "reviewRounds",
        "id contributionId electorateId snapshot stake commitUntil revealUntil keep mistake negligence malice",
      );
      expect(rounds.map(({ contributionId, electorateId }) => [contributionId, electorateId])).to.deep.equal([
        ["6", "1"],
        ["6", null],
        ["7", "1"],
      ]);
      for (const row of rounds) {
        const args = [BigInt(row["id"] as string)] as const;
        const round = await chain.client.readContract({ ...review, functionName: "roundOf", args });
        expect(row).to.deep.include({
          snapshot: String(round.snapshot),
          stake: String(round.stake),
          commitUntil: String(round.commitUntil),
          revealUntil: String(round.revealUntil),
          ...Object.fromEntries(VERDICTS.map((verdict, place) => [verdict, String(round.revealed[place])])),
        });
      }
      const votes = await rows("reviewVotes", "roundId poolId verdict weight slashed", "createdBlock");
      expect(votes.map(({ roundId, poolId, verdict }) => [roundId, poolId, verdict])).to.deep.equal([
        ["1", "1", "negligence"],
        ["1", "2", null],
        ["2", "1", "negligence"],
      ]);
      expect(votes.map(({ slashed }) => slashed !== null)).to.deep.equal([false, true, false]);
      // The appeal's bond was slashed; the objection that nobody answered lost a share.
      const slashes = await rows("bondSlashs", "contributionId from rewardTo slashed reward", "block");
      expect(slashes.map(({ from, rewardTo }) => [from, rewardTo])).to.deep.equal([
        [lower(carol.address), lower(alice.address)],
        [lower(alice.address), null],
      ]);
      const [book] = await rows("reviewBooks", "id owed burned");
      const owed = await chain.client.readContract({ ...review, functionName: "owed" });
      const burned = slashes.reduce(
        (sum, { slashed, reward }) => sum + BigInt(slashed as string) - BigInt(reward as string),
        0n,
      );
      expect(book).to.deep.equal({
        id: lower(contract("ContributionReview")),
        owed: String(owed),
        burned: String(burned),
      });
    });

    it("have the pools with stake, slashes and rewards as on the chain", async () => {
      const staking = { address: contract("OperatorStaking"), abi: operatorStakingAbi } as const;
      const pools = await rows(
        "stakePools",
        "id kind datanetId modelId operator commissionBps nextCommissionBps nextCommissionAt generation stake unbonding slashed",
      );
      expect(pools.map(({ kind, datanetId, modelId }) => [kind, datanetId, modelId])).to.deep.equal([
        ["validator", "1", null],
        ["validator", "1", null],
        ["attributor", null, null],
        ["attributor", null, null],
        ["model", null, "1"],
        // Opened by its first reward; nobody staked in it.
        ["model", null, "2"],
      ]);
      for (const row of pools) {
        const pool = BigInt(row["id"] as string);
        const onChain = await chain.client.readContract({ ...staking, functionName: "poolOf", args: [pool] });
        const isInUse = row["nextCommissionAt"] !== null;
        expect(row).to.deep.include({
          operator: row["kind"] === "model" ? null : lower(onChain.operator),
          generation: onChain.generation,
          stake: String(onChain.stake),
          unbonding: String(onChain.unbonding),
        });
        expect(isInUse ? row["nextCommissionBps"] : row["commissionBps"]).to.equal(onChain.commissionBps);
        const args = [pool, onChain.generation] as const;
        const [stake, shares] = await chain.client.readContract({ ...staking, functionName: "generationOf", args });
        const text = `{ stakePool(id: "${pool}") {
          generations { items { stake shares } } holdings { items { generation account shares } }
          rewards { items { token funded commission claimed } } fundings { items { amount commission } }
        } }`;
        type Lists = { stakePool: Record<"generations" | "holdings" | "rewards" | "fundings", Page<Row>> };
        const { generations, holdings, rewards, fundings } = (await query<Lists>(indexer.graphqlUrl, text)).stakePool;
        const expected = shares === 0n ? [] : [{ stake: String(stake), shares: String(shares) }];
        expect(generations.items).to.deep.equal(expected);
        for (const { generation, account, shares: held } of holdings.items) {
          const [onChainShares] = await chain.client.readContract({
            ...staking,
            functionName: "sharesOf",
            args: [pool, generation as number, account as Address],
          });
          expect(held).to.equal(String(onChainShares));
        }
        const total = (list: Row[], column: string) =>
          list.reduce((sum, entry) => sum + BigInt(entry[column] as string), 0n);
        for (const column of ["amount", "commission"])
          expect(total(fundings.items, column)).to.equal(total(rewards.items, column === "amount" ? "funded" : column));
      }
      const owner = (pool: bigint) => pools.find(({ id }) => id === String(pool))!["operator"];
      expect([owner(DORAS_POOL), owner(ERINS_POOL)]).to.deep.equal([lower(dora.address), lower(erin.address)]);

      const rewards = await rows("poolRewards", "poolId funded claimed", "poolId");
      const args = [contract("OpenToken")] as const;
      const [stakes, owed] = await chain.client.readContract({ ...staking, functionName: "owed", args });
      const sum = (list: Row[], column: string) => list.reduce((all, row) => all + BigInt(row[column] as string), 0n);
      expect(sum(rewards, "funded") - sum(rewards, "claimed")).to.equal(owed);
      expect(sum(pools, "stake") + sum(pools, "unbonding")).to.equal(stakes);
      const claims = await rows("rewardClaims", "poolId account amount", "block");
      expect(claims.map(({ poolId, account }) => [poolId, account])).to.deep.equal([
        [String(MODEL_POOL), lower(staker.address)],
      ]);
      // The stakers' part of every closing, but for what does not divide by the shares.
      const parts = (await rows("feeSplits", "stakers versionId", "block")).filter(
        ({ versionId }) => versionId === "1",
      );
      const left = sum(parts, "stakers") - sum(claims, "amount");
      expect(left >= 0n && left <= 1n, String(left)).to.equal(true);
      expect(await rows("unbondings", "id poolId account amount withdrawn")).to.deep.equal([
        {
          id: "1",
          poolId: String(DORAS_POOL),
          account: lower(staker.address),
          amount: String(10n ** 21n),
          withdrawn: String(10n ** 21n),
        },
      ]);
      const slashed = await rows("stakeSlashs", "poolId faultId bps fromStake reward rewardTo");
      expect(slashed).to.deep.equal([
        {
          poolId: String(ERINS_POOL),
          faultId: "0",
          bps: 100,
          fromStake: String(8n * 10n ** 19n),
          reward: String(8n * 10n ** 18n),
          rewardTo: lower(alice.address),
        },
      ]);
    });

    it("have the shares of a position, their holders and income", async () => {
      const [shares] = await rows("sharesContracts", "id positionId creator supply vaults redeemer redeemedTo");
      expect(shares).to.deep.include({
        positionId: "5",
        creator: lower(alice.address),
        supply: "1000",
        vaults: [lower(contract("RoyaltyVault"))],
        redeemer: lower(alice.address),
        redeemedTo: lower(alice.address),
      });
      expect(await rows("sharesHolders", "account balance", "account")).to.have.deep.members([
        { account: lower(alice.address), balance: "0" },
        { account: lower(carol.address), balance: "0" },
      ]);
      expect(await rows("sharesIncomes", "token counted paid", "token")).to.deep.equal([
        { token: lower(contract("OpenToken")), counted: "5000", paid: "3000" },
      ]);
      const payments = await rows("sharesPayments", "account recipient amount", "block");
      expect(payments).to.deep.equal([
        { account: lower(alice.address), recipient: lower(alice.address), amount: "3000" },
      ]);
    });

    it("have the positions with owner, claimer and totals as on the chain", async () => {
      const found = await rows(
        "positions",
        `id kind datanetId modelId owner claimer appointee delegationNonce accrued unclaimedAccrued claimedAccrued
         claimedAttributed claimedTotal paidToProposers`,
      );
      expect(found.map(({ id, kind, datanetId, modelId }) => [id, kind, datanetId, modelId])).to.deep.equal([
        ["1", "treasury", null, null],
        ["2", "curator", "1", null],
        ["3", "curator", "2", null],
        ["4", "contributor", "1", null],
        ["5", "contributor", "1", null],
        ["6", "contributor", "2", null],
        ["7", "developer", null, "1"],
        ["8", "developer", null, "2"],
      ]);
      for (const row of found) {
        const id = BigInt(row["id"] as string);
        const positions = { address: contract("RoyaltyPositions"), abi: royaltyPositionsAbi } as const;
        const owner = await chain.client.readContract({ ...positions, functionName: "ownerOf", args: [id] });
        const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
        const vault = { address: contract("RoyaltyVault"), abi: royaltyVaultAbi } as const;
        const nonce = await chain.client.readContract({ ...vault, functionName: "delegationNonceOf", args: [id] });
        const claimedAttributed = await chain.client.readContract({ ...vault, functionName: "claimedOf", args: [id] });
        const unclaimedAccrued = await chain.client.readContract({ ...ledger, functionName: "accruedOf", args: [id] });
        expect(row).to.deep.include({
          owner: lower(owner),
          claimedAttributed: String(claimedAttributed),
          unclaimedAccrued: String(unclaimedAccrued),
          delegationNonce: String(nonce),
        });
        const amount = (column: string) => BigInt(row[column] as string);
        const spent = amount("claimedAccrued") + amount("paidToProposers");
        expect(amount("accrued")).to.equal(amount("unclaimedAccrued") + spent);
        expect(amount("paidToProposers") > 0n).to.equal(row["kind"] === "treasury");
        expect(amount("claimedTotal")).to.equal(amount("claimedAttributed") + amount("claimedAccrued"));
      }
      // Bob appointed Carol and then sold the position to Alice.
      expect(found[4]).to.deep.include({ owner: lower(alice.address), claimer: null, appointee: lower(carol.address) });
    });

    it("have the models and versions with lineage, split and layout", async () => {
      expect(await rows("models", "id owner developerPositionId uri versionCount latestVersionId")).to.deep.equal([
        {
          id: "1",
          owner: lower(developer.address),
          developerPositionId: "7",
          uri: "file:base",
          versionCount: 1,
          latestVersionId: "1",
        },
        {
          id: "2",
          owner: lower(bob.address),
          developerPositionId: "8",
          uri: "file:derived",
          versionCount: 1,
          latestVersionId: "2",
        },
      ]);
      for (const id of [1n, 2n]) {
        const registry = { address: contract("ModelRegistry"), abi: modelRegistryAbi, args: [id] } as const;
        const version = await chain.client.readContract({ ...registry, functionName: "versionOf" });
        const [split, ancestors] = await chain.client.readContract({ ...registry, functionName: "splitOf" });
        const [inputPrice, outputPrice] = await chain.client.readContract({ ...registry, functionName: "pricesOf" });
        const segments = await chain.client.readContract({ ...registry, functionName: "segmentsOf" });
        const text = `{ modelVersion(id: "${id}") {
          modelId weightsHash principalParentId records parentRecords royaltyBps inputPrice outputPrice
          treasuryBps gatewayBps curatorsBps stakersBps developerBps dataBps registeredAt
          parents { items { ordinal parentId } }
          segments(orderBy: "ordinal") { items { datanetId contributions records } }
          ancestors(orderBy: "ordinal") { items { positionId bps } }
        } }`;
        const { modelVersion } = await query<{ modelVersion: Record<string, unknown> }>(indexer.graphqlUrl, text);
        const bps = Object.fromEntries(Object.entries(split).map(([part, share]) => [`${part}Bps`, share]));
        expect(modelVersion).to.deep.equal({
          ...bps,
          modelId: String(id),
          weightsHash: version.weightsHash,
          principalParentId: id === 2n ? "1" : null,
          records: String(version.records),
          parentRecords: String(version.parentRecords),
          royaltyBps: version.royaltyBps,
          inputPrice: String(inputPrice),
          outputPrice: String(outputPrice),
          registeredAt: String(version.registeredAt),
          parents: { items: id === 2n ? [{ ordinal: 0, parentId: "1" }] : [] },
          segments: {
            items: segments.map(({ datanet, contributions, records }) =>
              asRow({ datanetId: datanet, contributions, records }),
            ),
          },
          ancestors: {
            items: ancestors.map(({ position, bps: share }) => ({ positionId: String(position), bps: share })),
          },
        });
      }
    });

    it("have the prices that were set later", async () => {
      expect(await rows("priceChanges", "versionId inputPrice outputPrice", "block")).to.deep.equal([
        { versionId: "1", inputPrice: "4", outputPrice: "20" },
      ]);
    });

    it("have the attribution indexes", async () => {
      const found = await rows(
        "indexCommits",
        "versionId methodId k topK debitFactor tau delta signatureMatch sketchSpec rootHash records bundleHash committer bond bondReturnedAt committedAt usableAt",
        "versionId",
      );
      expect(found).to.have.length(2);
      for (const row of found) {
        const args = [BigInt(row["versionId"] as string)] as const;
        const registry = { address: contract("ModelRegistry"), abi: modelRegistryAbi, args } as const;
        const index = await chain.client.readContract({ ...registry, functionName: "indexOf" });
        const method = await chain.client.readContract({ ...registry, functionName: "methodOf" });
        expect(row).to.deep.include({
          ...method,
          tau: String(method.tau),
          delta: String(method.delta),
          methodId: index.methodId,
          rootHash: index.hash,
          records: String(index.sum),
          bundleHash: index.bundleHash,
          committer: lower(index.committer),
          committedAt: String(index.committedAt),
          usableAt: String(index.usableAt),
        });
      }
      expect(found.map((row) => row["bondReturnedAt"] !== null)).to.deep.equal([true, false]);
    });

    it("have the tills and how each fee was divided", async () => {
      const tills = await rows("tills", "id modelId gateway settlementCount callCount fees plainFees", "modelId");
      expect(tills).to.deep.equal([
        {
          id: lower(scenario.tills[0]!),
          modelId: "1",
          gateway: lower(gateway.address),
          settlementCount: 2,
          callCount: "5",
          fees: String(1_000_003n + 500_001n + 999n),
          plainFees: "500001",
        },
        {
          id: lower(scenario.tills[1]!),
          modelId: "2",
          gateway: lower(gateway.address),
          settlementCount: 1,
          callCount: "1",
          fees: "200",
          plainFees: "123",
        },
      ]);
      const parts = ["treasury", "gateway", "ancestors", "curators", "stakers", "developer", "data"] as const;
      const splits = await rows("feeSplits", `settlementId versionId fee ${parts.join(" ")}`, "block");
      expect(splits.map(({ settlementId, fee }) => [settlementId, fee])).to.deep.equal([
        ["1", "1000003"],
        ["2", "77"],
        [null, "500001"],
        ["3", "999"],
        [null, "123"],
      ]);
      for (const row of splits) {
        const sum = parts.reduce((total, part) => total + BigInt(row[part] as string), 0n);
        expect(sum).to.equal(BigInt(row["fee"] as string));
      }
    });

    it("have the settlements with their history", async () => {
      const found = await rows(
        "settlements",
        "id versionId tillId status count fee pool receiptsHash sketchesHash openedAt readyAt epochId group offset",
      );
      expect(found.map(({ status }) => status)).to.deep.equal(["ready", "ready", "expired"]);
      for (const row of found) {
        const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
        const args = [BigInt(row["id"] as string)] as const;
        const settlement = await chain.client.readContract({ ...ledger, functionName: "settlementOf", args });
        const isReady = row["status"] === "ready";
        expect(row).to.deep.include({
          versionId: String(settlement.version),
          tillId: lower(settlement.till),
          count: settlement.count,
          fee: String(settlement.receipts.sum),
          receiptsHash: settlement.receipts.hash,
          sketchesHash: isReady ? settlement.sketches.hash : null,
          pool: String(settlement.pool),
          openedAt: String(settlement.openedAt),
          readyAt: isReady ? String(settlement.readyAt) : null,
          epochId: isReady ? String(settlement.epoch) : null,
          group: isReady ? settlement.group : null,
          offset: isReady ? String(settlement.offset) : null,
        });
      }
      const history = `{ settlements(orderBy: "id") { items { statusChanges(orderBy: "at") { items { status } } } } }`;
      type Histories = { settlements: Page<{ statusChanges: Page<{ status: string }> }> };
      const { settlements } = await query<Histories>(indexer.graphqlUrl, history);
      expect(settlements.items.map((item) => item.statusChanges.items.map(({ status }) => status))).to.deep.equal([
        ["open", "committed", "ready"],
        ["open", "committed", "ready"],
        ["open", "expired"],
      ]);
    });

    it("have the epoch with its groups, proposals and payout root", async () => {
      const text = `{ epochs { totalCount items {
        id status endsAt groupCount settlementCount callCount pools proposalCount finalProposal
        groups(orderBy: "group") { items { versionId callCount settlementCount pool settlements { items { id } } } }
        proposals(orderBy: "proposal") { items { proposer status groupsSum payoutsHash payoutsSum bond proposedAt finalizableAt bondReturnedAt } }
        payoutRoot { proposal hash sum added }
      } } }`;
      type Epoch = Record<string, unknown> & { id: string; groups: Page<Row>; proposals: Page<Row> };
      const { epochs } = await query<{ epochs: Page<Epoch> }>(indexer.graphqlUrl, text);
      expect(epochs.totalCount).to.equal(1);
      const [epoch] = epochs.items;
      const id = BigInt(epoch!.id);
      const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
      const pools = await chain.client.readContract({ ...ledger, functionName: "epochPools", args: [id] });
      const endsAt = await chain.client.readContract({ ...ledger, functionName: "epochEnd", args: [id] });
      const root = await chain.client.readContract({ ...ledger, functionName: "payoutsRoot" });
      expect(epoch).to.deep.include({
        status: "finalized",
        endsAt: String(endsAt),
        groupCount: 2,
        settlementCount: 2,
        callCount: "4",
        pools: String(pools),
        proposalCount: 2,
        finalProposal: 0,
        payoutRoot: { proposal: 0, hash: root.hash, sum: String(root.sum), added: String(root.sum) },
      });
      for (const [place, row] of epoch!.groups.items.entries()) {
        const group = await chain.client.readContract({ ...ledger, functionName: "groupOf", args: [id, place] });
        expect(row).to.deep.equal({
          versionId: String(group.version),
          callCount: String(group.callCount),
          settlementCount: group.settlements.length,
          pool: String(group.pool),
          settlements: { items: group.settlements.map((settlement) => ({ id: String(settlement) })) },
        });
      }
      for (const [place, row] of epoch!.proposals.items.entries()) {
        const proposal = await chain.client.readContract({ ...ledger, functionName: "proposalOf", args: [id, place] });
        expect(row).to.deep.include({
          proposer: lower(proposer.address),
          status: ["finalized", "superseded"][place],
          groupsSum: String(proposal.groups.sum),
          payoutsHash: proposal.payouts.hash,
          payoutsSum: String(proposal.payouts.sum),
          proposedAt: String(proposal.proposedAt),
          finalizableAt: String(proposal.finalizableAt),
        });
        expect(row["bondReturnedAt"]).to.not.equal(null);
      }
    });

    it("have the claims and accruals, which add up to the positions' totals", async () => {
      const claims = await rows("claims", "positionId recipient sender attributed accrued", "block");
      const third = (await rows("payoutRoots", "sum", "epochId")).map(({ sum }) => BigInt(sum as string) / 3n)[0]!;
      expect(claims.map(({ positionId, recipient }) => [positionId, recipient])).to.have.deep.members([
        ["4", lower(alice.address)],
        ["1", (await rows("positions", "owner"))[0]!["owner"]],
        ["5", lower(curator.address)],
        // By a delegate, to whom the owner named; and by shares of the position.
        ["7", lower(bob.address)],
        ["5", (await rows("sharesContracts", "id"))[0]!["id"]],
      ]);
      const toCurator = claims.find(({ recipient }) => recipient === lower(curator.address));
      expect(toCurator!["attributed"]).to.equal(String(third));
      expect(claims.find(({ positionId }) => positionId === "7")!["sender"]).to.equal(lower(carol.address));
      const accruals = await rows("accruals", "positionId amount", "block");
      for (const { id, accrued, claimedTotal } of await rows("positions", "id accrued claimedTotal")) {
        const sumOf = (list: Row[], columns: string[]) =>
          list
            .filter(({ positionId }) => positionId === id)
            .reduce((sum, row) => columns.reduce((total, column) => total + BigInt(row[column] as string), sum), 0n);
        expect(String(sumOf(accruals, ["amount"]))).to.equal(accrued);
        expect(String(sumOf(claims, ["attributed", "accrued"]))).to.equal(claimedTotal);
      }
    });

    it("have the ledger's books to the unit", async () => {
      const ledger = { address: contract("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
      const vault = { address: contract("RoyaltyVault"), abi: royaltyVaultAbi } as const;
      const [pools, accrued, bonds] = await chain.client.readContract({ ...ledger, functionName: "owed" });
      const payouts = await chain.client.readContract({ ...vault, functionName: "unclaimed" });
      const root = await chain.client.readContract({ ...ledger, functionName: "payoutsRoot" });
      const parameters = await chain.client.readContract({ ...ledger, functionName: "parameters" });
      const [row] = await rows(
        "ledgers",
        "id token vault owedPools owedPayouts owedAccrued owedBonds payoutsHash payoutsSum settlementCount callCount epochSeconds bondFloor bondBps proposerFee paidToProposers",
      );
      expect(row).to.deep.equal({
        id: lower(contract("RoyaltyLedger")),
        token: lower(contract("OpenToken")),
        vault: lower(contract("RoyaltyVault")),
        owedPools: String(pools),
        owedPayouts: String(payouts),
        owedAccrued: String(accrued),
        owedBonds: String(bonds),
        payoutsHash: root.hash,
        payoutsSum: String(root.sum),
        settlementCount: 3,
        callCount: "6",
        epochSeconds: String(parameters.epochSeconds),
        bondFloor: String(parameters.bondFloor),
        bondBps: parameters.bondBps,
        proposerFee: String(parameters.proposerFee),
        paidToProposers: (await rows("proposals", "fee", "proposal"))[0]!["fee"],
      });
      expect(pools).to.equal(0n);
      expect(payouts > 0n && accrued > 0n).to.equal(true);
    });
  });

  describe("interface", () => {
    it("serves a schema that is the committed one", async () => {
      const committed = await readFile(SCHEMA_FILE, "utf8");
      const [database] = await readdir(join(folder, "databases"));
      const current = await readFile(join(folder, "databases", database!, "generated", "schema.graphql"), "utf8");
      expect(current === committed, "out of date: run `npm run schema -w @tributary/indexer`").to.equal(true);
      expect(await (await fetch(`${indexer.url}/schema.graphql`)).text()).to.equal(committed);
    });

    it("shows a page without scripts whose example queries run", async () => {
      const response = await fetch(indexer.url);
      const html = await response.text();
      expect(response.headers.get("content-security-policy")).to.include("default-src 'none'");
      expect(html).to.not.match(/<script|https?:/);
      const examples = [...html.matchAll(/<textarea name="query"[^>]*>([^<]*)</g)].map(([, text]) => unescape(text!));
      expect(examples.length).to.be.greaterThan(3);
      for (const example of examples) {
        const answer = await fetch(`${indexer.graphqlUrl}?query=${encodeURIComponent(example)}`);
        expect(await answer.json(), example).to.not.have.property("errors");
      }
    });

    it("refuses queries that are too deep", async () => {
      const nested = (levels: number): string =>
        levels === 0 ? "id" : `contributions { items { position { ${nested(levels - 1)} } } }`;
      const { errors } = await ask(indexer.graphqlUrl, `{ positions { items { ${nested(4)} } } }`);
      expect(errors?.[0]?.message).to.match(/depth/i);
    });

    it("says that a port or a database is in use", async () => {
      const taken = await listen();
      const { port } = taken.address() as { port: number };
      const { code, stderr } = await runStart(chain.rpcUrl, protocol.file, join(folder, "other"), port).ended;
      taken.close();
      expect(stderr).to.include(`port ${port} on 127.0.0.1 is in use`);
      expect(code).to.equal(2);
      await rejectsWith(start(Number(new URL(indexer.url).port)), PortInUseError);
      await rejectsWith(start(), DatabaseInUseError);
    });

    it("says that the chain was reset, or does not answer", async () => {
      const reset = await startAnvil();
      const options = { deployment: protocol.file, databaseDirectory: join(folder, "databases") };
      await rejectsWith(startIndexer({ ...options, rpcUrl: reset.rpcUrl }), ChainMismatchError);
      await reset.stop();
      await rejectsWith(startIndexer({ ...options, rpcUrl: reset.rpcUrl }), ChainUnreachableError);
    });

    it("comes to the same tables from scratch as over two crashes, and ends its child on a signal", async () => {
      const schema = await readFile(SCHEMA_FILE, "utf8");
      const { graphqlUrl, pid } = JSON.parse(await fresh.firstLine) as { graphqlUrl: string; pid: number };
      const expected = await dumpTables(graphqlUrl, schema);
      expect(Object.values(expected).flat().length).to.be.greaterThan(80);
      const empty = Object.entries(expected).filter(([, list]) => list.length === 0);
      expect(empty.map(([table]) => table)).to.have.members(NOT_PLAYED);
      expect(await dumpTables(indexer.graphqlUrl, schema)).to.deep.equal(expected);

      fresh.terminate();
      expect((await fresh.ended).code).to.equal(0);
      expect(() => process.kill(pid, 0)).to.throw("ESRCH");
    });
  });
});

/** A struct as the indexer shows it: integers that JavaScript cannot hold, as strings. */
function asRow(struct: Record<string, unknown>): Row {
  const entries = Object.entries(struct).map(([name, value]) => [
    name,
    typeof value === "bigint" ? String(value) : value,
  ]);
  return Object.fromEntries(entries) as Row;
}

function unescape(html: string): string {
  return html.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

async function listen(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return server;
}

async function rejectsWith(promise: Promise<Indexer>, type: new (...args: never[]) => Error): Promise<void> {
  const outcome = await promise.catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(type);
}

interface StartCommand {
  firstLine: Promise<string>;
  ended: Promise<{ code: number | null; stderr: string }>;
  terminate(): void;
}

/** Runs the command by itself. */
function runStart(rpcUrl: string, deployment: string, databaseDirectory: string, port: number): StartCommand {
  const args = [
    "--rpc",
    rpcUrl,
    "--deployment",
    deployment,
    "--database-dir",
    databaseDirectory,
    "--port",
    String(port),
  ];
  const child = spawn(process.execPath, [join(ROOT, "start.ts"), ...args, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, stderr });
    });
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    void ended.then(() => {
      reject(new Error(stderr));
    });
  });
  firstLine.catch(() => undefined);
  return { ended, firstLine, terminate: () => child.kill("SIGTERM") };
}
