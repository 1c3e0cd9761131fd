// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../../contracts/interfaces/ICourtLedger.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {Epoch, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {CourtsFixture} from "./CourtsFixture.sol";

/// @notice Sketches that a court holds, and the order and the cut of the epochs around them, branch by branch (RoyaltyLedger.hold.tree).
contract RoyaltyLedgerHoldTest is CourtsFixture {
    SettlementId[] private _settlements;

    function _committed() private returns (SettlementId settlement) {
        settlement = open(Root("receipts", 1), 1);
        commit(settlement, Root("sketches", 1));
        _settlements.push(settlement);
    }

    function _hold(SettlementId settlement, uint48 until) private {
        vm.prank(address(judge));
        ledger.holdSketches(settlement, until);
    }

    function _readyAt(SettlementId settlement) private view returns (uint48) {
        return ledger.settlementOf(settlement).readyAt;
    }

    function _isReady(SettlementId settlement) private view returns (bool) {
        return ledger.settlementOf(settlement).status == IRoyaltyLedger.SettlementStatus.Ready;
    }

    // --- holdSketches ---

    function test_HoldSketches_RevertsForOthers() public {
        SettlementId settlement = _committed();
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.NotCourt.selector, address(this)));
        ledger.holdSketches(settlement, 0);
    }

    function test_HoldSketches_RevertsWithoutCommit() public {
        SettlementId settlement = open(Root("receipts", 1), 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesNotPending.selector, settlement));
        _hold(settlement, uint48(block.timestamp) + 500);
    }

    function test_HoldSketches_RevertsOnceReady() public {
        SettlementId settlement = _committed();
        vm.warp(block.timestamp + SKETCH_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesNotPending.selector, settlement));
        _hold(settlement, uint48(block.timestamp) + 500);
    }

    /// @dev However often it is held, the limit is from when it would have been ready.
    function test_HoldSketches_RevertsForTooLong() public {
        SettlementId settlement = _committed();
        uint48 latest = _readyAt(settlement) + 30 days;
        _hold(settlement, latest - 1);
        vm.warp(latest - 2);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.HoldTooLong.selector, latest + 1, latest));
        _hold(settlement, latest + 1);
        _hold(settlement, latest);
        assertEq(_readyAt(settlement), latest);
    }

    function test_HoldSketches_NeverBringsForward() public {
        SettlementId settlement = _committed();
        uint48 before = _readyAt(settlement);
        _hold(settlement, before);
        assertEq(_readyAt(settlement), before);
        assertEq(ledger.sketchesDueAt(settlement, 0), 0);
        assertEq(ledger.queueLength(), 1);
    }

    function test_HoldSketches_PutsOffTheReadiness() public {
        SettlementId settlement = _committed();
        uint48 dueAt = _readyAt(settlement);
        uint48 until = dueAt + EPOCH_SECONDS;
        Epoch epoch = ledger.epochAt(until);
        vm.expectEmit(address(ledger));
        emit ICourtLedger.SketchesHeld(settlement, 0, until, epoch);
        _hold(settlement, until);
        IRoyaltyLedger.Settlement memory held = ledger.settlementOf(settlement);
        assertEq(held.readyAt, until);
        assertEq(Epoch.unwrap(held.epoch), Epoch.unwrap(epoch));
        assertEq(ledger.sketchesDueAt(settlement, 0), dueAt);
        vm.warp(until - 1);
        ledger.advance(10);
        assertFalse(_isReady(settlement));
        vm.warp(until);
        ledger.advance(10);
        assertTrue(_isReady(settlement));
        assertEq(ledger.queueLength(), 0);
        assertEq(ledger.groupCount(epoch), 1);
    }

    function test_HoldSketches_DelaysNoOther() public {
        SettlementId first = _committed();
        SettlementId second = _committed();
        _hold(first, _readyAt(first) + 10 days);
        vm.warp(_readyAt(second));
        ledger.advance(10);
        assertTrue(_isReady(second));
        assertFalse(_isReady(first));
    }

    function test_HoldSketches_CanStillBeEnded() public {
        SettlementId settlement = _committed();
        uint48 until = _readyAt(settlement) + 10 days;
        _hold(settlement, until);
        vm.warp(until - 1);
        vm.prank(address(judge));
        ledger.endSketches(settlement, true);
        commit(settlement, Root("others", 1));
        assertEq(_readyAt(settlement), block.timestamp + SKETCH_WINDOW);
        assertEq(ledger.sketchesDueAt(settlement, 1), 0);
        vm.warp(block.timestamp + SKETCH_WINDOW);
        ledger.advance(10);
        assertTrue(_isReady(settlement));
        assertEq(ledger.queueLength(), 0);
    }

    /// @dev A court that asks for less for a later one must not hide it behind the earlier.
    function test_HoldSketches_WaitsForThoseHeldForLonger() public {
        SettlementId first = _committed();
        SettlementId second = _committed();
        uint48 dueAt = _readyAt(first);
        _hold(first, dueAt + 500);
        _hold(second, dueAt + 300);
        assertEq(_readyAt(second), dueAt + 500);
        assertEq(ledger.sketchesDueAt(second, 0), dueAt);
    }

    function test_HoldSketches_MustBeAdvancedBeforeProposal() public {
        vm.warp(ledger.epochEnd(ledger.epochAt(uint48(block.timestamp))));
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        SettlementId settlement = _committed();
        _committed();
        uint48 end = ledger.epochEnd(epoch);
        _hold(settlement, end - 1);
        vm.warp(end);
        ledger.advance(2);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.EpochNotAdvanced.selector, epoch, settlement));
        this.proposeNow(epoch);
        ledger.advance(1);
        this.proposeNow(epoch);
        assertEq(ledger.epochPools(epoch), 2 * POOL);
    }

    /// @dev One that becomes ready at the boundary belongs to the next epoch, and the one before does not wait for it.
    function test_HoldSketches_LeavesTheEpochThatItWouldHaveJoined() public {
        vm.warp(ledger.epochEnd(ledger.epochAt(uint48(block.timestamp))));
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        SettlementId settlement = _committed();
        _committed();
        uint48 end = ledger.epochEnd(epoch);
        _hold(settlement, end);
        vm.warp(end);
        ledger.advance(2);
        this.proposeNow(epoch);
        assertEq(ledger.epochPools(epoch), POOL);
        ledger.advance(1);
        assertEq(Epoch.unwrap(ledger.settlementOf(settlement).epoch), Epoch.unwrap(epoch) + 1);
    }

    /// @dev Whatever is committed, held, ended and advanced when: each settlement joins the epoch in which it becomes ready, in the order of readiness, and an epoch for
    /// which anything can be proposed has all of its settlements.
    /// forge-config: default.fuzz.runs = 128
    function testFuzz_HoldSketches_KeepsTheCutAndTheOrder(uint256 seed) public {
        for (uint256 i; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 what = seed % 8;
            if (what < 3) _committed();
            else if (what < 6) _change(seed >> 8, what == 5);
            else if (what == 6) ledger.advance((seed >> 8) % 4);
            else _checkProposable();
            vm.warp(block.timestamp + ((seed >> 16) % 90));
        }
        vm.warp(block.timestamp + 2_000);
        ledger.advance(1_000);
        assertEq(ledger.queueLength(), 0);
        _checkGroups();
    }

    // --- sketchesDueAt ---

    function test_SketchesDueAt_IsOfHeldCommitsOnly() public {
        SettlementId settlement = _committed();
        uint48 dueAt = _readyAt(settlement);
        assertEq(ledger.sketchesDueAt(settlement, 0), 0);
        _hold(settlement, dueAt + 1);
        _hold(settlement, dueAt + 2);
        assertEq(ledger.sketchesDueAt(settlement, 0), dueAt);
        assertEq(ledger.sketchesDueAt(settlement, 1), 0);
    }

    // --- steps of the fuzz test ---

    /// @dev Holds a pending settlement for a while, or ends its sketches and commits others.
    function _change(uint256 which, bool isEnd) private {
        if (_settlements.length == 0) return;
        SettlementId settlement = _settlements[which % _settlements.length];
        IRoyaltyLedger.Settlement memory s = ledger.settlementOf(settlement);
        bool isPending = s.status == IRoyaltyLedger.SettlementStatus.Committed && block.timestamp < s.readyAt;
        if (!isPending) return;
        if (!isEnd) return _hold(settlement, uint48(block.timestamp + ((which >> 8) % 1_500)));
        vm.prank(address(judge));
        ledger.endSketches(settlement, true);
        commit(settlement, Root(keccak256(abi.encode(which)), 1));
    }

    /// @dev An epoch that is over, and refused for no want of an advance, has all that became ready in it.
    function _checkProposable() private {
        uint64 now_ = Epoch.unwrap(ledger.epochAt(uint48(block.timestamp)));
        for (uint64 e; e < now_; ++e) {
            Epoch epoch = Epoch.wrap(e);
            try this.proposeNow(epoch) {} catch (bytes memory refusal) {
                if (bytes4(refusal) == IRoyaltyLedger.EpochNotAdvanced.selector) continue;
            }
            uint48 end = ledger.epochEnd(epoch);
            for (uint256 i; i < _settlements.length; ++i) {
                uint48 readyAt = _readyAt(_settlements[i]);
                if (readyAt != 0 && readyAt < end) assertTrue(_isReady(_settlements[i]), "left out");
            }
        }
    }

    function _checkGroups() private view {
        uint256 seen;
        uint64 now_ = Epoch.unwrap(ledger.epochAt(uint48(block.timestamp)));
        for (uint64 e; e <= now_; ++e) {
            Epoch epoch = Epoch.wrap(e);
            if (ledger.groupCount(epoch) == 0) continue;
            SettlementId[] memory members = ledger.groupOf(epoch, 0).settlements;
            uint48 last;
            for (uint256 i; i < members.length; ++i) {
                uint48 readyAt = _readyAt(members[i]);
                assertEq(Epoch.unwrap(ledger.epochAt(readyAt)), e, "epoch");
                assertGe(readyAt, last, "order");
                last = readyAt;
            }
            seen += members.length;
        }
        assertEq(seen, _settlements.length, "each once");
    }

    /// @dev External, so that a refusal can be caught.
    function proposeNow(Epoch epoch) external {
        propose(epoch, Root("groups", ledger.epochPools(epoch)), Root("payouts", ledger.epochPools(epoch)), proposer);
    }
}
