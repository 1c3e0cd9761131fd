// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../../contracts/interfaces/ICourtLedger.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISketchDisputes} from "../../../contracts/interfaces/ISketchDisputes.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {RoundId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {DisputesFixture} from "./DisputesFixture.sol";

/// @notice What disputes lead to, branch by branch (SketchDisputes.resolve.tree).
contract SketchDisputesResolveTest is DisputesFixture {
    /// @dev Attributors as bits, the one with the largest stake first: 40, 30, 20 and 10 %.
    uint256 private constant ALL = 15;

    uint256 private _supply;
    uint256 private _before;

    function setUp() public override {
        super.setUp();
        _supply = token.totalSupply();
        _before = token.balanceOf(alice);
    }

    /// @dev Resolves, and compares what the disputer lost of the bond and what burned of it.
    function _resolve(RoundId round, ISketchDisputes.Outcome outcome, bool hasEnded, uint128 burned) private {
        uint128 bond = disputes.disputeOf(round).bond;
        vm.expectEmit(address(disputes));
        emit ISketchDisputes.DisputeResolved(round, outcome, hasEnded, bond - burned, burned);
        disputes.resolve(round);
        assertOutcome(round, outcome);
        assertEq(disputes.disputeOf(round).bond, 0);
        assertEq(_before - token.balanceOf(alice), burned, "lost");
        assertEq(_supply - token.totalSupply(), burned, "burned");
        assertCovered();
    }

    // --- resolve ---

    function test_Resolve_RevertsWithoutDispute() public {
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.UnknownDispute.selector, 1));
        disputes.resolve(RoundId.wrap(1));
    }

    function test_Resolve_RevertsWhileVotesCanBeRevealed() public {
        RoundId round = dispute(committed());
        uint48 until = disputes.roundOf(round).revealUntil;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealWindowOpen.selector, round, until));
        disputes.resolve(round);
    }

    function test_Resolve_RevertsTheSecondTime() public {
        RoundId round = dispute(committed());
        vote(round, ALL, 0);
        disputes.resolve(round);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.AlreadyResolved.selector, round));
        disputes.resolve(round);
    }

    function test_Resolve_OutsideEndsTheSketches() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vote(round, 1, 14);
        _resolve(round, ISketchDisputes.Outcome.Outside, true, 0);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Open);
        SettlementId settlement = SettlementId.wrap(commitment.id);
        // Their signatures still exist.
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesBarred.selector, settlement, bytes32("sketches")));
        ledger.commitSketches(settlement, Root("sketches", CALLS), 0, new bytes[](0));
        commitment = commit(settlement, "others");
        disputeBy(bob, commitment, 0);
    }

    function test_Resolve_OutsideEndsTheIndex() public {
        RoundId round = dispute(commitIndex());
        vote(round, 0, ALL);
        _resolve(round, ISketchDisputes.Outcome.Outside, true, 0);
        assertEq(indexDisputer, alice);
    }

    function test_Resolve_WithinBurnsTheBond() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vote(round, 14, 1);
        _resolve(round, ISketchDisputes.Outcome.Within, false, BOND);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Committed);
        vm.warp(settlementOf(commitment).readyAt);
        ledger.advance(2);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Ready);
    }

    function test_Resolve_HalfTheWeightEndsNothing() public {
        RoundId round = dispute(committed());
        vote(round, 9, 6);
        _resolve(round, ISketchDisputes.Outcome.Within, false, BOND);
    }

    function test_Resolve_UnansweredEndsNothing() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vote(round, 0, 9);
        disputes.resolve(round);
        assertOutcome(round, ISketchDisputes.Outcome.Outside);
        commitment = committed();
        _before = token.balanceOf(alice);
        _supply = token.totalSupply();
        round = dispute(commitment);
        vote(round, 0, 1);
        _resolve(round, ISketchDisputes.Outcome.Unanswered, false, BOND / 10);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Committed);
    }

    function test_Resolve_UnansweredOfAnIndexEndsNothing() public {
        RoundId round = dispute(commitIndex());
        toEnd(round);
        _resolve(round, ISketchDisputes.Outcome.Unanswered, false, BOND_FLOOR / 10);
        assertEq(indexDisputer, address(0));
    }

    /// @dev Nobody votes on what has ended already.
    function test_Resolve_UnansweredOfWhatEndedReturnsTheBond() public {
        IDemands.Commitment memory commitment = committed();
        RoundId first = disputeBy(bob, commitment, 1);
        RoundId second = dispute(commitment);
        vote(first, 0, ALL);
        disputes.resolve(first);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Open);
        _resolve(second, ISketchDisputes.Outcome.Unanswered, false, 0);
    }

    /// @dev Who waits with the resolution until it is ready has still delayed it.
    function test_Resolve_UnansweredOfWhatIsReadyBurnsTheShare() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vm.warp(settlementOf(commitment).readyAt);
        ledger.advance(2);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Ready);
        _resolve(round, ISketchDisputes.Outcome.Unanswered, false, BOND / 10);
    }

    function test_Resolve_OutsideTooLateEndsNothing() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vote(round, 0, ALL);
        vm.warp(settlementOf(commitment).readyAt);
        _resolve(round, ISketchDisputes.Outcome.Outside, false, 0);
        disputes.penalizeSigner(round, signers(), 0);
    }

    function test_Resolve_BurnsWhatTheDisputerCannotReceive() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vote(round, 0, ALL);
        token.refuse(alice, true);
        _resolve(round, ISketchDisputes.Outcome.Outside, true, BOND);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Open);
    }

    // --- penalizeSigner ---

    function _upheld(uint256 upheld, uint256 rejected) private returns (RoundId round) {
        round = dispute(committed());
        vote(round, upheld, rejected);
        disputes.resolve(round);
        _before = token.balanceOf(alice);
        toPenalties(round);
    }

    function test_PenalizeSigner_TakesLessOfWhoAdmitted() public {
        RoundId round = _upheld(1, 14);
        uint128 full = (4 * UNIT * SIGNER_BPS) / 10_000;
        uint128 small = (3 * UNIT * ADMITTED_BPS) / 10_000;
        vm.expectEmit(address(disputes));
        emit ISketchDisputes.SignerSlashed(round, operatorOf(0), false, full, full / 2);
        disputes.penalizeSigner(round, signers(), placeOf(0));
        vm.expectEmit(address(disputes));
        emit ISketchDisputes.SignerSlashed(round, operatorOf(1), true, small, small / 2);
        disputes.penalizeSigner(round, signers(), placeOf(1));
        assertEq(token.balanceOf(alice) - _before, full / 2 + small / 2);
        assertEq(staking.poolOf(pools[0]).stake, 4 * UNIT - full);
        assertEq(staking.poolOf(pools[1]).stake, 3 * UNIT - small);
    }

    function test_PenalizeSigner_RevertsForTheSameAgain() public {
        RoundId round = _upheld(0, ALL);
        disputes.penalizeSigner(round, signers(), 0);
        IDemands.Commitment memory commitment = disputes.disputeOf(round).commitment;
        bytes32 name = keccak256(abi.encodePacked(commitment.kind, commitment.id, commitment.sub));
        bytes32 caseId = keccak256(abi.encode(address(disputes), name, signers()[0]));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CaseAlreadySlashed.selector, 1, caseId));
        disputes.penalizeSigner(round, signers(), 0);
    }

    function test_PenalizeSigner_RevertsWhileEarlierOnesCanBeResolved() public {
        RoundId round = _upheld(0, ALL);
        uint48 from = disputes.roundOf(round).revealUntil + RESOLVE;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.PenaltyTooEarly.selector, round, from));
        disputes.penalizeSigner(round, signers(), 0);
        vm.warp(from);
        disputes.penalizeSigner(round, signers(), 0);
    }

    function test_PenalizeSigner_RevertsForOtherOutcomes() public {
        RoundId round = dispute(committed());
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NothingToPenalize.selector, round));
        disputes.penalizeSigner(round, signers(), 0);
        vote(round, ALL, 0);
        disputes.resolve(round);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NothingToPenalize.selector, round));
        disputes.penalizeSigner(round, signers(), 0);
    }

    function test_PenalizeSigner_RevertsForAnIndex() public {
        RoundId round = dispute(commitIndex());
        vote(round, 0, ALL);
        disputes.resolve(round);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NothingToPenalize.selector, round));
        disputes.penalizeSigner(round, signers(), 0);
    }

    function test_PenalizeSigner_RevertsForOthers() public {
        RoundId round = _upheld(0, ALL);
        address[] memory others = signers();
        others[0] = operatorOf(3);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.WrongSigners.selector, round));
        disputes.penalizeSigner(round, others, 0);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.WrongSigners.selector, round));
        disputes.penalizeSigner(round, signers(), 2);
    }

    function test_PenalizeSigner_RevertsOnceStakeIsNotAnswerable() public {
        RoundId round = _upheld(0, ALL);
        uint48 until = disputes.disputeOf(round).committedAt + ANSWERABLE;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.PenaltyTooLate.selector, round, until));
        disputes.penalizeSigner(round, signers(), 0);
        vm.warp(until);
        disputes.penalizeSigner(round, signers(), 0);
    }
}
