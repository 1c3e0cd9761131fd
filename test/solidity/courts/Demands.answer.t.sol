// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {Answers} from "../../../contracts/libraries/Answers.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";

/// @notice Answers to demands, and who is paid for them, branch by branch (Demands.answer.tree).
contract DemandsAnswerTest is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    function _answer(uint256 id, bytes memory bytes_) private {
        vm.prank(bob);
        demands.answer(id, bytes_);
    }

    function _expectNoAnswer(uint256 id, bytes memory bytes_) private {
        vm.expectRevert(abi.encodeWithSelector(IDemands.NotAnAnswer.selector, id));
        _answer(id, bytes_);
    }

    function test_Answer_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandNotOpen.selector, 1));
        _answer(1, "");
    }

    function test_Answer_RevertsForAnswered() public {
        uint256 id = demandRoot(knownProposal());
        _answer(id, answerInner(groupsTree(), 0, 0));
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandNotOpen.selector, id));
        _answer(id, answerInner(groupsTree(), 0, 0));
    }

    function test_Answer_RevertsWhenOverdue() public {
        uint256 id = demandRoot(knownProposal());
        uint48 deadline = uint48(block.timestamp) + ANSWER_SECONDS;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandOverdue.selector, id, deadline));
        _answer(id, answerInner(groupsTree(), 0, 0));
    }

    function test_Answer_PaysAnswererInLastSecond() public {
        uint256 id = demandRoot(knownProposal());
        bytes memory bytes_ = answerInner(groupsTree(), 0, 0);
        vm.warp(block.timestamp + ANSWER_SECONDS);
        uint256 before = token.balanceOf(bob);
        vm.expectEmit(address(demands));
        emit IDemands.Answered(id, bob, DEMAND_DEPOSIT, 0, bytes_);
        _answer(id, bytes_);
        assertEq(token.balanceOf(bob) - before, DEMAND_DEPOSIT);
        assertEq(uint8(demands.demandOf(id).status), uint8(IDemands.Status.Answered));
        assertCovered();
    }

    function test_Answer_TakesFiveLevels() public {
        IFaultProofs.Accused memory a = knownProposal();
        uint8[4] memory levels = [0, 7, 18, 25];
        for (uint256 i; i < levels.length; ++i) {
            uint256 id = demandNode(groupsOf(a), pathToTrace(), traceTree(), levels[i], 1);
            _answer(id, answerInner(traceTree(), levels[i], uint64(1 >> (28 - levels[i]))));
        }
    }

    function test_Answer_TakesFullSubtree() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.SKETCH, 32);
        SettlementId settlement = open(Root("receipts", 1), 32);
        commit(settlement, tree.root());
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        uint256 id = demandNode(commitment, noPath(), tree, 19, 0);
        bytes memory bytes_ = answerInner(tree, 19, 0);
        assertEq(bytes_.length, 1 + 31 * 97);
        _answer(id, bytes_);
    }

    function test_Answer_TakesLeaf() public {
        uint256 id = demandNode(groupsOf(knownProposal()), pathToTrace(), traceTree(), 28, FAR);
        _answer(id, answerLeaf(traceTree(), 2));
    }

    function test_Answer_RevertsForOtherInnerBytes() public {
        uint256 id = demandRoot(knownProposal());
        bytes memory right = answerInner(groupsTree(), 0, 0);
        _expectNoAnswer(id, "");
        _expectNoAnswer(id, hex"00");
        _expectNoAnswer(id, abi.encodePacked(right, uint8(0)));
        _expectNoAnswer(id, answerInner(groupsTree(), 1, 0));
        bytes memory short = new bytes(right.length - 97);
        for (uint256 i; i < short.length; ++i) short[i] = right[i];
        _expectNoAnswer(id, short);
        bytes memory miscounted = abi.encodePacked(right);
        miscounted[0] = 0x06;
        _expectNoAnswer(id, miscounted);
        bytes memory forged = abi.encodePacked(right);
        forged[60] ^= 0x01;
        _expectNoAnswer(id, forged);
    }

    function test_Answer_RevertsForOtherLeafBytes() public {
        uint256 id = demandNode(groupsOf(knownProposal()), pathToTrace(), traceTree(), 28, FAR);
        bytes memory right = answerLeaf(traceTree(), 2);
        _expectNoAnswer(id, "");
        _expectNoAnswer(id, answerLeaf(traceTree(), 1));
        _expectNoAnswer(id, abi.encodePacked(right, uint8(0)));
        bytes memory miscounted = abi.encodePacked(right);
        miscounted[0] = 0x02;
        _expectNoAnswer(id, miscounted);
        bytes memory forged = abi.encodePacked(right);
        forged[20] ^= 0x01;
        _expectNoAnswer(id, forged);
    }

    /// @dev What an answer shows is not judged: a malformed node has an answer, which is evidence.
    function test_Answer_TakesMalformedNode() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.SKETCH, 4);
        bytes memory preimage = abi.encodePacked(uint8(1), bytes32(0), uint128(5), bytes32(0), uint128(5));
        tree.lie(22, 0, Root(keccak256(preimage), 4));
        SettlementId settlement = open(Root("receipts", 1), 4);
        commit(settlement, tree.root());
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        uint256 id = demandNode(commitment, noPath(), tree, 22, 0);
        _answer(id, abi.encodePacked(uint8(1), preimage));
    }

    /// @dev Demands a leaf of sketches whose payload has so many bytes; gives the demand and what would answer it.
    function _demandLeafOf(uint256 bytes_) private returns (uint256 id, bytes memory answer) {
        SparseTree.Tree memory tree = SparseTree.create(TreeKind.SKETCH, 1);
        bytes memory payload = new bytes(bytes_);
        payload[0] = bytes1(TreeKind.SKETCH);
        tree.set(0, 0, 1, payload);
        SettlementId settlement = open(Root("receipts", 1), 1);
        commit(settlement, tree.root());
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        id = demandNode(commitment, noPath(), tree, 24, 0);
        answer = answerLeaf(tree, 0);
    }

    function test_Answer_TakesLongestPayload() public {
        assertEq(Answers.MOST_PAYLOAD, 4190);
        (uint256 id, bytes memory bytes_) = _demandLeafOf(Answers.MOST_PAYLOAD);
        _answer(id, bytes_);
        assertEq(uint8(demands.demandOf(id).status), uint8(IDemands.Status.Answered));
    }

    /// @dev Nobody can answer, so the commit ends: who holds back bytes that fit no proof gains nothing by showing them here.
    function test_Answer_RevertsForLongerPayload() public {
        uint256[3] memory lengths = [Answers.MOST_PAYLOAD + 1, 29_000, 40_000];
        for (uint256 i; i < lengths.length; ++i) {
            (uint256 id, bytes memory bytes_) = _demandLeafOf(lengths[i]);
            _expectNoAnswer(id, bytes_);
            vm.warp(block.timestamp + ANSWER_SECONDS + 1);
            demands.endUnanswered(id);
            assertEq(uint8(demands.demandOf(id).status), uint8(IDemands.Status.Unanswered));
        }
    }

    /// @dev An inner node that hides something else than two children has none.
    function test_Answer_RevertsForInnerNodeOfOtherPrefix() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.SKETCH, 4);
        bytes memory preimage = abi.encodePacked(uint8(2), bytes32("l"), uint128(1), bytes32("r"), uint128(1));
        tree.lie(23, 0, Root(keccak256(preimage), 2));
        SettlementId settlement = open(Root("receipts", 1), 4);
        commit(settlement, tree.root());
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        uint256 id = demandNode(commitment, noPath(), tree, 23, 0);
        _expectNoAnswer(id, abi.encodePacked(uint8(1), preimage));
    }

    /// @dev Who demands from itself to make demands dear for others loses what they are dearer by.
    function test_Answer_BurnsWhatDoublingAdded() public {
        SparseTree.Tree memory tree = inputTree(TreeKind.SKETCH, 17);
        SettlementId settlement = open(Root("receipts", 1), 17);
        commit(settlement, tree.root());
        IDemands.Commitment memory commitment = IDemands.Commitment(4, SettlementId.unwrap(settlement), 0);
        uint256 id;
        for (uint64 i; i < 17; ++i) id = demandNode(commitment, noPath(), tree, 24, i);
        uint256 before = token.balanceOf(bob);
        uint256 supply = token.totalSupply();
        _answer(id, answerLeaf(tree, 16));
        assertEq(token.balanceOf(bob) - before, DEMAND_DEPOSIT);
        assertEq(supply - token.totalSupply(), DEMAND_DEPOSIT);
        assertCovered();
    }

    function test_Answer_RefusesReentry() public {
        uint256 id = demandRoot(knownProposal());
        bytes memory bytes_ = answerInner(groupsTree(), 0, 0);
        token.arm(address(demands), abi.encodeCall(IDemands.answer, (id, bytes_)));
        _answer(id, bytes_);
        assertEq(token.refusal(), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
    }
}
