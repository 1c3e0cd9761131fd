// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Demands} from "../../../contracts/royalties/Demands.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";

/// @notice One watcher on the longest way there is: group, record, tally, and from there to the call and the entry that the tally names (Demands.descent.tree).
/// @dev Each demand is made in the last second that it can be, and answered in the last second that it must be.
contract DemandsDescentTest is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    uint64 private constant RECORD = 1 << 31;
    /// @dev Of `answerLeaf` in trees of one leaf.
    uint256 private constant ONLY = 0;

    IFaultProofs.Accused private _deep;
    uint48 private windowEnd;
    uint256 private rounds;

    function _tallies() private pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.TALLY, 1);
        tree.set(0, FAR, 5, abi.encodePacked(TreeKind.TALLY, uint32(FAR), uint16(1)));
    }

    function _points() private pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.POINTS, 1);
        bytes memory nested = abi.encodePacked(root49(_tallies()), empty49(TreeKind.TALLY));
        tree.set(0, RECORD, 5, abi.encodePacked(TreeKind.POINTS, nested, uint64(2), uint32(0)));
    }

    function _groups() private pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.GROUP, 1);
        bytes memory nested = abi.encodePacked(root49(traceTree()), root49(_points()));
        tree.set(0, 0, POOL, abi.encodePacked(TreeKind.GROUP, uint64(1), nested, type(uint32).max));
    }

    function _proposeDeep() private {
        Epoch epoch = epochOver();
        Root memory payouts = Root(keccak256("payouts"), ledger.payoutsRoot().sum + POOL);
        _deep = IFaultProofs.Accused(epoch, propose(epoch, _groups().root(), payouts, proposer));
        windowEnd = _finalizableAt();
    }

    function _finalizableAt() private view returns (uint48) {
        return ledger.proposalOf(_deep.epoch, _deep.proposal).finalizableAt;
    }

    // --- paths ---

    function _toPoints() private pure returns (Link[] memory path) {
        path = new Link[](1);
        path[0] = _groups().link(0, 1);
    }

    function _toTallies() private pure returns (Link[] memory path) {
        path = new Link[](2);
        (path[0], path[1]) = (_groups().link(0, 1), _points().link(RECORD, 0));
    }

    function _toTrace() private pure returns (Link[] memory path) {
        path = new Link[](1);
        path[0] = _groups().link(0, 0);
    }

    function _toEntries() private pure returns (Link[] memory path) {
        path = new Link[](2);
        (path[0], path[1]) = (_groups().link(0, 0), traceTree().link(FAR, 0));
    }

    // --- steps ---

    /// @dev Demands in the last second before the proposal can be finalised.
    function _demandLate(
        Link[] memory path,
        SparseTree.Tree memory tree,
        uint256 level,
        uint64 key
    ) private returns (uint256) {
        vm.warp(_finalizableAt() - 1);
        ++rounds;
        return demandNode(groupsOf(_deep), path, tree, level, key);
    }

    /// @dev Answers in the last second there is for it.
    function _answerLate(uint256 id, bytes memory bytes_) private {
        vm.warp(demands.demandOf(id).deadline);
        vm.prank(proposer);
        demands.answer(id, bytes_);
    }

    /// @dev Down to a leaf, and to what it says.
    function _walk(Link[] memory path, SparseTree.Tree memory tree, uint64 key, uint256 leaf) private {
        uint256 depth = TreeKind.depthOf(tree.kind);
        for (uint256 level; level < depth; level += 5) {
            uint256 id = _demandLate(path, tree, level, key);
            _answerLate(id, answerInner(tree, level, uint64(key >> (depth - level))));
        }
        _answerLate(_demandLate(path, tree, depth, key), answerLeaf(tree, leaf));
    }

    function _walkToTally() private {
        _walk(noPath(), _groups(), 0, ONLY);
        _walk(_toPoints(), _points(), RECORD, ONLY);
        _walk(_toTallies(), _tallies(), FAR, ONLY);
    }

    // --- tests ---

    function test_Descent_ReachesEntryThatTallyNames() public {
        _proposeDeep();
        _walkToTally();
        assertEq(rounds, 20);
        _walk(_toTrace(), traceTree(), FAR, 2);
        _walk(_toEntries(), entriesTree(), 1, 1);
        assertEq(rounds, 30);
        assertEq(block.timestamp, windowEnd + 30 * (ROUND - 1) - REACTION_SECONDS);
        vm.warp(_finalizableAt() - 1);
        judge.prove(_deep, 0, true);
        _assertEnded();
    }

    function test_Descent_EndsWhatIsWithheldLast() public {
        _proposeDeep();
        _walkToTally();
        _walk(_toTrace(), traceTree(), FAR, 2);
        for (uint256 level; level < 8; level += 5) {
            uint256 id = _demandLate(_toEntries(), entriesTree(), level, 1);
            _answerLate(id, answerInner(entriesTree(), level, 0));
        }
        uint256 last = _demandLate(_toEntries(), entriesTree(), 8, 1);
        assertEq(rounds, 30);
        vm.warp(_finalizableAt() - 1);
        demands.endUnanswered(last);
        _assertEnded();
    }

    /// @dev Whoever made them: a limit that others could use up would be none.
    function test_Descent_HoldsNoLonger() public {
        _proposeDeep();
        uint48 latest = windowEnd + 30 * ROUND;
        // Upwards, since no node is demanded that another answer reveals.
        uint256 level = 32;
        while (_finalizableAt() - 1 + ROUND <= latest) _demandLate(_toPoints(), _points(), level--, RECORD);
        assertEq(_finalizableAt(), windowEnd + 31 * (ROUND - 1));
        vm.warp(_finalizableAt() - 1);
        Root memory node = _groups().root();
        uint48 until = uint48(block.timestamp) + ROUND;
        vm.expectRevert(abi.encodeWithSelector(IDemands.TooLate.selector, until, latest));
        demands.demand(groupsOf(_deep), noPath(), 0, node, hex"0000000000");
    }

    /// @dev On a ledger whose windows are longer than a round, so that nothing else is in the way.
    function test_Descent_FitsWhatLedgerAllows() public {
        IRoyaltyLedger.Parameters memory p = ledgerParameters();
        (p.sketchWindowSeconds, p.challengeWindowSeconds, p.settlementLifetimeSeconds) = (3 days, 3 days, 4 days);
        RoyaltyLedger slow = new RoyaltyLedger(
            IRoyaltyVault(ledger.vault()),
            attributors,
            makeAddr("governance"),
            guardian,
            p
        );
        IPenalties.Penalties memory penalties = penaltyParameters();
        penalties.answerableSeconds = 3 days;
        IModelRegistry models = IModelRegistry(address(this));
        new Demands(slow, models, staking, IDemands.Parameters(12 hours, 12 hours, 1), penalties);
        vm.expectRevert(abi.encodeWithSelector(IDemands.InvalidParameter.selector, "answerSeconds"));
        new Demands(slow, models, staking, IDemands.Parameters(12 hours, 12 hours + 1, 1), penalties);
    }

    function _assertEnded() private view {
        IRoyaltyLedger.Proposal memory ended = ledger.proposalOf(_deep.epoch, _deep.proposal);
        assertEq(uint8(ended.status), uint8(IRoyaltyLedger.ProposalStatus.Ended));
    }
}
