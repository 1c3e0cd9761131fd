// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ISketchDisputes} from "../../../contracts/interfaces/ISketchDisputes.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {SketchVotes} from "../../../contracts/libraries/SketchVotes.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {SketchDisputes} from "../../../contracts/royalties/SketchDisputes.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {StakedAttributors} from "../../../contracts/staking/StakedAttributors.sol";
import {ModelVersion, PoolId, RoundId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {TrickyToken} from "../support/TrickyToken.sol";

/// @notice A ledger with real staking, four attributors of 40, 30, 20 and 10 % of the stake, and disputes over its sketches. The test stands in for
/// tills and models.
abstract contract DisputesFixture is Test {
    uint48 internal constant SKETCH_WINDOW = 100;
    uint48 internal constant INDEX_WINDOW = 120;
    uint48 internal constant COMMIT = 40;
    uint48 internal constant REVEAL = 30;
    uint48 internal constant RESOLVE = 50;
    uint48 internal constant HOLD = COMMIT + REVEAL + RESOLVE;
    uint48 internal constant ANSWERABLE = 400;
    uint128 internal constant POOL = 100_000;
    uint128 internal constant BOND = 1_000;
    uint128 internal constant BOND_FLOOR = 300;
    uint128 internal constant UNIT = 10_000;
    uint16 internal constant SIGNER_BPS = 1_000;
    uint16 internal constant ADMITTED_BPS = 100;
    uint32 internal constant CALLS = 5;
    bytes32 internal constant SALT = keccak256("salt");

    TrickyToken internal token;
    OperatorStaking internal staking;
    RoyaltyLedger internal ledger;
    SketchDisputes internal disputes;
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal outsider = makeAddr("outsider");
    /// @dev In the order of their stake, the largest first.
    PoolId[] internal pools;
    uint256[] internal keys;

    IModelRegistry.Index internal index;
    bool internal isIndexCourt = true;
    address internal indexDisputer;

    function setUp() public virtual {
        vm.warp(1_000_000);
        token = new TrickyToken();
        RoyaltyPositions positions = new RoyaltyPositions(makeAddr("treasury"), token);
        IRoyaltyVault vault = IRoyaltyVault(positions.vault());
        staking = new OperatorStaking(token, address(this), IOperatorStaking.Parameters(500, 500, 100));
        StakedAttributors attributors = new StakedAttributors(staking, 6_667, 1);
        ledger = new RoyaltyLedger(vault, attributors, address(this), address(0), ledgerParameters());
        vault.bind(ledger);
        disputes = deployDisputes(disputeParameters(), voteTerms());
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](2);
        faults[0] = IOperatorStaking.Fault(address(disputes), 500, 1_000);
        faults[1] = IOperatorStaking.Fault(address(disputes), SIGNER_BPS, 5_000);
        staking.bind(IModelRegistry(address(this)), IDatanetRegistry(address(this)), faults);
        address[] memory courts = new address[](1);
        courts[0] = address(disputes);
        ledger.bind(ITillFactory(address(this)), IModelRegistry(address(this)), courts);
        token.approve(address(ledger), type(uint256).max);
        fund(alice);
        fund(bob);
        fund(outsider);
        for (uint128 i; i < 4; ++i) _openPool(0xa0 + i, (4 - i) * UNIT);
        vm.warp(block.timestamp + 1);
    }

    // --- stands in for tills and models ---

    function isTill(address account) external view returns (bool) {
        return account == address(this);
    }

    function isCourt(address) external view returns (bool) {
        return isIndexCourt;
    }

    function parameters() external pure returns (IModelRegistry.Parameters memory p) {
        p.indexWindowSeconds = INDEX_WINDOW;
    }

    function indexOf(ModelVersion) external view returns (IModelRegistry.Index memory) {
        return index;
    }

    function indexCommitsOf(ModelVersion) external pure returns (uint32) {
        return 1;
    }

    /// @dev Usable where a test has committed none, so that sketches can be.
    function indexStatus(ModelVersion) external view returns (IModelRegistry.IndexStatus) {
        if (indexDisputer != address(0)) return IModelRegistry.IndexStatus.None;
        bool isUsable = block.timestamp >= index.usableAt;
        return isUsable ? IModelRegistry.IndexStatus.Usable : IModelRegistry.IndexStatus.Pending;
    }

    function holdIndex(ModelVersion, uint48 until) external {
        index.usableAt = until;
    }

    function endIndex(ModelVersion, address disputer) external returns (uint128) {
        indexDisputer = disputer;
        return 3;
    }

    // --- steps ---

    function ledgerParameters() internal pure returns (IRoyaltyLedger.Parameters memory) {
        return
            IRoyaltyLedger.Parameters({
                epochSeconds: 1_000,
                sketchWindowSeconds: SKETCH_WINDOW,
                challengeWindowSeconds: 200,
                settlementLifetimeSeconds: 10_000,
                bondFloor: 1,
                bondBps: 0,
                proposerFee: 0,
                mostBondFloor: 1,
                mostProposerFee: 0
            });
    }

    function voteTerms() internal pure returns (IStakeVotes.VoteTerms memory) {
        return IStakeVotes.VoteTerms(COMMIT, REVEAL, 5_000, 0, 500);
    }

    function disputeParameters() internal pure returns (ISketchDisputes.Parameters memory) {
        return
            ISketchDisputes.Parameters({
                resolveSeconds: RESOLVE,
                bondFloor: BOND_FLOOR,
                bondBps: 100,
                unansweredBps: 1_000,
                signerFault: 1,
                signerBps: SIGNER_BPS,
                admittedBps: ADMITTED_BPS,
                answerableSeconds: ANSWERABLE
            });
    }

    function deployDisputes(
        ISketchDisputes.Parameters memory p,
        IStakeVotes.VoteTerms memory votes
    ) internal returns (SketchDisputes) {
        return new SketchDisputes(ledger, IModelRegistry(address(this)), staking, p, votes);
    }

    function fund(address account) internal {
        token.transfer(account, 1_000_000);
        vm.startPrank(account);
        token.approve(address(disputes), type(uint256).max);
        token.approve(address(staking), type(uint256).max);
        vm.stopPrank();
    }

    function operatorOf(uint256 i) internal view returns (address) {
        return vm.addr(keys[i]);
    }

    /// @dev Sketches of a new settlement, signed by the two attributors with the largest stake.
    function committed() internal returns (IDemands.Commitment memory) {
        SettlementId settlement = ledger.openSettlement(ModelVersion.wrap(1), Root("receipts", POOL), CALLS, POOL);
        return commit(settlement, "sketches");
    }

    function commit(SettlementId settlement, bytes32 hash) internal returns (IDemands.Commitment memory) {
        bytes32 digest = ledger.attestationDigest(settlement, hash);
        bytes[] memory signatures = new bytes[](2);
        address[] memory all = signers();
        for (uint256 i; i < 2; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(all[i] == operatorOf(0) ? keys[0] : keys[1], digest);
            signatures[i] = abi.encodePacked(r, s, v);
        }
        ledger.commitSketches(settlement, Root(hash, CALLS), 0, signatures);
        uint32 sub = ledger.settlementOf(settlement).commits - 1;
        return IDemands.Commitment(TreeKind.SKETCH, SettlementId.unwrap(settlement), sub);
    }

    function signers() internal view returns (address[] memory all) {
        all = new address[](2);
        bool isFirst = operatorOf(0) < operatorOf(1);
        all[0] = operatorOf(isFirst ? 0 : 1);
        all[1] = operatorOf(isFirst ? 1 : 0);
    }

    /// @dev The place of an attributor among the signers.
    function placeOf(uint256 i) internal view returns (uint256) {
        return signers()[0] == operatorOf(i) ? 0 : 1;
    }

    function commitIndex() internal returns (IDemands.Commitment memory) {
        index.committedAt = uint48(block.timestamp);
        index.usableAt = index.committedAt + INDEX_WINDOW;
        index.sum = 7;
        return IDemands.Commitment(TreeKind.INDEX, 1, 0);
    }

    function dispute(IDemands.Commitment memory commitment) internal returns (RoundId) {
        return disputeBy(alice, commitment, 0);
    }

    function disputeBy(address by, IDemands.Commitment memory commitment, uint32 place) internal returns (RoundId) {
        vm.prank(by);
        return disputes.dispute(commitment, place);
    }

    function commitVote(RoundId round, uint256 i, bool isUpheld) internal {
        address voter = operatorOf(i);
        bytes32 hash = SketchVotes.commitmentOf(block.chainid, address(ledger), round, voter, isUpheld, SALT);
        vm.prank(voter);
        disputes.commitVote(round, pools[i], hash);
    }

    function reveal(RoundId round, uint256 i, bool isUpheld) internal {
        disputes.revealVote(round, pools[i], isUpheld, SALT);
    }

    function toReveals(RoundId round) internal {
        vm.warp(disputes.roundOf(round).commitUntil);
    }

    function toEnd(RoundId round) internal {
        vm.warp(disputes.roundOf(round).revealUntil);
    }

    /// @dev To when signers can be slashed for what the round found.
    function toPenalties(RoundId round) internal {
        vm.warp(disputes.roundOf(round).revealUntil + RESOLVE);
    }

    /// @dev All of `votes` (bits of the attributors who vote so) to the end of the round.
    function vote(RoundId round, uint256 upheld, uint256 rejected) internal {
        for (uint256 i; i < 4; ++i) {
            if ((upheld >> i) & 1 == 1) commitVote(round, i, true);
            if ((rejected >> i) & 1 == 1) commitVote(round, i, false);
        }
        toReveals(round);
        for (uint256 i; i < 4; ++i) {
            if ((upheld >> i) & 1 == 1) reveal(round, i, true);
            if ((rejected >> i) & 1 == 1) reveal(round, i, false);
        }
        toEnd(round);
    }

    function settlementOf(
        IDemands.Commitment memory commitment
    ) internal view returns (IRoyaltyLedger.Settlement memory) {
        return ledger.settlementOf(SettlementId.wrap(commitment.id));
    }

    function assertOutcome(RoundId round, ISketchDisputes.Outcome outcome) internal view {
        assertEq(uint8(disputes.disputeOf(round).outcome), uint8(outcome), "outcome");
    }

    function assertStatus(IDemands.Commitment memory commitment, IRoyaltyLedger.SettlementStatus status) internal view {
        assertEq(uint8(settlementOf(commitment).status), uint8(status), "status");
    }

    function assertCovered() internal view {
        assertEq(token.balanceOf(address(disputes)), disputes.owed(), "disputes");
    }

    function _openPool(uint256 key, uint128 stake) private {
        address operator = vm.addr(key);
        fund(operator);
        vm.startPrank(operator);
        PoolId pool = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        staking.stake(pool, stake);
        vm.stopPrank();
        pools.push(pool);
        keys.push(key);
    }
}
