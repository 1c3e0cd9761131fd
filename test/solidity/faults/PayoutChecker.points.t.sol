// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {EpochFixture} from "./EpochFixture.sol";

/// @notice Entries and their tallies, and the nets: docs/faults.md, Points.
contract PayoutCheckerPointsTest is EpochFixture {
    using ProposedEpoch for ProposedEpoch.Proposal;

    /// @dev A pair of places: an entry's and a tally's, of one side.
    struct Pair {
        uint64 group;
        uint64 call;
        uint64 rank;
        uint64 record;
        uint64 place;
        uint8 side;
    }

    /// @dev The second helpful entry of call 1 of group 0, of record 2, and its tally.
    Pair private _pairOfTwo = Pair(0, 1, 1, 2, 0, 0);

    // --- Points a ---

    function test_ProveMirror_ProvesAnAbsentPointsLeaf() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points = _without(p.groups[0].points, 2);
        assertTrue(_isProven(p, _pairOfTwo));
    }

    function test_ProveMirror_ProvesAnAbsentTally() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[2].tallies[0].leaves = new SparseTree.Leaf[](0);
        assertTrue(_isProven(p, _pairOfTwo));
    }

    function test_ProveMirror_ProvesATallyOfAnotherCall() public {
        assertTrue(_isProvenWithTally(0, 1, 40));
    }

    function test_ProveMirror_ProvesATallyOfAnotherEntry() public {
        assertTrue(_isProvenWithTally(1, 0, 40));
    }

    function testFuzz_ProveMirror_ProvesATallyOfAnotherSum(uint128 sum) public {
        vm.assume(sum != 40 && sum < 1 << 100);
        assertTrue(_isProvenWithTally(1, 1, sum));
    }

    function test_ProveMirror_NothingForAnEntryWithoutPoints() public {
        ProposedEpoch.Proposal memory p = _start();
        // Group 1 has one entry, without points, and no points leaf at all.
        assertFalse(_isProven(p, Pair(1, 0, 0, 0, NONE, 0)));
        // Also where it names a tally, which is malformed.
        p.groups[1].calls[0].lists[0].leaves[0].payload = _entryPayload(Item(0, 100, 0, 3), 0);
        assertFalse(_isProven(p, Pair(1, 0, 0, 0, 3, 0)));
    }

    // --- Points b ---

    function test_ProveMirror_ProvesAnAbsentCall() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].calls[1].place = 3;
        assertTrue(_isProven(p, _pairOfTwo));
    }

    function test_ProveMirror_ProvesAnAbsentEntry() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].calls[1].lists[0].leaves[1].key = 2;
        assertTrue(_isProven(p, _pairOfTwo));
    }

    function test_ProveMirror_ProvesAnEntryOfAnotherRecord() public {
        assertTrue(_isProvenWithEntry(Item(1, 700, 40, 0)));
    }

    function test_ProveMirror_ProvesAnEntryOfOtherPoints() public {
        assertTrue(_isProvenWithEntry(Item(2, 700, 41, 0)));
        assertTrue(_isProvenWithEntry(Item(2, 700, 0, NONE)));
    }

    function test_ProveMirror_ProvesAnEntryOfAnotherTally() public {
        assertTrue(_isProvenWithEntry(Item(2, 700, 40, 1)));
    }

    // --- places ---

    function test_ProveMirror_NothingWhereNeitherNamesTheOther() public {
        ProposedEpoch.Proposal memory p = _start();
        Pair memory pair = _pairOfTwo;
        // Another record's tally, a place without a tally, and the other side.
        assertFalse(_isProven(p, Pair(0, 1, 1, 0, 0, 0)));
        assertFalse(_isProven(p, Pair(0, 1, 1, 2, 1, 0)));
        IFaultProofs.Accused memory accused = _accused();
        assertFalse(_payoutChecker.proveMirror(accused, _toEntry(p, pair), p.toTally(0, 2, 1, 0)));
        assertFalse(_payoutChecker.proveMirror(accused, p.toEntry(0, 1, 1, 1), _toTally(p, pair)));
        assertFalse(_payoutChecker.proveMirror(accused, p.toEntry(0, 1, 0, 3), p.toTally(0, 2, 0, 3)));
    }

    function test_ProveMirror_RevertsForAnotherGroup() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory entry = _toEntry(p, _pairOfTwo);
        Link[] memory tally = p.toTally(1, 2, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 3));
        _payoutChecker.proveMirror(_accused(), entry, tally);
    }

    function test_ProveMirror_RevertsForAWayIntoAnotherTree() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory entry = _toEntry(p, _pairOfTwo);
        Link[] memory tally = _toTally(p, _pairOfTwo);
        tally[0].which = 0;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 3));
        _payoutChecker.proveMirror(_accused(), entry, tally);
        (entry[0].which, tally[0].which) = (1, 1);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 0));
        _payoutChecker.proveMirror(_accused(), entry, tally);
    }

    function test_ProveMirror_RevertsForAChainThatEndsEarly() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory entry = _toEntry(p, _pairOfTwo);
        Link[] memory tally = _toTally(p, _pairOfTwo);
        Link[] memory short = ProposedEpoch.cut(tally, 2);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 2));
        _payoutChecker.proveMirror(_accused(), entry, short);
        short = ProposedEpoch.cut(entry, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 0));
        _payoutChecker.proveMirror(_accused(), short, tally);
    }

    function test_ProveMirror_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory entry = _toEntry(p, _pairOfTwo);
        Link[] memory tally = _toTally(p, _pairOfTwo);
        // The same places, of a proposal that has other points.
        p.groups[0].points[2].tallies[0].leaves[0].sum = 41;
        Link[] memory foreign = _toTally(p, _pairOfTwo);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 3));
        _payoutChecker.proveMirror(_accused(), entry, foreign);
        tally[2] = foreign[2];
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 5));
        _payoutChecker.proveMirror(_accused(), entry, tally);
    }

    function testFuzz_ProveMirror_NothingAgainstHonest(uint256 seed) public {
        World memory world;
        ProposedEpoch.Proposal memory p;
        (world, p) = _honest(seed);
        Pair memory pair;
        pair.group = uint64(_random(seed, 9, 1) % GROUPS);
        pair.call = uint64(_random(seed, 9, 2) % CALLS);
        pair.side = uint8(_random(seed, 9, 3) % 2);
        pair.rank = uint64(_random(seed, 9, 4) % TOP_K);
        Item[] memory list = world.lists[pair.group][pair.call][pair.side];
        // What the entry names, where there is one, else any place.
        bool isThere = pair.rank < list.length;
        pair.record = isThere ? list[pair.rank].record : uint64(_random(seed, 9, 5) % RECORDS);
        pair.place = isThere ? list[pair.rank].tally : uint64(_random(seed, 9, 6) % 3);
        if (pair.place == NONE) pair.place = 0;
        _present(world, p);
        assertFalse(_payoutChecker.proveMirror(_accused(), _toEntry(p, pair), _toTally(p, pair)));
    }

    // --- Points c ---

    function testFuzz_ProveNet_ProvesAWrongNet(uint8 record, uint128 net) public {
        ProposedEpoch.Proposal memory p = _start();
        ProposedEpoch.Points memory leaf = p.groups[0].points[record % RECORDS];
        vm.assume(net != leaf.net && net < 1 << 100);
        leaf.net = net;
        assertTrue(_isNetProven(p, 0, record % RECORDS));
    }

    function test_ProveNet_NothingForTheDifferenceAndNothingBelowZero() public {
        ProposedEpoch.Proposal memory p = _start();
        assertEq(p.groups[0].points[0].net, 360);
        assertEq(p.groups[0].points[1].net, 0);
        for (uint64 r; r < RECORDS; ++r) assertFalse(_isNetProven(p, 0, r));
    }

    function test_ProveNet_NothingForAbsentPoints() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isNetProven(p, 1, 0));
        assertFalse(_isNetProven(p, 5, 0));
    }

    function test_ProveNet_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory points = p.toPoints(0, 0, 0);
        points[1].sum -= 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        _payoutChecker.proveNet(_accused(), points);
    }

    function testFuzz_ProveNet_NothingAgainstHonest(uint256 seed, uint8 group, uint8 record) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        assertFalse(_payoutChecker.proveNet(_accused(), p.toPoints(group % GROUPS, record % RECORDS, 0)));
    }

    // --- steps ---

    function _isProven(ProposedEpoch.Proposal memory p, Pair memory pair) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveMirror(_accused(), _toEntry(p, pair), _toTally(p, pair));
    }

    function _isProvenWithTally(uint32 call, uint16 rank, uint128 sum) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf memory tally = p.groups[0].points[2].tallies[0].leaves[0];
        (tally.sum, tally.payload) = (sum, abi.encodePacked(TreeKind.TALLY, call, rank));
        return _isProven(p, _pairOfTwo);
    }

    function _isProvenWithEntry(Item memory item) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf memory entry = p.groups[0].calls[1].lists[0].leaves[1];
        (entry.sum, entry.payload) = (item.w, _entryPayload(item, 0));
        return _isProven(p, _pairOfTwo);
    }

    function _isNetProven(ProposedEpoch.Proposal memory p, uint64 g, uint64 r) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveNet(_accused(), p.toPoints(g, r, 0));
    }

    function _toEntry(ProposedEpoch.Proposal memory p, Pair memory pair) private pure returns (Link[] memory) {
        return p.toEntry(pair.group, pair.call, pair.side, pair.rank);
    }

    function _toTally(ProposedEpoch.Proposal memory p, Pair memory pair) private pure returns (Link[] memory) {
        return p.toTally(pair.group, pair.record, pair.side, pair.place);
    }
}
