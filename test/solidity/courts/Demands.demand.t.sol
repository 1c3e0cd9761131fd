// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Demands} from "../../../contracts/royalties/Demands.sol";
import {Epoch, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";

/// @notice What can be demanded, when, and for how much, branch by branch (Demands.demand.tree).
contract DemandsDemandTest is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    // --- construction ---

    function _refuses(string memory name, uint48 answerSeconds, uint48 reactionSeconds, uint128 deposit) private {
        vm.expectRevert(abi.encodeWithSelector(IDemands.InvalidParameter.selector, name));
        new Demands(
            ledger,
            IModelRegistry(address(this)),
            staking,
            IDemands.Parameters(answerSeconds, reactionSeconds, deposit),
            penaltyParameters()
        );
    }

    function test_Demands_RefusesParametersOutOfRange() public {
        _refuses("answerSeconds", 0, 1, 1);
        _refuses("reactionSeconds", 1, 0, 1);
        _refuses("deposit", 1, 1, 0);
        _refuses("answerSeconds", SKETCH_WINDOW, 1, 1);
        _refuses("answerSeconds", CHALLENGE_WINDOW, 1, 1);
        _refuses("answerSeconds", 2 days, 1, 1);
    }

    function test_Parameters_AreAsDeployed() public view {
        assertEq(abi.encode(demands.parameters()), abi.encode(demandParameters()));
    }

    // --- of a proposal ---

    function test_Demand_TakesDepositAndRemembers() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 before = token.balanceOf(alice);
        uint256 id = demandRoot(a);
        assertEq(id, 1);
        assertEq(demands.demandCount(), 1);
        IDemands.Demand memory made = demands.demandOf(id);
        assertEq(made.demander, alice);
        assertEq(made.deadline, block.timestamp + ANSWER_SECONDS);
        assertEq(made.depth, TreeKind.GROUP_DEPTH);
        assertEq(made.hash, groupsTree().root().hash);
        assertEq(uint8(made.status), uint8(IDemands.Status.Open));
        assertEq(before - token.balanceOf(alice), DEMAND_DEPOSIT);
        assertCovered();
    }

    function test_Demand_IsFoundByItsBytes() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandNode(groupsOf(a), pathToEntries(), entriesTree(), 8, 1);
        bytes memory commitment = abi.encodePacked(TreeKind.GROUP, Epoch.unwrap(a.epoch), a.proposal);
        bytes memory path = abi.encodePacked(uint8(2), uint64(0), uint8(0), uint64(1), uint8(0));
        assertEq(demands.demandWith(keccak256(abi.encodePacked(commitment, path, uint8(8), uint64(1)))), id);
    }

    function test_Demand_HoldsProposal() public {
        IFaultProofs.Accused memory a = knownProposal();
        vm.warp(block.timestamp + CHALLENGE_WINDOW - 1);
        demandRoot(a);
        uint48 until = uint48(block.timestamp) + ROUND;
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, until);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.ChallengeWindowOpen.selector, a.epoch, until));
        ledger.finalize(a.epoch);
    }

    function test_Demand_LeavesLongerWindow() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint48 finalizableAt = ledger.proposalOf(a.epoch, a.proposal).finalizableAt;
        demandRoot(a);
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, finalizableAt);
    }

    function test_Demand_FollowsPaths() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandNode(groupsOf(a), pathToTrace(), traceTree(), 20, FAR);
        assertEq(demands.demandOf(id).hash, traceTree().nodeAt(20, FAR >> 8).hash);
        id = demandNode(groupsOf(a), pathToEntries(), entriesTree(), 3, 0);
        assertEq(demands.demandOf(id).depth, TreeKind.ENTRY_DEPTH);
    }

    function test_Demand_TakesPayouts() public {
        Epoch epoch = epochOver();
        SparseTree.Tree memory payouts = SparseTree.create(TreeKind.PAYOUT, 1);
        payouts.set(0, 5, POOL, abi.encodePacked(TreeKind.PAYOUT, empty49(TreeKind.EARNING)));
        uint32 proposal = propose(epoch, Root(keccak256("groups"), POOL), payouts.root(), proposer);
        IDemands.Commitment memory commitment = IDemands.Commitment(11, Epoch.unwrap(epoch), proposal);
        uint256 id = demandNode(commitment, noPath(), payouts, 28, 5);
        assertEq(demands.demandOf(id).hash, payouts.nodeAt(28, 5).hash);
    }

    function test_Demand_RevertsForTokenWithFee() public {
        IFaultProofs.Accused memory a = knownProposal();
        token.setFee(1_000);
        vm.expectRevert(abi.encodeWithSelector(IDemands.AmountMismatch.selector, DEMAND_DEPOSIT, 27));
        this.tryDemand(groupsOf(a), noPath(), 0, groupsTree().root(), hex"0000000000");
    }

    function test_Demand_RefusesReentry() public {
        IFaultProofs.Accused memory a = knownProposal();
        token.arm(address(demands), abi.encodeCall(IDemands.endUnanswered, (1)));
        demandRoot(a);
        assertEq(token.refusal(), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
    }

    // --- what there is not ---

    function tryDemand(
        IDemands.Commitment memory commitment,
        Link[] memory path,
        uint64 index_,
        Root memory node,
        bytes memory opening
    ) external returns (uint256) {
        vm.prank(alice);
        return demands.demand(commitment, path, index_, node, opening);
    }

    function test_Demand_RevertsForOtherKinds() public {
        uint8[6] memory kinds = [0, TreeKind.CONTENT, TreeKind.ENTRY, TreeKind.TRACE, TreeKind.EARNING, 12];
        for (uint256 i; i < kinds.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDemands.NotDemandable.selector, kinds[i]));
            this.tryDemand(IDemands.Commitment(kinds[i], 1, 0), noPath(), 0, Root(0, 0), "");
        }
    }

    function test_Demand_RevertsForUnknownProposal() public {
        IDemands.Commitment memory commitment = groupsOf(knownProposal());
        commitment.sub = 1;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownProposal.selector, Epoch.wrap(commitment.id), 1));
        this.tryDemand(commitment, noPath(), 0, groupsTree().root(), hex"0000000000");
    }

    function test_Demand_RevertsForEndedProposal() public {
        IFaultProofs.Accused memory a = knownProposal();
        judge.prove(a, 0, true);
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, groupsOf(a)));
        this.tryDemand(groupsOf(a), noPath(), 0, groupsTree().root(), hex"0000000000");
    }

    function test_Demand_RevertsForWrongNode() public {
        IDemands.Commitment memory commitment = groupsOf(knownProposal());
        Root memory root = groupsTree().root();
        vm.expectRevert(IDemands.NoSuchNode.selector);
        this.tryDemand(commitment, noPath(), 0, Root(root.hash, root.sum + 1), hex"0000000000");
        vm.expectRevert(IDemands.NoSuchNode.selector);
        this.tryDemand(commitment, noPath(), 1, root, hex"0000000000");
        vm.expectRevert(IDemands.NoSuchNode.selector);
        this.tryDemand(commitment, noPath(), 0, root, "");
    }

    function test_Demand_RevertsForAbsentNode() public {
        IDemands.Commitment memory commitment = groupsOf(knownProposal());
        bytes memory opening = groupsTree().openingOf(1 << 15, 1);
        vm.expectRevert(IDemands.NoSuchNode.selector);
        this.tryDemand(commitment, noPath(), 1, Root(0, 0), opening);
    }

    function test_Demand_RevertsWithoutNestedTree() public {
        IDemands.Commitment memory commitment = groupsOf(knownProposal());
        Link[] memory path = pathToTrace();
        path[0].which = 2;
        vm.expectRevert(abi.encodeWithSelector(IDemands.NoTreeAt.selector, 0));
        this.tryDemand(commitment, path, 0, Root("x", 1), hex"0000000000");
        path = new Link[](3);
        (path[0], path[1]) = (pathToEntries()[0], pathToEntries()[1]);
        path[2] = entriesTree().link(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IDemands.NoTreeAt.selector, 2));
        this.tryDemand(commitment, path, 0, Root("x", 1), hex"0000000000");
    }

    function test_Demand_RevertsUnderAbsentLeaf() public {
        IDemands.Commitment memory commitment = groupsOf(knownProposal());
        Link[] memory path = new Link[](1);
        path[0] = groupsTree().link(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IDemands.NoTreeAt.selector, 0));
        this.tryDemand(commitment, path, 0, Root("x", 1), hex"0000000000");
    }

    function test_Demand_RevertsForInvalidPath() public {
        IDemands.Commitment memory commitment = groupsOf(knownProposal());
        Link[] memory path = pathToTrace();
        path[0].sum += 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        this.tryDemand(commitment, path, 0, traceTree().root(), hex"0000000000");
    }

    // --- once only ---

    function test_Demand_RevertsForTheSameAgain() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandRoot(a);
        vm.expectRevert(abi.encodeWithSelector(IDemands.AlreadyDemanded.selector, id));
        this.tryDemand(groupsOf(a), noPath(), 0, groupsTree().root(), hex"0000000000");
        demands.answer(id, answerInner(groupsTree(), 0, 0));
        vm.expectRevert(abi.encodeWithSelector(IDemands.AlreadyDemanded.selector, id));
        this.tryDemand(groupsOf(a), noPath(), 0, groupsTree().root(), hex"0000000000");
    }

    function test_Demand_RevertsForWhatAnotherAnswerReveals() public {
        IFaultProofs.Accused memory a = knownProposal();
        SparseTree.Tree memory tree = traceTree();
        uint256 id = demandNode(groupsOf(a), pathToTrace(), tree, 3, FAR);
        for (uint256 level = 4; level < 8; ++level) {
            Root memory node = tree.nodeAt(level, uint64(FAR >> (28 - level)));
            vm.expectRevert(abi.encodeWithSelector(IDemands.AlreadyDemanded.selector, id));
            this.tryDemand(groupsOf(a), pathToTrace(), FAR >> (28 - level), node, tree.openingOf(FAR, level));
        }
        assertEq(demandNode(groupsOf(a), pathToTrace(), tree, 8, FAR), id + 1);
        // Another place on the same level is another's business, and so is the node above.
        assertEq(demandNode(groupsOf(a), pathToTrace(), tree, 8, 0), id + 2);
        assertEq(demandNode(groupsOf(a), pathToTrace(), tree, 2, FAR), id + 3);
    }

    function test_Demand_TakesLeafUnderDemandedNode() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint256 id = demandNode(groupsOf(a), pathToTrace(), traceTree(), 27, FAR);
        assertEq(demandNode(groupsOf(a), pathToTrace(), traceTree(), 28, FAR), id + 1);
    }

    // --- in time ---

    function test_Demand_RevertsOnceItCanBeFinalized() public {
        IFaultProofs.Accused memory a = knownProposal();
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, groupsOf(a)));
        this.tryDemand(groupsOf(a), noPath(), 0, groupsTree().root(), hex"0000000000");
    }

    function test_Demand_IsPossibleForAsLongAsGuardianDelays() public {
        IFaultProofs.Accused memory a = knownProposal();
        vm.prank(guardian);
        ledger.delayFinalization(a.epoch, 3 days);
        vm.warp(block.timestamp + CHALLENGE_WINDOW + 3 days - 1);
        demandRoot(a);
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, block.timestamp + ROUND);
    }

    // --- of inputs ---

    function _sketches() private returns (SettlementId settlement, SparseTree.Tree memory tree) {
        settlement = open(inputTree(TreeKind.RECEIPT, 3).root(), 3);
        tree = inputTree(TreeKind.SKETCH, 3);
        commit(settlement, tree.root());
    }

    function _settled(uint8 kind, SettlementId s, uint32 sub) private pure returns (IDemands.Commitment memory) {
        return IDemands.Commitment(kind, SettlementId.unwrap(s), sub);
    }

    function test_Demand_TakesSketchesInTime() public {
        (SettlementId settlement, SparseTree.Tree memory tree) = _sketches();
        vm.warp(block.timestamp + SKETCH_WINDOW - ROUND);
        assertEq(demandNode(_settled(4, settlement, 0), noPath(), tree, 24, 2), 1);
    }

    function test_Demand_RevertsForSketchesTooLate() public {
        (SettlementId settlement, SparseTree.Tree memory tree) = _sketches();
        uint48 readyAt = uint48(block.timestamp) + SKETCH_WINDOW;
        vm.warp(readyAt - ROUND + 1);
        vm.expectRevert(abi.encodeWithSelector(IDemands.TooLate.selector, readyAt + 1, readyAt));
        this.tryDemand(_settled(4, settlement, 0), noPath(), 0, tree.root(), hex"0000000000");
    }

    function test_Demand_RevertsForOtherSketchCommit() public {
        (SettlementId settlement, SparseTree.Tree memory tree) = _sketches();
        uint32[2] memory subs = [uint32(1), type(uint32).max];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, _settled(4, settlement, subs[i]))
            );
            this.tryDemand(_settled(4, settlement, subs[i]), noPath(), 0, tree.root(), hex"0000000000");
        }
    }

    function test_Demand_RevertsForPathIntoInput() public {
        (SettlementId settlement, SparseTree.Tree memory tree) = _sketches();
        Link[] memory path = new Link[](1);
        path[0] = tree.link(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IDemands.NoTreeAt.selector, 0));
        this.tryDemand(_settled(4, settlement, 0), path, 0, tree.root(), hex"0000000000");
    }

    function test_Demand_TakesReceiptsBeforeSketches() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.RECEIPT, 3);
        SettlementId settlement = open(tree.root(), 3);
        vm.warp(block.timestamp + 20 * SKETCH_WINDOW);
        assertEq(demandNode(_settled(3, settlement, 0), noPath(), tree, 0, 0), 1);
    }

    function test_Demand_RevertsForReceiptsTooLate() public {
        (SettlementId settlement, ) = _sketches();
        SparseTree.Tree memory tree = inputTree(TreeKind.RECEIPT, 3);
        uint48 readyAt = uint48(block.timestamp) + SKETCH_WINDOW;
        vm.warp(readyAt);
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, _settled(3, settlement, 0)));
        this.tryDemand(_settled(3, settlement, 0), noPath(), 0, tree.root(), hex"0000000000");
    }

    function test_Demand_RevertsForSecondReceipts() public {
        SettlementId settlement = open(inputTree(TreeKind.RECEIPT, 3).root(), 3);
        Root memory root = inputTree(TreeKind.RECEIPT, 3).root();
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, _settled(3, settlement, 1)));
        this.tryDemand(_settled(3, settlement, 1), noPath(), 0, root, hex"0000000000");
    }

    function test_Demand_RevertsForUnknownSettlement() public {
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, IDemands.Commitment(3, 9, 0)));
        this.tryDemand(IDemands.Commitment(3, 9, 0), noPath(), 0, Root("x", 1), hex"0000000000");
    }

    function _pendingIndex() private returns (SparseTree.Tree memory tree) {
        tree = inputTree(TreeKind.INDEX, 5);
        Root memory root = tree.root();
        (index.hash, index.sum, index.usableAt) = (root.hash, root.sum, uint48(block.timestamp) + ROUND);
        indexStatusNow = IModelRegistry.IndexStatus.Pending;
        indexCommits = 3;
    }

    function test_Demand_TakesPendingIndex() public {
        SparseTree.Tree memory tree = _pendingIndex();
        assertEq(demandNode(IDemands.Commitment(2, 1, 2), noPath(), tree, 32, 4), 1);
    }

    function test_Demand_RevertsForIndexTooLate() public {
        SparseTree.Tree memory tree = _pendingIndex();
        uint48 usableAt = uint48(block.timestamp) + ROUND;
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IDemands.TooLate.selector, usableAt + 1, usableAt));
        this.tryDemand(IDemands.Commitment(2, 1, 2), noPath(), 0, tree.root(), hex"0000000000");
    }

    function test_Demand_RevertsForOtherIndexCommit() public {
        SparseTree.Tree memory tree = _pendingIndex();
        IDemands.Commitment memory earlier = IDemands.Commitment(2, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IDemands.CommitmentNotLive.selector, earlier));
        this.tryDemand(earlier, noPath(), 0, tree.root(), hex"0000000000");
    }

    function test_Demand_RevertsForIndexWhereItIsNoCourt() public {
        SparseTree.Tree memory tree = _pendingIndex();
        isIndexCourt = false;
        vm.expectRevert(abi.encodeWithSelector(IDemands.NotDemandable.selector, 2));
        this.tryDemand(IDemands.Commitment(2, 1, 2), noPath(), 0, tree.root(), hex"0000000000");
    }

    // --- deposits ---

    function test_DepositFor_DoublesEverySixteenDemands() public {
        IFaultProofs.Accused memory a = knownProposal();
        SparseTree.Tree memory tree = SparseTree.create(TreeKind.SKETCH, 33);
        for (uint64 i; i < 33; ++i) tree.set(i, i, 1, abi.encodePacked(TreeKind.SKETCH, i));
        SettlementId settlement = open(Root("receipts", 1), 33);
        commit(settlement, tree.root());
        IDemands.Commitment memory commitment = _settled(4, settlement, 0);
        for (uint64 i; i < 33; ++i) {
            assertEq(demands.demandsOf(commitment), i);
            assertEq(demands.depositFor(commitment), DEMAND_DEPOSIT << (i / 16));
            uint256 before = token.balanceOf(alice);
            demandNode(commitment, noPath(), tree, 24, i);
            assertEq(before - token.balanceOf(alice), DEMAND_DEPOSIT << (i / 16));
        }
        assertEq(demands.depositFor(groupsOf(a)), DEMAND_DEPOSIT);
        assertCovered();
    }

    /// @dev Only of a token of which there is more than the books can hold.
    function test_DepositFor_RevertsAboveItsRange() public {
        IDemands.Parameters memory p = IDemands.Parameters(ANSWER_SECONDS, REACTION_SECONDS, type(uint128).max);
        Demands dear = new Demands(ledger, IModelRegistry(address(this)), staking, p, penaltyParameters());
        deal(address(token), address(this), 1 << 140);
        token.approve(address(dear), type(uint256).max);
        SparseTree.Tree memory tree = inputTree(TreeKind.RECEIPT, 16);
        IDemands.Commitment memory commitment = _settled(3, open(tree.root(), 16), 0);
        for (uint64 i; i < 16; ++i) {
            dear.demand(commitment, noPath(), i, tree.nodeAt(24, i), tree.openingOf(i, 24));
        }
        vm.expectRevert(abi.encodeWithSelector(IDemands.TooManyDemands.selector, 16));
        dear.depositFor(commitment);
    }

    function test_DepositFor_CountsBothRootsOfProposal() public {
        IFaultProofs.Accused memory a = knownProposal();
        demandRoot(a);
        IDemands.Commitment memory payouts = IDemands.Commitment(11, Epoch.unwrap(a.epoch), a.proposal);
        assertEq(demands.demandsOf(payouts), 1);
        Root memory root = ledger.proposalOf(a.epoch, a.proposal).payouts;
        this.tryDemand(payouts, noPath(), 0, root, hex"0000000000");
        assertEq(demands.demandsOf(groupsOf(a)), 2);
    }
}
