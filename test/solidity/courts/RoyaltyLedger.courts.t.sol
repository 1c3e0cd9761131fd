// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../../contracts/interfaces/ICourtLedger.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {Epoch, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {CourtsFixture} from "./CourtsFixture.sol";

/// @notice What courts and the guardian can do to a ledger, branch by branch (RoyaltyLedger.courts.tree).
contract RoyaltyLedgerCourtsTest is CourtsFixture {
    function _asCourt() private {
        vm.prank(address(judge));
    }

    function _expectNotCourt() private {
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.NotCourt.selector, address(this)));
    }

    function _expectNotPending(IFaultProofs.Accused memory a) private {
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.ProposalNotPending.selector, a.epoch, a.proposal));
    }

    function _committed() private returns (SettlementId settlement) {
        settlement = open(Root("receipts", 1), 1);
        commit(settlement, Root("sketches", 1));
    }

    function _statusOf(SettlementId settlement) private view returns (uint8) {
        return uint8(ledger.settlementOf(settlement).status);
    }

    // --- bind, isCourt ---

    function test_Bind_NamesCourts() public view {
        assertTrue(ledger.isCourt(address(judge)));
        assertTrue(ledger.isCourt(address(demands)));
        assertFalse(ledger.isCourt(address(this)));
    }

    function test_Bind_RevertsForCourtWithoutCode() public {
        RoyaltyLedger other = new RoyaltyLedger(
            IRoyaltyVault(ledger.vault()),
            attributors,
            alice,
            guardian,
            ledgerParameters()
        );
        address[] memory courts = new address[](1);
        courts[0] = alice;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidParameter.selector, "courts"));
        other.bind(ITillFactory(address(this)), IModelRegistry(address(this)), courts);
    }

    // --- endProposal ---

    function test_EndProposal_RevertsForOthers() public {
        IFaultProofs.Accused memory a = accused();
        _expectNotCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
    }

    function test_EndProposal_RevertsForUnknown() public {
        IFaultProofs.Accused memory a = accused();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownProposal.selector, a.epoch, 1));
        _asCourt();
        ledger.endProposal(a.epoch, 1, alice);
    }

    function test_EndProposal_RevertsForEnded() public {
        IFaultProofs.Accused memory a = accused();
        _asCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
        _expectNotPending(a);
        _asCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
    }

    function test_EndProposal_RevertsForSuperseded() public {
        IFaultProofs.Accused memory a = accused();
        IFaultProofs.Accused memory second = propose(a.epoch, "second", rival);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(a.epoch);
        _expectNotPending(second);
        _asCourt();
        ledger.endProposal(second.epoch, second.proposal, alice);
        _expectNotPending(a);
        _asCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
    }

    function test_EndProposal_PaysHalfAndBurnsRest() public {
        IFaultProofs.Accused memory a = accused();
        uint256 before = token.balanceOf(alice);
        uint256 supply = token.totalSupply();
        vm.expectEmit(address(ledger));
        emit ICourtLedger.ProposalEnded(a.epoch, a.proposal, alice, REWARD, BOND - REWARD);
        _asCourt();
        assertEq(ledger.endProposal(a.epoch, a.proposal, alice), REWARD);
        assertEq(token.balanceOf(alice) - before, REWARD);
        assertEq(supply - token.totalSupply(), BOND - REWARD);
        assertCovered();
    }

    function test_EndProposal_BurnsAllWhereProverCannotReceive() public {
        IFaultProofs.Accused memory a = accused();
        uint256 supply = token.totalSupply();
        _asCourt();
        assertEq(ledger.endProposal(a.epoch, a.proposal, address(0)), 0);
        assertEq(supply - token.totalSupply(), BOND);
        assertCovered();
    }

    function test_EndProposal_LeavesNothingToFinalizeOrReturn() public {
        IFaultProofs.Accused memory a = accused();
        _asCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NoProposal.selector, a.epoch));
        ledger.finalize(a.epoch);
        propose(a.epoch, "right", rival);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(a.epoch);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NothingToReturn.selector, a.epoch, a.proposal));
        ledger.returnBond(a.epoch, a.proposal);
    }

    /// @dev An honest root that somebody else proposed and did not stand by must not be lost.
    function test_EndProposal_LetsSameRootsComeAgain() public {
        IFaultProofs.Accused memory a = accused();
        _asCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
        assertEq(propose(a.epoch, "wrong", rival).proposal, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.ProposalExists.selector, 1));
        this.proposeAgain(a.epoch);
    }

    function proposeAgain(Epoch epoch) external {
        propose(epoch, "wrong", rival);
    }

    /// @dev In whatever order proposals end, the earliest of the others is finalised.
    function testFuzz_EndProposal_LeavesTheEarliestOfTheOthers(uint256 seed, uint8 survivorSeed) public {
        uint32 count = 12;
        Epoch epoch = epochOver();
        for (uint32 i; i < count; ++i) propose(epoch, vm.toString(i), proposer);
        uint32 survivor = survivorSeed % count;
        // All that come before the survivor, and some of those after it, in the order of a shuffle.
        uint32[] memory order = new uint32[](count);
        for (uint32 i; i < count; ++i) order[i] = i;
        for (uint32 i = count - 1; i > 0; --i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 j = seed % (i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        for (uint32 i; i < count; ++i) {
            bool ends = order[i] < survivor || (order[i] > survivor && (seed >> order[i]) & 1 == 1);
            if (!ends) continue;
            _asCourt();
            ledger.endProposal(epoch, order[i], alice);
        }
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        Root memory payouts = ledger.proposalOf(epoch, survivor).payouts;
        vm.expectEmit(address(ledger));
        emit IRoyaltyLedger.Finalized(epoch, survivor, payouts);
        ledger.finalize(epoch);
        assertCovered();
    }

    /// @dev However many proposals have ended, the end of one more costs the same.
    function test_EndProposal_CostDoesNotGrowWithEnded() public {
        Epoch epoch = epochOver();
        for (uint32 i; i < 100; ++i) propose(epoch, vm.toString(i), proposer);
        for (uint32 i = 99; i > 1; --i) {
            _asCourt();
            ledger.endProposal(epoch, i, alice);
        }
        _asCourt();
        uint256 middle = gasleft();
        ledger.endProposal(epoch, 1, alice);
        middle -= gasleft();
        _asCourt();
        uint256 first = gasleft();
        ledger.endProposal(epoch, 0, alice);
        first -= gasleft();
        assertApproxEqAbs(first, middle, 25_000);
    }

    // --- holdProposal ---

    function test_HoldProposal_RevertsForOthers() public {
        IFaultProofs.Accused memory a = accused();
        _expectNotCourt();
        ledger.holdProposal(a.epoch, a.proposal, 0);
    }

    function test_HoldProposal_RevertsForEnded() public {
        IFaultProofs.Accused memory a = accused();
        _asCourt();
        ledger.endProposal(a.epoch, a.proposal, alice);
        _expectNotPending(a);
        _asCourt();
        ledger.holdProposal(a.epoch, a.proposal, 0);
    }

    function test_HoldProposal_RevertsForTooLong() public {
        IFaultProofs.Accused memory a = accused();
        uint48 latest = uint48(block.timestamp) + CHALLENGE_WINDOW + 30 days;
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.HoldTooLong.selector, latest + 1, latest));
        _asCourt();
        ledger.holdProposal(a.epoch, a.proposal, latest + 1);
        _asCourt();
        ledger.holdProposal(a.epoch, a.proposal, latest);
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, latest);
    }

    function test_HoldProposal_NeverBringsForward() public {
        IFaultProofs.Accused memory a = accused();
        uint48 before = ledger.proposalOf(a.epoch, a.proposal).finalizableAt;
        _asCourt();
        ledger.holdProposal(a.epoch, a.proposal, before - 1);
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, before);
    }

    function test_HoldProposal_HoldsUntilThenWhateverTheDelay() public {
        IFaultProofs.Accused memory a = accused();
        vm.prank(guardian);
        ledger.delayFinalization(a.epoch, 1 days);
        uint48 until = uint48(block.timestamp) + CHALLENGE_WINDOW + 2 days;
        _asCourt();
        ledger.holdProposal(a.epoch, a.proposal, until);
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, until);
    }

    // --- endSketches ---

    function test_EndSketches_RevertsForOthers() public {
        SettlementId settlement = _committed();
        _expectNotCourt();
        ledger.endSketches(settlement, true);
    }

    function test_EndSketches_RevertsWithoutCommit() public {
        SettlementId settlement = open(Root("receipts", 1), 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesNotPending.selector, settlement));
        _asCourt();
        ledger.endSketches(settlement, true);
    }

    function test_EndSketches_RevertsOnceReady() public {
        SettlementId settlement = _committed();
        vm.warp(block.timestamp + SKETCH_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesNotPending.selector, settlement));
        _asCourt();
        ledger.endSketches(settlement, true);
    }

    function test_EndSketches_OpensSettlementAgain() public {
        SettlementId settlement = _committed();
        vm.expectEmit(address(ledger));
        emit ICourtLedger.SketchesEnded(settlement, 0, Root("sketches", 1));
        _asCourt();
        ledger.endSketches(settlement, true);
        IRoyaltyLedger.Settlement memory s = ledger.settlementOf(settlement);
        assertEq(_statusOf(settlement), uint8(IRoyaltyLedger.SettlementStatus.Open));
        assertEq(s.readyAt, 0);
        assertEq(s.sketches.hash, 0);
        assertEq(s.commits, 1);
        assertCovered();
    }

    function test_EndSketches_LetsUnrevealedOnesComeAgain() public {
        SettlementId settlement = _committed();
        _asCourt();
        ledger.endSketches(settlement, false);
        commit(settlement, Root("sketches", 1));
        assertEq(_statusOf(settlement), uint8(IRoyaltyLedger.SettlementStatus.Committed));
        assertEq(ledger.settlementOf(settlement).commits, 2);
        assertEq(ledger.sketchSignersOf(settlement, 0), ledger.sketchSignersOf(settlement, 1));
    }

    function test_EndSketches_BarsTheRootForThisSettlement() public {
        SettlementId settlement = _committed();
        _asCourt();
        ledger.endSketches(settlement, true);
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesBarred.selector, settlement, bytes32("sketches")));
        ledger.commitSketches(settlement, Root("sketches", 1), 0, none);
        commit(settlement, Root("others", 1));
        commit(open(Root("receipts", 1), 1), Root("sketches", 1));
    }

    /// @dev The entry of the ended commit stands before others that are ready, and its settlement becomes ready after them.
    function test_EndSketches_LeavesTheQueueInOrder() public {
        SettlementId ended = _committed();
        SettlementId other = _committed();
        _asCourt();
        ledger.endSketches(ended, true);
        vm.warp(block.timestamp + SKETCH_WINDOW / 2);
        commit(ended, Root("others", 1));
        vm.warp(block.timestamp + SKETCH_WINDOW / 2);
        assertEq(ledger.advance(10), 2);
        assertEq(_statusOf(other), uint8(IRoyaltyLedger.SettlementStatus.Ready));
        assertEq(_statusOf(ended), uint8(IRoyaltyLedger.SettlementStatus.Committed));
        vm.warp(block.timestamp + SKETCH_WINDOW / 2);
        assertEq(ledger.advance(10), 1);
        assertEq(_statusOf(ended), uint8(IRoyaltyLedger.SettlementStatus.Ready));
        assertEq(ledger.queueLength(), 0);
    }

    /// @dev Nothing is proposed while the queue may hide a ready settlement behind an entry that counts no more.
    function test_EndSketches_MustBeAdvancedBeforeProposal() public {
        vm.warp(ledger.epochEnd(ledger.epochAt(uint48(block.timestamp))));
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        SettlementId first = _committed();
        vm.warp(block.timestamp + 1);
        SettlementId ended = _committed();
        vm.warp(block.timestamp + SKETCH_WINDOW - 1);
        assertEq(ledger.advance(10), 1);
        assertEq(_statusOf(first), uint8(IRoyaltyLedger.SettlementStatus.Ready));
        _asCourt();
        ledger.endSketches(ended, true);
        vm.warp(ledger.epochEnd(epoch));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochNotAdvanced.selector, epoch, ended));
        this.proposeAgain(epoch);
        ledger.advance(1);
        this.proposeAgain(epoch);
    }

    // --- voidSettlement ---

    function test_VoidSettlement_RevertsForOthers() public {
        SettlementId settlement = _committed();
        _expectNotCourt();
        ledger.voidSettlement(settlement);
    }

    function _expectNotVoidable(SettlementId settlement) private {
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SettlementNotPending.selector, settlement));
        _asCourt();
        ledger.voidSettlement(settlement);
    }

    function test_VoidSettlement_RevertsForUnknown() public {
        _expectNotVoidable(SettlementId.wrap(9));
    }

    function test_VoidSettlement_RevertsOnceReady() public {
        SettlementId settlement = _committed();
        vm.warp(block.timestamp + SKETCH_WINDOW);
        _expectNotVoidable(settlement);
        ledger.advance(1);
        _expectNotVoidable(settlement);
    }

    function test_VoidSettlement_RevertsForExpired() public {
        SettlementId settlement = open(Root("receipts", 1), 1);
        vm.warp(block.timestamp + LIFETIME);
        ledger.expire(settlement);
        _expectNotVoidable(settlement);
    }

    function test_VoidSettlement_GivesPoolToTreasury() public {
        SettlementId waiting = open(Root("receipts", 1), 1);
        SettlementId committed = _committed();
        _asCourt();
        ledger.voidSettlement(waiting);
        vm.expectEmit(address(ledger));
        emit ICourtLedger.SettlementVoided(committed, POOL);
        _asCourt();
        ledger.voidSettlement(committed);
        assertEq(ledger.accruedOf(ledger.treasuryPosition()), 2 * POOL);
        assertEq(_statusOf(committed), uint8(IRoyaltyLedger.SettlementStatus.Voided));
        assertCovered();
        // Its entry in the queue counts no more.
        vm.warp(block.timestamp + SKETCH_WINDOW);
        ledger.advance(1);
        assertEq(_statusOf(committed), uint8(IRoyaltyLedger.SettlementStatus.Voided));
    }

    // --- delayFinalization ---

    function test_DelayFinalization_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.NotGuardian.selector, address(this)));
        ledger.delayFinalization(Epoch.wrap(0), 1);
    }

    function test_DelayFinalization_RevertsAboveSevenDays() public {
        vm.prank(guardian);
        ledger.delayFinalization(Epoch.wrap(3), 7 days);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.DelayTooLong.selector, 7 days + 1, 7 days));
        vm.prank(guardian);
        ledger.delayFinalization(Epoch.wrap(3), 1);
        vm.prank(guardian);
        ledger.delayFinalization(Epoch.wrap(4), 7 days);
    }

    function test_DelayFinalization_DelaysAllProposalsOfTheEpoch() public {
        IFaultProofs.Accused memory a = accused();
        uint48 finalizableAt = ledger.proposalOf(a.epoch, a.proposal).finalizableAt;
        vm.prank(guardian);
        ledger.delayFinalization(a.epoch, 2 days);
        assertEq(ledger.delayOf(a.epoch), 2 days);
        assertEq(ledger.proposalOf(a.epoch, a.proposal).finalizableAt, finalizableAt + 2 days);
        vm.warp(finalizableAt + 2 days - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyLedger.ChallengeWindowOpen.selector, a.epoch, finalizableAt + 2 days)
        );
        ledger.finalize(a.epoch);
        vm.warp(finalizableAt + 2 days);
        ledger.finalize(a.epoch);
    }

    /// @dev Nothing but the finalisation waits.
    function test_DelayFinalization_StopsNoProof() public {
        IFaultProofs.Accused memory a = accused();
        vm.prank(guardian);
        ledger.delayFinalization(a.epoch, 7 days);
        judge.prove(a, 0, true);
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
    }

    function test_Guardian_IsAsDeployed() public view {
        assertEq(ledger.guardian(), guardian);
    }

    // --- views ---

    function test_GroupHeadOf_IsWithoutSettlements() public {
        Epoch epoch = epochOver();
        (ModelVersion version, uint32 callCount, uint128 pool) = ledger.groupHeadOf(epoch, 0);
        assertEq(ModelVersion.unwrap(version), ModelVersion.unwrap(VERSION));
        assertEq(callCount, 1);
        assertEq(pool, POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownGroup.selector, epoch, 1));
        ledger.groupHeadOf(epoch, 1);
    }

    function test_SketchSignersOf_IsOfEachCommit() public {
        SettlementId settlement = _committed();
        bytes32 signers = keccak256(abi.encode(vm.addr(ATTRIBUTOR_KEY)));
        assertEq(ledger.sketchSignersOf(settlement, 0), signers);
        assertEq(ledger.sketchSignersOf(settlement, 1), 0);
        _asCourt();
        ledger.endSketches(settlement, true);
        commit(settlement, Root("others", 1));
        assertEq(ledger.sketchSignersOf(settlement, 0), signers);
        assertEq(ledger.sketchSignersOf(settlement, 1), signers);
    }

    // --- payoutsBefore ---

    function test_PayoutsBefore_RevertsForEmptyEpoch() public {
        Epoch empty = Epoch.wrap(Epoch.unwrap(epochOver()) - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochEmpty.selector, empty));
        ledger.payoutsBefore(empty);
    }

    /// @dev Of each epoch it is the same before and after that, or a later one, is final.
    function test_PayoutsBefore_IsWhatTheEpochBuildsOn() public {
        Epoch[3] memory epochs;
        Root[3] memory roots;
        for (uint256 i; i < 3; ++i) {
            epochs[i] = epochOver();
            roots[i] = ledger.payoutsRoot();
            assertEq(abi.encode(ledger.payoutsBefore(epochs[i])), abi.encode(roots[i]), "pending");
            _finalizeTheSecond(epochs[i], Root(bytes32(i + 1), uint128(POOL * (i + 1))));
            for (uint256 j; j <= i; ++j) {
                assertEq(abi.encode(ledger.payoutsBefore(epochs[j])), abi.encode(roots[j]), "final");
            }
        }
        assertEq(ledger.payoutsRoot().hash, bytes32(uint256(3)));
    }

    /// @dev The first of three proposals ends, and the third comes too late.
    function _finalizeTheSecond(Epoch epoch, Root memory payouts) private {
        Root memory groups = Root("groups", POOL);
        propose(epoch, groups, Root("ended", payouts.sum), proposer);
        propose(epoch, groups, payouts, proposer);
        propose(epoch, groups, Root("late", payouts.sum), proposer);
        _asCourt();
        ledger.endProposal(epoch, 0, alice);
        vm.warp(block.timestamp + CHALLENGE_WINDOW);
        ledger.finalize(epoch);
    }
}
