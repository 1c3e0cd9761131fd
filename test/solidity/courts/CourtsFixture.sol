// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {Demands} from "../../../contracts/royalties/Demands.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {Epoch, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {TrickyToken} from "../support/TrickyToken.sol";
import {WeightedAttributors} from "../support/WeightedAttributors.sol";
import {Judge} from "./Judge.sol";

/// @notice A ledger with a court and with demands, whose tills and models the test itself stands in for.
abstract contract CourtsFixture is Test {
    uint48 internal constant EPOCH_SECONDS = 1_000;
    uint48 internal constant SKETCH_WINDOW = 100;
    uint48 internal constant CHALLENGE_WINDOW = 200;
    uint48 internal constant ANSWER_SECONDS = 20;
    uint48 internal constant REACTION_SECONDS = 10;
    /// @dev A demand and the reaction to it.
    uint48 internal constant ROUND = ANSWER_SECONDS + REACTION_SECONDS;
    uint48 internal constant LIFETIME = 10_000;
    uint48 internal constant REVEAL_BLOCKS = 50;
    uint128 internal constant BOND = 1_001;
    uint128 internal constant REWARD = 500;
    uint128 internal constant POOL = 100_000;
    uint128 internal constant RESERVATION_DEPOSIT = 7;
    uint128 internal constant DEMAND_DEPOSIT = 30;
    uint16 internal constant SKETCH_PENALTY_BPS = 1_000;
    uint16 internal constant RECEIPT_PENALTY_BPS = 2_000;
    uint48 internal constant ANSWERABLE_SECONDS = 150;
    /// @dev The shortest that staking accepts for it.
    uint48 internal constant UNBONDING_SECONDS = ANSWERABLE_SECONDS + 1;
    uint256 internal constant ATTRIBUTOR_KEY = 7;
    ModelVersion internal constant VERSION = ModelVersion.wrap(1);

    TrickyToken internal token;
    WeightedAttributors internal attributors;
    RoyaltyLedger internal ledger;
    OperatorStaking internal staking;
    Judge internal judge;
    Demands internal demands;
    address internal guardian = makeAddr("guardian");
    address internal proposer = makeAddr("proposer");
    address internal rival = makeAddr("rival");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    IModelRegistry.Index internal index;
    IModelRegistry.IndexStatus internal indexStatusNow = IModelRegistry.IndexStatus.Usable;
    uint32 internal indexCommits = 1;
    bool internal isIndexCourt = true;
    address internal indexProver;

    function setUp() public virtual {
        vm.warp(1_000_000);
        vm.roll(1_000);
        token = new TrickyToken();
        RoyaltyPositions positions = new RoyaltyPositions(makeAddr("treasury"), token);
        IRoyaltyVault vault = IRoyaltyVault(positions.vault());
        address[] memory accounts = new address[](1);
        accounts[0] = vm.addr(ATTRIBUTOR_KEY);
        attributors = new WeightedAttributors(accounts, 1);
        ledger = new RoyaltyLedger(vault, attributors, makeAddr("governance"), guardian, ledgerParameters());
        vault.bind(ledger);
        judge = new Judge(ledger, IReservations.Parameters(RESERVATION_DEPOSIT));
        staking = new OperatorStaking(token, guardian, IOperatorStaking.Parameters(UNBONDING_SECONDS, 14 days, 7 days));
        demands = new Demands(ledger, IModelRegistry(address(this)), staking, demandParameters(), penaltyParameters());
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](2);
        faults[0] = IOperatorStaking.Fault(address(demands), SKETCH_PENALTY_BPS, 5_000);
        faults[1] = IOperatorStaking.Fault(address(demands), RECEIPT_PENALTY_BPS, 5_000);
        staking.bind(IModelRegistry(address(this)), IDatanetRegistry(address(this)), faults);
        address[] memory courts = new address[](2);
        courts[0] = address(judge);
        courts[1] = address(demands);
        ledger.bind(ITillFactory(address(this)), IModelRegistry(address(this)), courts);
        token.approve(address(ledger), type(uint256).max);
        fund(proposer);
        fund(rival);
        fund(alice);
        fund(bob);
    }

    // --- stands in for tills and models ---

    function isTill(address account) external view returns (bool) {
        return account == address(this);
    }

    function gateway() external view returns (address) {
        return rival;
    }

    function isCourt(address) external view returns (bool) {
        return isIndexCourt;
    }

    function indexStatus(ModelVersion) external view returns (IModelRegistry.IndexStatus) {
        return indexStatusNow;
    }

    function indexOf(ModelVersion) external view returns (IModelRegistry.Index memory) {
        return index;
    }

    function indexCommitsOf(ModelVersion) external view returns (uint32) {
        return indexCommits;
    }

    function endIndex(ModelVersion, address prover) external returns (uint128) {
        indexProver = prover;
        indexStatusNow = IModelRegistry.IndexStatus.None;
        return 3;
    }

    // --- steps ---

    function ledgerParameters() internal pure returns (IRoyaltyLedger.Parameters memory) {
        return
            IRoyaltyLedger.Parameters({
                epochSeconds: EPOCH_SECONDS,
                sketchWindowSeconds: SKETCH_WINDOW,
                challengeWindowSeconds: CHALLENGE_WINDOW,
                settlementLifetimeSeconds: LIFETIME,
                bondFloor: BOND,
                bondBps: 0,
                proposerFee: 0,
                mostBondFloor: BOND,
                mostProposerFee: 0
            });
    }

    function demandParameters() internal pure returns (IDemands.Parameters memory) {
        return IDemands.Parameters(ANSWER_SECONDS, REACTION_SECONDS, DEMAND_DEPOSIT);
    }

    function penaltyParameters() internal pure returns (IPenalties.Penalties memory) {
        return IPenalties.Penalties(0, 1, SKETCH_PENALTY_BPS, RECEIPT_PENALTY_BPS, ANSWERABLE_SECONDS);
    }

    function fund(address account) internal {
        token.transfer(account, 1e24);
        vm.startPrank(account);
        token.approve(address(ledger), type(uint256).max);
        token.approve(address(judge), type(uint256).max);
        token.approve(address(demands), type(uint256).max);
        vm.stopPrank();
    }

    function open(Root memory receipts, uint32 count) internal returns (SettlementId) {
        return ledger.openSettlement(VERSION, receipts, count, POOL);
    }

    function commit(SettlementId settlement, Root memory sketches) internal {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTRIBUTOR_KEY, ledger.attestationDigest(settlement, sketches.hash));
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(r, s, v);
        ledger.commitSketches(settlement, sketches, 0, signatures);
    }

    /// @dev An epoch that is over and advanced, with one settlement of one call.
    function epochOver() internal returns (Epoch epoch) {
        vm.warp(ledger.epochEnd(ledger.epochAt(uint48(block.timestamp))));
        epoch = ledger.epochAt(uint48(block.timestamp));
        commit(open(Root(keccak256("receipts"), POOL), 1), Root(keccak256("sketches"), 1));
        vm.warp(ledger.epochEnd(epoch));
        ledger.advance(10);
    }

    function propose(Epoch epoch, Root memory groups, Root memory payouts, address by) internal returns (uint32) {
        vm.prank(by);
        return ledger.propose(epoch, groups, payouts, 0);
    }

    /// @dev A proposal whose roots differ by the salt.
    function propose(Epoch epoch, string memory salt, address by) internal returns (IFaultProofs.Accused memory) {
        Root memory groups = Root(keccak256(bytes(salt)), ledger.epochPools(epoch));
        Root memory payouts = Root(keccak256("payouts"), ledger.payoutsRoot().sum + ledger.epochPools(epoch));
        return IFaultProofs.Accused(epoch, propose(epoch, groups, payouts, by));
    }

    /// @dev A first proposal of a new epoch.
    function accused() internal returns (IFaultProofs.Accused memory) {
        return propose(epochOver(), "wrong", proposer);
    }

    function statusOf(IFaultProofs.Accused memory a) internal view returns (IRoyaltyLedger.ProposalStatus) {
        return ledger.proposalOf(a.epoch, a.proposal).status;
    }

    function assertStatus(IFaultProofs.Accused memory a, IRoyaltyLedger.ProposalStatus status) internal view {
        assertEq(uint8(statusOf(a)), uint8(status), "status");
    }

    /// @dev Nobody's money is missing, anywhere.
    function assertCovered() internal view {
        (uint256 pools, uint256 accrued, uint256 bonds) = ledger.owed();
        assertEq(token.balanceOf(address(ledger)), pools + accrued + bonds, "ledger");
        (uint256 deposits, uint256 rewards) = judge.owed();
        assertEq(token.balanceOf(address(judge)), deposits + rewards, "court");
        assertEq(token.balanceOf(address(demands)), demands.owed(), "demands");
    }
}
