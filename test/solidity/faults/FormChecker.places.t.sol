// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {EpochStandIn} from "../support/EpochStandIn.sol";
import {EpochFixture} from "./EpochFixture.sol";

/// @notice Groups that are not the ledger's, leaves where none may be and pointers to where nothing can be: docs/faults.md, Form b, c and h.
contract FormCheckerPlacesTest is EpochFixture {
    using ProposedEpoch for ProposedEpoch.Proposal;

    // --- Form b ---

    function test_ProveGroup_ProvesAnAbsentGroup() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].place = 2;
        assertTrue(_isGroupProven(p, 1));
    }

    function testFuzz_ProveGroup_ProvesAnotherVersion(uint64 version) public {
        ProposedEpoch.Proposal memory p = _start();
        vm.assume(version != p.groups[1].version);
        p.groups[1].version = version;
        assertTrue(_isGroupProven(p, 1));
    }

    function testFuzz_ProveGroup_ProvesAnotherPool(uint128 pool) public {
        vm.assume(pool != 500 && pool < 1 << 100);
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].pool = pool;
        assertTrue(_isGroupProven(p, 1));
    }

    function test_ProveGroup_RevertsForNoGroup() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].place = GROUPS;
        _propose(p);
        Link memory group = p.toGroup(GROUPS, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 0));
        _formChecker.proveGroup(_accused(), group);
    }

    function test_ProveGroup_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].pool = 501;
        Link memory group = p.toGroup(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _formChecker.proveGroup(_accused(), group);
    }

    function testFuzz_ProveGroup_NothingAgainstHonest(uint256 seed) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        for (uint64 g; g < GROUPS; ++g) assertFalse(_isGroupProven(p, g));
    }

    // --- Form c ---

    function test_ProveMisplaced_ProvesAGroupPastTheirCount() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isProven(p, false, _one(p.toGroup(1, 0))));
        p.groups[1].place = GROUPS;
        assertTrue(_isProven(p, false, _one(p.toGroup(GROUPS, 0))));
    }

    function test_ProveMisplaced_ProvesACallPastTheirCount() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isProven(p, false, p.toCall(0, 1, 0)));
        p.groups[0].calls[1].place = CALLS;
        assertTrue(_isProven(p, false, p.toCall(0, CALLS, 0)));
    }

    function test_ProveMisplaced_ProvesAnEntryPastTheList() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isProven(p, false, p.toEntry(0, 0, 0, TOP_K - 1)));
        p.groups[0].calls[0].lists[0].leaves[1].key = TOP_K;
        assertTrue(_isProven(p, false, p.toEntry(0, 0, 0, TOP_K)));
    }

    function test_ProveMisplaced_ProvesPointsPastTheRecords() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isProven(p, false, p.toPoints(0, RECORDS - 1, 0)));
        p.groups[0].points[2].place = RECORDS;
        assertTrue(_isProven(p, false, p.toPoints(0, RECORDS, 0)));
    }

    function test_ProveMisplaced_ProvesAPayoutOfNoPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[2].place = POSITIONS;
        assertFalse(_isProven(p, true, _one(p.toPayout(POSITIONS))));
        p.payouts[2].place = POSITIONS + 1;
        assertTrue(_isProven(p, true, _one(p.toPayout(POSITIONS + 1))));
        p.payouts[0].place = 0;
        assertTrue(_isProven(p, true, _one(p.toPayout(0))));
    }

    // --- Form h ---

    function test_ProveMisplaced_ProvesAnEntryOfNoRecord() public {
        assertFalse(_isEntryProven(uint32(RECORDS) - 1));
        assertTrue(_isEntryProven(uint32(RECORDS)));
        assertTrue(_isEntryProven(NONE - 1));
    }

    function test_ProveMisplaced_ProvesATallyOfNoCallOrEntry() public {
        assertFalse(_isTallyProven(uint32(CALLS) - 1, TOP_K - 1));
        assertTrue(_isTallyProven(uint32(CALLS), 0));
        assertTrue(_isTallyProven(0, TOP_K));
    }

    function test_ProveMisplaced_ProvesPointsOfNoPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[0].position = POSITIONS;
        assertFalse(_isProven(p, false, p.toPoints(0, 0, 0)));
        p.groups[0].points[0].position = POSITIONS + 1;
        assertTrue(_isProven(p, false, p.toPoints(0, 0, 0)));
        p.groups[0].points[0].position = 0;
        assertTrue(_isProven(p, false, p.toPoints(0, 0, 0)));
    }

    function test_ProveMisplaced_ProvesAnEarningOfNoGroupOrRecord() public {
        assertFalse(_isEarningProven(uint32(GROUPS) - 1, uint32(RECORDS) - 1));
        assertFalse(_isEarningProven(uint32(GROUPS) - 1, NONE));
        assertTrue(_isEarningProven(uint32(GROUPS), 0));
        assertTrue(_isEarningProven(uint32(GROUPS), NONE));
        assertTrue(_isEarningProven(0, uint32(RECORDS)));
        assertTrue(_isEarningProven(0, NONE - 1));
        // A group that would be another one's, cut to 16 bits.
        assertTrue(_isEarningProven(1 << 16, 0));
    }

    // --- what is none ---

    function test_ProveMisplaced_NothingForAnAbsentLeaf() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isProven(p, false, _one(p.toGroup(GROUPS, 0))));
        assertFalse(_isProven(p, false, p.toCall(0, CALLS, 0)));
        assertFalse(_isProven(p, true, _one(p.toPayout(0))));
    }

    function test_ProveMisplaced_RevertsInAGroupPastTheirCount() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].place = GROUPS;
        p.groups[1].place = GROUPS + 1;
        _propose(p);
        Link[] memory chain = p.toCall(GROUPS, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(EpochStandIn.UnknownGroup.selector, EPOCH, GROUPS));
        _formChecker.proveMisplaced(_accused(), false, chain);
    }

    function test_ProveMisplaced_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory chain = p.toCall(0, 1, 0);
        chain[1].key = CALLS;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        _formChecker.proveMisplaced(_accused(), false, chain);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _formChecker.proveMisplaced(_accused(), true, chain);
        chain = new Link[](0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 0));
        _formChecker.proveMisplaced(_accused(), true, chain);
    }

    function testFuzz_ProveMisplaced_NothingAgainstHonest(uint256 seed) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 g = uint64(_random(seed, 9, 1) % GROUPS);
        uint64 r = uint64(_random(seed, 9, 3) % RECORDS);
        uint8 side = uint8(_random(seed, 9, 4) % 2);
        uint64 place = uint64(_random(seed, 9, 5) % 3);
        assertFalse(_isProven(p, false, _one(p.toGroup(place, 0))));
        assertFalse(_isProven(p, false, p.toCall(g, place, 0)));
        assertFalse(_isProven(p, false, p.toEntry(g, uint64(_random(seed, 9, 2) % CALLS), side, place)));
        assertFalse(_isProven(p, false, p.toPoints(g, r, 0)));
        Link[] memory chain = p.toTally(g, r, side, place);
        if (chain.length == 3) assertFalse(_isProven(p, false, chain));
        chain = p.toEarning(uint64(_random(seed, 9, 6) % (POSITIONS + 2)), place);
        assertFalse(_isProven(p, true, chain));
        assertFalse(_isProven(p, true, ProposedEpoch.cut(chain, 1)));
    }

    // --- steps ---

    function _isGroupProven(ProposedEpoch.Proposal memory p, uint64 g) private returns (bool) {
        _propose(p);
        return _formChecker.proveGroup(_accused(), p.toGroup(g, 0));
    }

    function _isProven(ProposedEpoch.Proposal memory p, bool inPayouts, Link[] memory leaf) private returns (bool) {
        _propose(p);
        return _formChecker.proveMisplaced(_accused(), inPayouts, leaf);
    }

    function _isEntryProven(uint32 record) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].calls[0].lists[0].leaves[0].payload = _entryPayload(Item(record, 1_000, 300, 0), 0);
        return _isProven(p, false, p.toEntry(0, 0, 0, 0));
    }

    function _isTallyProven(uint32 c, uint16 e) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[0].tallies[0].leaves[0].payload = abi.encodePacked(TreeKind.TALLY, c, e);
        return _isProven(p, false, p.toTally(0, 0, 0, 0));
    }

    function _isEarningProven(uint32 g, uint32 r) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[1].earnings.leaves[0].payload = abi.encodePacked(TreeKind.EARNING, g, r);
        return _isProven(p, true, p.toEarning(2, 0));
    }
}
