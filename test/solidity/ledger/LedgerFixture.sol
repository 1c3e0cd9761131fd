// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {HostileToken} from "../../../contracts/test/HostileToken.sol";
import {WeightedAttributors} from "../support/WeightedAttributors.sol";
import {Epoch, ModelVersion, PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice A ledger and its vault, whose tills and models the test itself stands in for, and the steps that tests take with it.
abstract contract LedgerFixture is Test {
    uint48 internal constant EPOCH_SECONDS = 1_000;
    uint48 internal constant SKETCH_WINDOW = 100;
    uint48 internal constant CHALLENGE_WINDOW = 200;
    uint48 internal constant LIFETIME = 10_000;
    uint128 internal constant BOND_FLOOR = 50;
    uint16 internal constant BOND_BPS = 500;
    uint128 internal constant PROPOSER_FEE = 30;
    uint128 internal constant POOL = 100_000;
    uint256 internal constant PAYOUT_DEPTH = 28;
    uint256 internal constant ATTRIBUTOR_KEY = 7;
    bytes32 internal constant PAYLOAD = keccak256("payload");
    bytes32 internal constant INDEX_ROOT = keccak256("index");

    PositionId internal constant TREASURY = PositionId.wrap(1);
    PositionId internal constant ALICES = PositionId.wrap(2);
    PositionId internal constant BOBS = PositionId.wrap(3);
    ModelVersion internal constant VERSION = ModelVersion.wrap(1);

    HostileToken internal token;
    RoyaltyPositions internal positions;
    WeightedAttributors internal attributors;
    RoyaltyVault internal vault;
    RoyaltyLedger internal ledger;
    address internal treasury = makeAddr("treasury");
    address internal governance = makeAddr("governance");
    address internal guardian = makeAddr("guardian");
    address internal alice;
    uint256 internal aliceKey;
    address internal bob = makeAddr("bob");
    address internal proposer = makeAddr("proposer");
    address internal rival = makeAddr("rival");
    address internal stranger = makeAddr("stranger");

    IModelRegistry.IndexStatus private _indexStatus = IModelRegistry.IndexStatus.Usable;

    function setUp() public virtual {
        vm.warp(1_000_000);
        (alice, aliceKey) = makeAddrAndKey("alice");
        token = new HostileToken();
        positions = new RoyaltyPositions(treasury, token);
        positions.bindMinters(address(this), address(this));
        positions.mint(alice, IRoyaltyPositions.PositionKind.Contributor, 1);
        positions.mint(bob, IRoyaltyPositions.PositionKind.Contributor, 1);
        address[] memory accounts = new address[](1);
        accounts[0] = vm.addr(ATTRIBUTOR_KEY);
        attributors = new WeightedAttributors(accounts, 1);
        vault = deployVault();
        replaceLedger();
        fund(rival);
    }

    /// @dev Deploys the ledger of `vault`, and prepares the test and the proposer for it.
    function replaceLedger() internal {
        replaceLedger(parameters());
    }

    function replaceLedger(IRoyaltyLedger.Parameters memory p) internal {
        ledger = deployLedger(p);
        vault.bind(ledger);
        ledger.bind(ITillFactory(address(this)), IModelRegistry(address(this)), new address[](0));
        token.approve(address(ledger), type(uint256).max);
        fund(proposer);
    }

    // --- stands in for tills and models ---

    function isTill(address account) external view returns (bool) {
        return account == address(this);
    }

    function indexStatus(ModelVersion) external view returns (IModelRegistry.IndexStatus) {
        return _indexStatus;
    }

    function indexOf(ModelVersion) external pure returns (IModelRegistry.Index memory index) {
        index.hash = INDEX_ROOT;
    }

    // --- steps ---

    function parameters() internal pure returns (IRoyaltyLedger.Parameters memory) {
        return
            IRoyaltyLedger.Parameters({
                epochSeconds: EPOCH_SECONDS,
                sketchWindowSeconds: SKETCH_WINDOW,
                challengeWindowSeconds: CHALLENGE_WINDOW,
                settlementLifetimeSeconds: LIFETIME,
                bondFloor: BOND_FLOOR,
                bondBps: BOND_BPS,
                proposerFee: PROPOSER_FEE,
                mostBondFloor: 1_000,
                mostProposerFee: 300
            });
    }

    /// @dev The primary one, which the positions made.
    function deployVault() internal virtual returns (RoyaltyVault) {
        return RoyaltyVault(positions.vault());
    }

    function deployLedger(IRoyaltyLedger.Parameters memory p) internal returns (RoyaltyLedger) {
        return new RoyaltyLedger(vault, attributors, governance, guardian, p);
    }

    function fund(address account) internal {
        token.transfer(account, 1e27);
        vm.prank(account);
        token.approve(address(ledger), type(uint256).max);
    }

    function setIndexStatus(IModelRegistry.IndexStatus status) internal {
        _indexStatus = status;
    }

    function open(ModelVersion version, uint128 pool) internal returns (SettlementId) {
        return ledger.openSettlement(version, Root(keccak256("receipts"), pool), 1, pool);
    }

    function signaturesBy(uint256 key, SettlementId settlement) internal view returns (bytes[] memory signatures) {
        signatures = new bytes[](1);
        signatures[0] = sign(key, ledger.attestationDigest(settlement, keccak256("sketches")));
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function commit(SettlementId settlement) internal {
        uint32 count = ledger.settlementOf(settlement).count;
        bytes[] memory signatures = signaturesBy(ATTRIBUTOR_KEY, settlement);
        ledger.commitSketches(settlement, Root(keccak256("sketches"), count), 0, signatures);
    }

    /// @dev An epoch that is over and advanced, with one settlement of this pool.
    function epochOver(uint128 pool) internal returns (Epoch epoch) {
        vm.warp(ledger.epochEnd(ledger.epochAt(uint48(block.timestamp))));
        epoch = ledger.epochAt(uint48(block.timestamp));
        commit(open(VERSION, pool));
        vm.warp(ledger.epochEnd(epoch));
        ledger.advance(10);
    }

    function propose(Epoch epoch, Root memory payouts, address by) internal returns (uint32) {
        uint128 pools = ledger.epochPools(epoch);
        vm.prank(by);
        return ledger.propose(epoch, Root(keccak256("groups"), pools), payouts, 0);
    }

    /// @dev Finalises an epoch with this pool whose root pays positions 2 and 3 these cumulative amounts.
    function finalizePayouts(uint128 pool, uint128 two, uint128 three) internal returns (Epoch epoch) {
        return finalizeRoot(pool, Root(payoutsHash(two, three), ledger.payoutsRoot().sum + pool));
    }

    /// @dev Finalises an epoch with this pool and this root.
    function finalizeRoot(uint128 pool, Root memory payouts) internal returns (Epoch epoch) {
        epoch = epochOver(pool);
        propose(epoch, payouts, proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(epoch);
    }

    function accrue(PositionId position, uint128 amount) internal {
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        to[0] = position;
        amounts[0] = amount;
        ledger.accrue(to, amounts);
    }

    // --- payouts of two leaves, 2 and 3, under node 1 of level 27 ---

    function payoutsHash(uint128 two, uint128 three) internal pure returns (bytes32 hash) {
        hash = SumTree.innerHash(SumTree.leafHash(2, two, PAYLOAD), two, SumTree.leafHash(3, three, PAYLOAD), three);
        uint128 sum;
        unchecked {
            sum = two + three;
        }
        hash = SumTree.innerHash(0, 0, hash, sum);
        for (uint256 level = PAYOUT_DEPTH - 2; level > 0; --level) hash = SumTree.innerHash(hash, sum, 0, 0);
    }

    function claimOf(
        PositionId position,
        uint128 own,
        uint128 other
    ) internal pure returns (IRoyaltyVault.Claim memory) {
        uint64 sibling = PositionId.unwrap(position) ^ 1;
        bytes memory opening = abi.encodePacked(
            uint8(PAYOUT_DEPTH),
            uint32(1 << (PAYOUT_DEPTH - 1)),
            SumTree.leafHash(sibling, other, PAYLOAD),
            other
        );
        return IRoyaltyVault.Claim(position, own, PAYLOAD, opening);
    }

    function accruedOnly(PositionId position) internal pure returns (IRoyaltyVault.Claim memory) {
        return IRoyaltyVault.Claim(position, 0, 0, "");
    }

    function single(IRoyaltyVault.Claim memory item) internal pure returns (IRoyaltyVault.Claim[] memory claims) {
        claims = new IRoyaltyVault.Claim[](1);
        claims[0] = item;
    }

    function pair(
        IRoyaltyVault.Claim memory a,
        IRoyaltyVault.Claim memory b
    ) internal pure returns (IRoyaltyVault.Claim[] memory claims) {
        claims = new IRoyaltyVault.Claim[](2);
        (claims[0], claims[1]) = (a, b);
    }

    function assertCovered() internal view {
        (uint256 pools, uint256 accrued, uint256 bonds) = ledger.owed();
        assertEq(token.balanceOf(address(ledger)), pools + accrued + bonds);
    }

    function assertAccount(PositionId position, uint128 claimed, uint128 accrued) internal view {
        assertEq(vault.claimedOf(position), claimed, "claimed");
        assertEq(ledger.accruedOf(position), accrued, "accrued");
    }
}
