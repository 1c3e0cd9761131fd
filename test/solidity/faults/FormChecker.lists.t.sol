// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {EpochFixture} from "./EpochFixture.sol";

/// @notice Order and gaps: docs/faults.md, Form d and e.
contract FormCheckerListsTest is EpochFixture {
    using ProposedEpoch for ProposedEpoch.Proposal;
    using SparseTree for SparseTree.Tree;

    // --- Form d ---

    function testFuzz_ProveUnordered_JudgesEntries(uint64 w1, uint32 r1, uint64 w2, uint32 r2) public {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf[] memory list = p.groups[0].calls[0].lists[0].leaves;
        (list[0].sum, list[0].payload) = (w1, _entryPayload(Item(r1, w1, 5, 0), 0));
        (list[1].sum, list[1].payload) = (w2, _entryPayload(Item(r2, w2, 5, 0), 0));
        bool isOrdered = w1 > w2 || (w1 == w2 && r1 < r2);
        assertEq(_isEntriesProven(p), !isOrdered);
        // Among equals the record decides.
        (list[1].sum, isOrdered) = (w1, r1 < r2);
        assertEq(_isEntriesProven(p), !isOrdered);
    }

    function test_ProveUnordered_ProvesAnEntryTwice() public {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf[] memory list = p.groups[0].calls[0].lists[0].leaves;
        (list[1].sum, list[1].payload) = (list[0].sum, list[0].payload);
        assertTrue(_isEntriesProven(p));
    }

    function testFuzz_ProveUnordered_JudgesTallies(uint32 c1, uint16 e1, uint32 c2, uint16 e2) public {
        bool isOrdered = c1 < c2 || (c1 == c2 && e1 < e2);
        assertEq(_isTalliesProven(c1, e1, c2, e2), !isOrdered);
        assertEq(_isTalliesProven(c1, e1, c1, e2), e1 >= e2);
        assertTrue(_isTalliesProven(c1, e1, c1, e1));
    }

    function testFuzz_ProveUnordered_JudgesEarnings(uint32 g1, uint32 r1, uint32 g2, uint32 r2) public {
        bool isOrdered = g1 < g2 || (g1 == g2 && r1 < r2);
        assertEq(_isEarningsProven(g1, r1, g2, r2), !isOrdered);
        assertEq(_isEarningsProven(g1, r1, g1, r2), r1 >= r2);
        // The fallback of a group is last in it.
        assertEq(_isEarningsProven(g1, r1, g1, NONE), r1 == NONE);
    }

    function test_ProveUnordered_NothingWhereThePlaceIsTheOrder() public {
        ProposedEpoch.Proposal memory p = _start();
        Link memory second = p.toGroup(1, 0);
        assertFalse(_isUnordered(false, _one(p.toGroup(0, 0)), second));
        second = p.toCall(0, 1, 0)[1];
        assertFalse(_isUnordered(false, p.toCall(0, 0, 0), second));
        second = p.toPoints(0, 1, 0)[1];
        assertFalse(_isUnordered(false, p.toPoints(0, 0, 0), second));
        second = p.toPayout(2);
        assertFalse(_isUnordered(true, _one(p.toPayout(1)), second));
    }

    function test_ProveUnordered_NothingWhereOneIsAbsent() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isUnordered(false, p.toEntry(0, 0, 0, 1), p.toEntry(0, 0, 0, 2)[2]));
        p.groups[0].calls[0].lists[0].leaves[0].key = 2;
        p.groups[0].calls[0].lists[0].leaves[1].key = 3;
        _propose(p);
        assertFalse(_isUnordered(false, p.toEntry(0, 0, 0, 1), p.toEntry(0, 0, 0, 2)[2]));
    }

    function test_ProveUnordered_ProvesAcrossWhatStandsBetween() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isUnordered(false, p.toEntry(0, 0, 0, 0), p.toEntry(0, 0, 0, 2)[2]));
        SparseTree.Leaf[] memory list = p.groups[0].calls[0].lists[0].leaves;
        list[0].key = 2;
        list[1].key = 5;
        (list[1].sum, list[1].payload) = (list[0].sum, list[0].payload);
        _propose(p);
        assertTrue(_isUnordered(false, p.toEntry(0, 0, 0, 2), p.toEntry(0, 0, 0, 5)[2]));
    }

    function test_ProveUnordered_RevertsForAPlaceThatIsNotLater() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory first = p.toEntry(0, 0, 0, 1);
        Link memory second = p.toEntry(0, 0, 0, 0)[2];
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 3));
        _formChecker.proveUnordered(_accused(), false, first, second);
        second = first[2];
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 3));
        _formChecker.proveUnordered(_accused(), false, first, second);
    }

    function test_ProveUnordered_RevertsForALinkOfAnotherTree() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory first = p.toEntry(0, 0, 0, 0);
        // The neighbouring place in a list of another call.
        Link memory second = p.toEntry(0, 1, 0, 1)[2];
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 3));
        _formChecker.proveUnordered(_accused(), false, first, second);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _formChecker.proveUnordered(_accused(), true, first, second);
    }

    function test_ProveUnordered_RevertsForAnAbsentParent() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory first = new Link[](2);
        (first[0], first[1]) = (p.toGroup(4, 0), p.toGroup(0, 0));
        Link memory second = p.toGroup(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 2));
        _formChecker.proveUnordered(_accused(), false, first, second);
        first = new Link[](0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 0));
        _formChecker.proveUnordered(_accused(), false, first, second);
    }

    function testFuzz_ProveUnordered_NothingAgainstHonest(uint256 seed) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 g = uint64(_random(seed, 9, 1) % GROUPS);
        uint64 c = uint64(_random(seed, 9, 2) % CALLS);
        uint8 side = uint8(_random(seed, 9, 3) % 2);
        assertFalse(_isUnordered(false, p.toEntry(g, c, side, 0), p.toEntry(g, c, side, 1)[2]));
        uint64 position = uint64(1 + (_random(seed, 9, 4) % POSITIONS));
        Link[] memory first = p.toEarning(position, 0);
        if (first.length == 2) assertFalse(_isUnordered(true, first, p.toEarning(position, 1)[1]));
        if (p.groups[g].points.length == 0) return;
        uint64 r = p.groups[g].points[0].place;
        assertFalse(_isUnordered(false, p.toTally(g, r, side, 0), p.toTally(g, r, side, 1)[2]));
    }

    // --- Form e ---

    function test_ProveGap_ProvesAMissingEntry() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].calls[0].lists[0].leaves[0].key = 1;
        p.groups[0].calls[0].lists[0].leaves[1].key = 200;
        assertTrue(_isGapProven(p, p.toEntry(0, 0, 0, 0), p.toEntry(0, 0, 0, 1)[2]));
        assertTrue(_isGapProven(p, p.toEntry(0, 0, 0, 2), p.toEntry(0, 0, 0, 200)[2]));
    }

    function test_ProveGap_ProvesAMissingTally() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[0].tallies[0].leaves[1].key = 2;
        assertTrue(_isGapProven(p, p.toTally(0, 0, 0, 1), p.toTally(0, 0, 0, 2)[2]));
    }

    function test_ProveGap_ProvesAMissingCall() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].calls[1].place = 2;
        assertTrue(_isGapProven(p, p.toCall(0, 1, 0), p.toCall(0, 2, 0)[1]));
    }

    function test_ProveGap_ProvesAMissingGroup() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].place = 1;
        p.groups[1].place = 2;
        assertTrue(_isGapProven(p, _one(p.toGroup(0, 0)), p.toGroup(2, 0)));
    }

    function test_ProveGap_ProvesAMissingEarning() public {
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[1].earnings.leaves[1].key = NONE;
        _propose(p);
        assertTrue(_formChecker.proveGap(_accused(), true, p.toEarning(2, 1), p.toEarning(2, NONE)[1]));
    }

    function test_ProveGap_ProvesByANodeAboveThePlace() public {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Tree memory list = p.groups[0].calls[0].lists[0];
        list.leaves[1].key = 200;
        Link[] memory missing = p.toEntry(0, 0, 0, 100);
        missing[2].opening = list.openingOf(100, 2);
        assertTrue(_isGapProven(p, missing, p.toEntry(0, 0, 0, 200)[2]));
    }

    function test_ProveGap_NothingInSparseTrees() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_formChecker.proveGap(_accused(), true, _one(p.toPayout(0)), p.toPayout(1)));
        p.groups[0].points = _without(p.groups[0].points, 0);
        assertFalse(_isGapProven(p, p.toPoints(0, 0, 0), p.toPoints(0, 1, 0)[1]));
    }

    function test_ProveGap_NothingWhereNothingIsMissing() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isGapProven(p, p.toEntry(0, 0, 0, 0), p.toEntry(0, 0, 0, 1)[2]));
        assertFalse(_isGapProven(p, p.toEntry(0, 0, 0, 2), p.toEntry(0, 0, 0, 3)[2]));
    }

    function test_ProveGap_RevertsForALeafLeftOfIt() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory missing = p.toEntry(0, 0, 0, 2);
        Link memory present = p.toEntry(0, 0, 0, 1)[2];
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 3));
        _formChecker.proveGap(_accused(), false, missing, present);
        present = missing[2];
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 3));
        _formChecker.proveGap(_accused(), false, missing, present);
    }

    function test_ProveGap_RevertsForALinkOfAnotherTree() public {
        ProposedEpoch.Proposal memory p = _start();
        // The harmful list has one entry, the helpful one two.
        Link[] memory missing = p.toEntry(0, 0, 1, 1);
        Link memory present = p.toEntry(0, 0, 0, 1)[2];
        missing[2].key = 0;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 2));
        _formChecker.proveGap(_accused(), false, missing, present);
        present.key = 2;
        missing = p.toEntry(0, 0, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 3));
        _formChecker.proveGap(_accused(), false, missing, present);
    }

    function testFuzz_ProveGap_NothingAgainstHonest(uint256 seed) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 g = uint64(_random(seed, 9, 1) % GROUPS);
        uint8 side = uint8(_random(seed, 9, 4) % 2);
        uint64[2] memory places = [uint64(_random(seed, 9, 2) % 3), 0];
        places[1] = places[0] + 1 + uint64(_random(seed, 9, 3) % 2);
        assertFalse(_isGapProven(p, _one(p.toGroup(places[0], 0)), p.toGroup(places[1], 0)));
        assertFalse(_isGapProven(p, p.toCall(g, places[0], 0), p.toCall(g, places[1], 0)[1]));
        assertFalse(_isGapProven(p, p.toPoints(g, places[0], 0), p.toPoints(g, places[1], 0)[1]));
        Link memory present = p.toEntry(g, 0, side, places[1])[2];
        assertFalse(_isGapProven(p, p.toEntry(g, 0, side, places[0]), present));
    }

    // --- steps ---

    function _isUnordered(bool inPayouts, Link[] memory first, Link memory second) private view returns (bool) {
        return _formChecker.proveUnordered(_accused(), inPayouts, first, second);
    }

    function _isEntriesProven(ProposedEpoch.Proposal memory p) private returns (bool) {
        _propose(p);
        return _isUnordered(false, p.toEntry(0, 0, 0, 0), p.toEntry(0, 0, 0, 1)[2]);
    }

    function _isTalliesProven(uint32 c1, uint16 e1, uint32 c2, uint16 e2) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf[] memory tallies = p.groups[0].points[0].tallies[0].leaves;
        tallies[0].payload = abi.encodePacked(TreeKind.TALLY, c1, e1);
        tallies[1].payload = abi.encodePacked(TreeKind.TALLY, c2, e2);
        _propose(p);
        return _isUnordered(false, p.toTally(0, 0, 0, 0), p.toTally(0, 0, 0, 1)[2]);
    }

    function _isEarningsProven(uint32 g1, uint32 r1, uint32 g2, uint32 r2) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf[] memory earnings = p.payouts[1].earnings.leaves;
        earnings[0].payload = abi.encodePacked(TreeKind.EARNING, g1, r1);
        earnings[1].payload = abi.encodePacked(TreeKind.EARNING, g2, r2);
        _propose(p);
        return _isUnordered(true, p.toEarning(2, 0), p.toEarning(2, 1)[1]);
    }

    function _isGapProven(
        ProposedEpoch.Proposal memory p,
        Link[] memory missing,
        Link memory present
    ) private returns (bool) {
        _propose(p);
        return _formChecker.proveGap(_accused(), false, missing, present);
    }
}
