// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICourt} from "../../../contracts/interfaces/ICourt.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {CommitNames} from "../../../contracts/libraries/CommitNames.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {CourtsFixture} from "./CourtsFixture.sol";
import {Judge} from "./Judge.sol";

/// @notice Reservations of proofs, who is paid for one, and attempts to take or stop a reward, branch by branch (Court.tree).
contract CourtTest is CourtsFixture {
    bytes32 private constant EVIDENCE = keccak256("evidence");

    /// @dev What `sender` must commit to before it proves with this evidence.
    function _commitment(
        IFaultProofs.Accused memory a,
        address sender,
        bytes32 evidence
    ) private view returns (bytes32) {
        IRoyaltyLedger.Proposal memory p = ledger.proposalOf(a.epoch, a.proposal);
        bytes32 proofHash = keccak256(abi.encodeCall(Judge.prove, (a, evidence, true)));
        bytes32 root = LedgerData.proposalRoot(p.groups, p.payouts);
        return LedgerData.proofCommitment(block.chainid, address(ledger), a.epoch, root, proofHash, sender);
    }

    function _reserve(IFaultProofs.Accused memory a, address sender) private returns (bytes32 commitment) {
        commitment = _commitment(a, sender, EVIDENCE);
        _commit(a, sender, commitment);
    }

    function _commit(IFaultProofs.Accused memory a, address sender, bytes32 commitment) private {
        vm.prank(sender);
        judge.commitProof(a, commitment);
    }

    function _prove(IFaultProofs.Accused memory a, address sender) private {
        vm.prank(sender);
        judge.prove(a, EVIDENCE, true);
    }

    function _expectNotPending(IFaultProofs.Accused memory a) private {
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.ProposalNotPending.selector, a.epoch, a.proposal));
    }

    function _paid(address account, uint256 before) private view returns (uint256) {
        return token.balanceOf(account) - before;
    }

    // --- construction ---

    function test_Court_RevertsWithoutDeposit() public {
        vm.expectRevert(abi.encodeWithSelector(IReservations.InvalidParameter.selector, "deposit"));
        new Judge(ledger, IReservations.Parameters(0));
    }

    function test_CourtParameters_AreAsDeployed() public view {
        assertEq(judge.courtParameters().deposit, RESERVATION_DEPOSIT);
    }

    // --- commitProof ---

    function test_CommitProof_RevertsForEndedProposal() public {
        IFaultProofs.Accused memory a = accused();
        _prove(a, alice);
        _expectNotPending(a);
        judge.commitProof(a, EVIDENCE);
    }

    function test_CommitProof_RevertsForUnknownProposal() public {
        IFaultProofs.Accused memory a = accused();
        a.proposal = 1;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownProposal.selector, a.epoch, 1));
        judge.commitProof(a, EVIDENCE);
    }

    function test_CommitProof_RevertsForTheSameAgain() public {
        IFaultProofs.Accused memory a = accused();
        bytes32 commitment = _reserve(a, alice);
        vm.expectRevert(abi.encodeWithSelector(IReservations.ReservationExists.selector, alice, commitment));
        _commit(a, alice, commitment);
    }

    function test_CommitProof_RevertsForTokenWithFee() public {
        IFaultProofs.Accused memory a = accused();
        token.setFee(5_000);
        vm.expectRevert(abi.encodeWithSelector(IReservations.AmountMismatch.selector, RESERVATION_DEPOSIT, 4));
        _commit(a, alice, EVIDENCE);
    }

    function test_CommitProof_TakesDepositAndNumbers() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, alice);
        vm.roll(block.number + 3);
        bytes32 commitment = _reserve(a, bob);
        ICourt.Reservation memory made = judge.reservationOf(bob, commitment);
        assertEq(made.madeAt, block.number);
        assertEq(made.previousAt, block.number - 3);
        assertEq(made.number, 1);
        (uint256 deposits, ) = judge.owed();
        assertEq(deposits, 2 * RESERVATION_DEPOSIT);
        assertCovered();
    }

    // --- a proof without reservations ---

    function test_Prove_RevertsWhereItDoesNotHold() public {
        IFaultProofs.Accused memory a = accused();
        vm.expectRevert(IFaultProofs.NoFault.selector);
        judge.prove(a, EVIDENCE, false);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Pending);
    }

    function test_Prove_PaysHalfAndBurnsTheRest() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        uint256 supply = token.totalSupply();
        vm.expectEmit(address(judge));
        emit IFaultProofs.FaultProven(a.epoch, a.proposal, IFaultProofs.Fault.Form, alice);
        _prove(a, alice);
        assertEq(_paid(alice, before), REWARD);
        assertEq(supply - token.totalSupply(), BOND - REWARD);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
        assertCovered();
    }

    function test_Prove_EndsLaterProposalToo() public {
        IFaultProofs.Accused memory first = accused();
        IFaultProofs.Accused memory second = propose(first.epoch, "worse", rival);
        _prove(second, alice);
        assertStatus(first, IRoyaltyLedger.ProposalStatus.Pending);
        assertStatus(second, IRoyaltyLedger.ProposalStatus.Ended);
    }

    function test_Prove_RevertsForEndedWithoutReservation() public {
        IFaultProofs.Accused memory a = accused();
        _prove(a, alice);
        _expectNotPending(a);
        _prove(a, bob);
    }

    function test_Prove_RevertsForFinalized() public {
        IFaultProofs.Accused memory a = accused();
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(a.epoch);
        _expectNotPending(a);
        _prove(a, alice);
    }

    /// @dev A liar can take its own reward; the rest of its bond is gone.
    function test_Prove_CostsProposerHalf() public {
        uint256 before = token.balanceOf(proposer);
        IFaultProofs.Accused memory a = accused();
        bytes32 commitment = _reserve(a, proposer);
        _prove(a, proposer);
        assertEq(before - token.balanceOf(proposer), BOND - REWARD);
        assertEq(judge.reservationOf(proposer, commitment).madeAt, 0);
    }

    // --- reservations ---

    function test_Prove_PaysFirstReservationAtOnce() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, alice);
        _reserve(a, bob);
        _prove(a, alice);
        assertEq(_paid(alice, before), REWARD);
        assertCovered();
    }

    function test_Prove_HoldsForReservationOfAnother() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, bob);
        _prove(a, alice);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
        assertEq(_paid(alice, before), 0);
        IReservations.Docket memory docket = judge.docketOf(a);
        assertEq(docket.winner, alice);
        assertEq(docket.reward, REWARD);
        assertEq(docket.heldUntil, block.number + REVEAL_BLOCKS);
        CommitName name = CommitNames.encode(TreeKind.GROUP, Epoch.unwrap(a.epoch), a.proposal);
        (address winner, uint48 openUntil) = judge.winnerOf(name);
        assertEq(winner, alice);
        assertEq(openUntil, docket.heldUntil);
        assertCovered();
    }

    function test_Prove_DoesNotWaitForLapsedReservation() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, bob);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        _prove(a, alice);
        assertEq(_paid(alice, before), REWARD);
    }

    function test_Prove_PaysFirstLiveReservationAtOnce() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, bob);
        vm.roll(block.number + REVEAL_BLOCKS);
        _reserve(a, alice);
        vm.roll(block.number + 1);
        _prove(a, alice);
        assertEq(_paid(alice, before), REWARD);
    }

    function test_Prove_GivesHeldRewardToEarlierReservation() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(bob);
        _reserve(a, bob);
        _reserve(a, alice);
        _prove(a, alice);
        assertEq(judge.docketOf(a).best, 1);
        vm.roll(block.number + REVEAL_BLOCKS);
        _prove(a, bob);
        vm.roll(block.number + 1);
        judge.payReward(a);
        assertEq(_paid(bob, before), REWARD);
        assertCovered();
    }

    /// @dev Whoever copies a pending proof and comes before it ends the lie, and gets nothing of a reward that was reserved.
    function test_Prove_CopyTakesNothingFromReservation() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, alice);
        vm.roll(block.number + 1);
        _reserve(a, bob);
        _prove(a, bob);
        _prove(a, alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        judge.payReward(a);
        assertEq(_paid(alice, before), REWARD);
    }

    function test_Prove_LaterReservationTakesNothing() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, rival);
        _reserve(a, alice);
        bytes32 commitment = _reserve(a, bob);
        _prove(a, alice);
        uint256 before = token.balanceOf(bob);
        _prove(a, bob);
        assertEq(judge.docketOf(a).winner, alice);
        assertEq(_paid(bob, before), RESERVATION_DEPOSIT);
        assertEq(judge.reservationOf(bob, commitment).madeAt, 0);
        assertCovered();
    }

    function test_Prove_RevertsForRevealedTwice() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        _prove(a, alice);
        _prove(a, bob);
        _expectNotPending(a);
        _prove(a, bob);
    }

    function test_Prove_RevertsForLapsedReservation() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        vm.roll(block.number + 1);
        _prove(a, alice);
        vm.roll(block.number + REVEAL_BLOCKS);
        _expectNotPending(a);
        _prove(a, bob);
    }

    /// @dev The hash names its sender: a copy of it is of no use.
    function test_Prove_CopiedCommitmentIsNone() public {
        IFaultProofs.Accused memory a = accused();
        _commit(a, bob, _commitment(a, alice, EVIDENCE));
        _reserve(a, alice);
        _prove(a, alice);
        _expectNotPending(a);
        _prove(a, bob);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 before = token.balanceOf(alice);
        judge.payReward(a);
        assertEq(_paid(alice, before), REWARD);
    }

    /// @dev A reservation of a proof that one does not have cannot be turned into another.
    function test_Prove_ReservationOfOtherCallIsNone() public {
        IFaultProofs.Accused memory a = accused();
        _commit(a, bob, _commitment(a, bob, keccak256("a guess")));
        _prove(a, alice);
        _expectNotPending(a);
        _prove(a, bob);
    }

    /// @dev A hash that is reserved against another proposal than it names is of no use against either.
    function test_Prove_ReservationCountsForItsProposalOnly() public {
        IFaultProofs.Accused memory first = accused();
        IFaultProofs.Accused memory second = propose(first.epoch, "worse", rival);
        _commit(first, alice, _commitment(second, alice, EVIDENCE));
        _reserve(second, bob);
        _prove(second, alice);
        assertEq(judge.docketOf(second).best, type(uint32).max);
        (uint256 deposits, ) = judge.owed();
        assertEq(deposits, 2 * RESERVATION_DEPOSIT);
    }

    function test_Prove_ReservationCountsForItsEpochOnly() public {
        IFaultProofs.Accused memory early = accused();
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        IFaultProofs.Accused memory late = IFaultProofs.Accused(Epoch.wrap(Epoch.unwrap(early.epoch) + 2), 0);
        Root memory groups = Root(keccak256("wrong"), POOL);
        bytes32 root = LedgerData.proposalRoot(groups, Root(keccak256("payouts"), 2 * POOL));
        bytes32 proofHash = keccak256(abi.encodeCall(Judge.prove, (late, EVIDENCE, true)));
        _commit(
            early,
            alice,
            LedgerData.proofCommitment(block.chainid, address(ledger), late.epoch, root, proofHash, alice)
        );
        ledger.finalize(early.epoch);
        IFaultProofs.Accused memory a = accused();
        assertEq(Epoch.unwrap(a.epoch), Epoch.unwrap(late.epoch));
        _reserve(a, bob);
        _prove(a, alice);
        assertEq(judge.docketOf(a).best, type(uint32).max);
    }

    function _finalize(Epoch epoch) private {
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(epoch);
    }

    /// @dev Bob, who reserved, gets what he paid; nobody wins anything, and whoever reserved nothing is refused.
    function _expectOnlyDeposit(IFaultProofs.Accused memory a) private {
        _expectNotPending(a);
        _prove(a, alice);
        (uint256 before, uint256 supply) = (token.balanceOf(bob), token.totalSupply());
        _prove(a, bob);
        assertEq(_paid(bob, before), RESERVATION_DEPOSIT);
        assertEq(token.totalSupply(), supply);
        assertEq(judge.docketOf(a).winner, address(0));
        (uint256 deposits, uint256 rewards) = judge.owed();
        assertEq(deposits + rewards, 0);
        assertCovered();
        _expectNotPending(a);
        _prove(a, bob);
    }

    /// @dev A liar cannot keep its own reward by ending its proposal just before another one becomes final.
    function test_Prove_GivesHeldRewardOnceEpochIsFinal() public {
        IFaultProofs.Accused memory a = accused();
        propose(a.epoch, "right", rival);
        _reserve(a, bob);
        _prove(a, proposer);
        _finalize(a.epoch);
        _prove(a, bob);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 before = token.balanceOf(bob);
        judge.payReward(a);
        assertEq(_paid(bob, before), REWARD);
        assertCovered();
    }

    /// @dev Whoever was overtaken has lost a reward, not what it paid for the chance of it.
    function test_Prove_ReturnsDepositWhereOvertaken() public {
        IFaultProofs.Accused memory right = propose(epochOver(), "right", rival);
        IFaultProofs.Accused memory a = propose(right.epoch, "wrong", proposer);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        _reserve(a, bob);
        ledger.finalize(a.epoch);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Superseded);
        vm.roll(block.number + REVEAL_BLOCKS);
        _expectOnlyDeposit(a);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Superseded);
    }

    function test_Prove_ReturnsDepositWhereFinalized() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        _finalize(a.epoch);
        _expectOnlyDeposit(a);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Finalized);
    }

    function test_Prove_ReturnsDepositEpochsLater() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        _finalize(a.epoch);
        _finalize(accused().epoch);
        _expectOnlyDeposit(a);
    }

    function test_Prove_ReturnsDepositWhereAnotherCourtEndedAndEpochIsFinal() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        propose(a.epoch, "right", rival);
        vm.prank(address(demands));
        ledger.endProposal(a.epoch, a.proposal, alice);
        _finalize(a.epoch);
        _expectOnlyDeposit(a);
    }

    /// @dev A reservation that names no proof holds up others for a price, however the proposal ends.
    function test_Prove_ReturnsNoDepositWithoutProof() public {
        IFaultProofs.Accused memory right = propose(epochOver(), "right", rival);
        IFaultProofs.Accused memory a = propose(right.epoch, "wrong", proposer);
        _commit(a, bob, "no proof");
        _commit(right, bob, "no proof either");
        _finalize(a.epoch);
        _expectNotPending(a);
        _prove(a, bob);
        vm.expectRevert(IFaultProofs.NoFault.selector);
        judge.prove(right, EVIDENCE, false);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 supply = token.totalSupply();
        judge.burnDeposit(bob, "no proof");
        judge.burnDeposit(bob, "no proof either");
        assertEq(supply - token.totalSupply(), 2 * RESERVATION_DEPOSIT);
        assertCovered();
    }

    function test_Prove_RevertsForLapsedReservationOfOvertaken() public {
        IFaultProofs.Accused memory a = accused();
        bytes32 commitment = _reserve(a, bob);
        _finalize(a.epoch);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        _expectNotPending(a);
        _prove(a, bob);
        judge.burnDeposit(bob, commitment);
        assertCovered();
    }

    function test_Prove_ReturnsDepositWhereAnotherCourtEnded() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        vm.prank(address(demands));
        ledger.endProposal(a.epoch, a.proposal, alice);
        uint256 before = token.balanceOf(bob);
        _prove(a, bob);
        assertEq(_paid(bob, before), RESERVATION_DEPOSIT);
        assertEq(judge.docketOf(a).winner, address(0));
    }

    /// @dev However many reservations there are, a proof costs the same.
    function test_Prove_CostDoesNotGrowWithReservations() public {
        _costWith(2);
        uint256 few = _costWith(1);
        assertApproxEqAbs(_costWith(300), few, 5_000);
    }

    function _costWith(uint256 count) private returns (uint256 used) {
        IFaultProofs.Accused memory a = propose(epochOver(), vm.toString(count), proposer);
        for (uint256 i; i < count; ++i) _commit(a, bob, keccak256(abi.encode(count, i)));
        vm.prank(alice);
        used = gasleft();
        judge.prove(a, EVIDENCE, true);
        used -= gasleft();
        propose(a.epoch, "right", rival);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(a.epoch);
    }

    function test_Prove_BurnsRewardOfUnpayable() public {
        IFaultProofs.Accused memory a = accused();
        token.refuse(alice, true);
        uint256 supply = token.totalSupply();
        _prove(a, alice);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
        assertEq(supply - token.totalSupply(), BOND);
        assertCovered();
    }

    // --- payReward ---

    function test_PayReward_RevertsWithoutOne() public {
        IFaultProofs.Accused memory a = accused();
        vm.expectRevert(abi.encodeWithSelector(ICourt.NoRewardHeld.selector, a.epoch, a.proposal));
        judge.payReward(a);
    }

    function test_PayReward_RevertsWhileHeld() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        _prove(a, alice);
        uint48 until = uint48(block.number) + REVEAL_BLOCKS;
        vm.roll(until);
        vm.expectRevert(abi.encodeWithSelector(ICourt.RewardStillHeld.selector, a.epoch, a.proposal, until));
        judge.payReward(a);
    }

    function test_PayReward_PaysOnce() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, bob);
        _prove(a, alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        judge.payReward(a);
        assertEq(_paid(alice, before), REWARD);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NoRewardHeld.selector, a.epoch, a.proposal));
        judge.payReward(a);
        assertCovered();
    }

    function test_PayReward_CanBeTriedAgain() public {
        IFaultProofs.Accused memory a = accused();
        _reserve(a, bob);
        _prove(a, alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        token.refuse(alice, true);
        vm.expectRevert();
        judge.payReward(a);
        token.refuse(alice, false);
        uint256 before = token.balanceOf(alice);
        judge.payReward(a);
        assertEq(_paid(alice, before), REWARD);
    }

    // --- burnDeposit ---

    function test_BurnDeposit_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IReservations.UnknownReservation.selector, alice, EVIDENCE));
        judge.burnDeposit(alice, EVIDENCE);
    }

    function test_BurnDeposit_RevertsWhileLive() public {
        bytes32 commitment = _reserve(accused(), alice);
        uint48 until = uint48(block.number) + REVEAL_BLOCKS;
        vm.roll(until);
        vm.expectRevert(abi.encodeWithSelector(IReservations.ReservationLive.selector, alice, commitment, until));
        judge.burnDeposit(alice, commitment);
    }

    function test_BurnDeposit_BurnsWhatWasNotRevealed() public {
        bytes32 commitment = _reserve(accused(), alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 supply = token.totalSupply();
        judge.burnDeposit(alice, commitment);
        assertEq(supply - token.totalSupply(), RESERVATION_DEPOSIT);
        assertEq(judge.reservationOf(alice, commitment).madeAt, 0);
        assertCovered();
    }

    function test_BurnDeposit_AllowsTheSameAgain() public {
        IFaultProofs.Accused memory a = accused();
        bytes32 commitment = _reserve(a, alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        judge.burnDeposit(alice, commitment);
        _commit(a, alice, commitment);
        assertEq(judge.reservationOf(alice, commitment).number, 1);
    }

    // --- reentrancy ---

    function test_Court_RefusesReentry() public {
        IFaultProofs.Accused memory a = accused();
        token.arm(address(judge), abi.encodeCall(ICourt.commitProof, (a, EVIDENCE)));
        _reserve(a, bob);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        token.arm(address(judge), abi.encodeCall(Judge.prove, (a, EVIDENCE, true)));
        _prove(a, alice);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        token.arm(address(judge), abi.encodeCall(ICourt.payReward, (a)));
        judge.payReward(a);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }
}
