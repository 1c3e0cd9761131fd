// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {EpochFixture} from "./EpochFixture.sol";

/// @notice Records, their parts of the pool and the earnings they become: docs/faults.md, Earning b, c, d.
contract PayoutCheckerEarningsTest is EpochFixture {
    using ProposedEpoch for ProposedEpoch.Proposal;

    // In the plain world record 2 of group 0 has a part of 77 of 1,000, which is the second earning of position 2.
    uint64 private constant RECORD = 2;
    uint64 private constant OWNER = 2;
    uint64 private constant PLACE = 1;

    // --- Earning b ---

    function test_ProveEarning_ProvesAPartWithoutEarning() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[2].earning = NONE;
        assertTrue(_isProvenAlone(p, RECORD));
    }

    function testFuzz_ProveEarning_ProvesAnEarningWithoutPart(uint32 earning) public {
        vm.assume(earning != NONE);
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[1].earning = earning;
        assertTrue(_isProvenAlone(p, 1));
        // Nor is there a part where all nets are 0, or the pool is.
        p = _start();
        p.groups[0].pool = 0;
        assertTrue(_isProvenAlone(p, RECORD));
        p = _start();
        for (uint256 r; r < RECORDS; ++r) p.groups[0].points[r].net = 0;
        assertTrue(_isProvenAlone(p, RECORD));
    }

    function test_ProveEarning_NothingForARecordAlone() public {
        ProposedEpoch.Proposal memory p = _start();
        for (uint64 r; r < RECORDS; ++r) assertFalse(_isProvenAlone(p, r));
    }

    // --- Earning c ---

    function test_ProveEarning_ProvesAnAbsentPayout() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[2].position = 4;
        assertTrue(_isProven(p, RECORD, 4, PLACE));
    }

    function test_ProveEarning_ProvesAnAbsentEarning() public {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf[] memory earnings = p.payouts[1].earnings.leaves;
        (p.payouts[1].earnings.leaves, p.payouts[1].cumulative) = (_first(earnings), 10 + 923);
        assertTrue(_isProven(p, RECORD, OWNER, PLACE));
    }

    function test_ProveEarning_ProvesAnEarningOfAnotherRecord() public {
        assertTrue(_isProvenWithEarning(0, 1, 77));
    }

    function test_ProveEarning_ProvesAnEarningOfAnotherGroup() public {
        assertTrue(_isProvenWithEarning(1, uint32(RECORD), 77));
    }

    function testFuzz_ProveEarning_ProvesAnEarningOfAnotherSum(uint128 sum) public {
        vm.assume(sum != 77 && sum < 1 << 100);
        assertTrue(_isProvenWithEarning(0, uint32(RECORD), sum));
    }

    // --- Earning d ---

    function test_ProveEarning_ProvesAnEarningWithoutGroup() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].place = 5;
        assertTrue(_isProven(p, RECORD, OWNER, PLACE));
    }

    function test_ProveEarning_ProvesAnEarningWithoutPoints() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points = _without(p.groups[0].points, RECORD);
        assertTrue(_isProven(p, RECORD, OWNER, PLACE));
    }

    function test_ProveEarning_ProvesAnEarningOfAnotherPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[2].position = 3;
        assertTrue(_isProven(p, RECORD, OWNER, PLACE));
    }

    function test_ProveEarning_ProvesAnEarningAtAnotherPlace() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[2].earning = 0;
        assertTrue(_isProven(p, RECORD, OWNER, PLACE));
    }

    function test_ProveEarning_LeavesFallbacksAlone() public {
        ProposedEpoch.Proposal memory p = _start();
        // The treasury's earning names group 1 and no record; points at the place NONE are not its mirror.
        Link[] memory points = p.toPoints(1, NONE, 0);
        assertFalse(_payoutChecker.proveEarning(_accused(), points, p.toEarning(TREASURY, 0)));
    }

    // --- places ---

    function test_ProveEarning_NothingWhereNeitherNamesTheOther() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isProven(p, RECORD, OWNER, 0));
        assertFalse(_isProven(p, RECORD, OWNER, 2));
        assertFalse(_isProven(p, RECORD, 3, PLACE));
        assertFalse(_isProven(p, RECORD, 4, PLACE));
        assertFalse(_isProven(p, 1, OWNER, PLACE));
        Link[] memory points = p.toPoints(1, RECORD, 0);
        assertFalse(_payoutChecker.proveEarning(_accused(), points, p.toEarning(OWNER, PLACE)));
    }

    function test_ProveEarning_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory points = p.toPoints(0, RECORD, 0);
        Link[] memory earning = p.toEarning(OWNER, PLACE);
        earning[1].sum += 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 3));
        _payoutChecker.proveEarning(_accused(), points, earning);
        earning = ProposedEpoch.cut(p.toEarning(OWNER, PLACE), 1);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 1));
        _payoutChecker.proveEarning(_accused(), points, earning);
        points[1].payload[110] = 0x05;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        _payoutChecker.proveEarning(_accused(), points, new Link[](0));
    }

    function testFuzz_ProveEarning_NothingAgainstHonest(uint256 seed, uint8 group, uint8 record, bool aside) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 g = group % GROUPS;
        uint64 r = record % RECORDS;
        Link[] memory points = p.toPoints(g, r, 0);
        assertFalse(_payoutChecker.proveEarning(_accused(), points, new Link[](0)));
        // What the record names, where it names something, else any place.
        uint64 position = uint64(1 + (_random(seed, 9, 1) % POSITIONS));
        uint64 place = uint64(_random(seed, 9, 2) % 3);
        if (points.length == 2 && points[1].payload.length != 0 && !aside) {
            ProposedEpoch.Points memory leaf = ProposedEpoch.pointsAt(p.groups[g], r);
            (position, place) = (leaf.position, leaf.earning);
        }
        assertFalse(_payoutChecker.proveEarning(_accused(), points, p.toEarning(position, place)));
    }

    /// @dev An honest earning and the record that it names.
    function testFuzz_ProveEarning_NothingAgainstHonestEarnings(uint256 seed, uint8 payout, uint8 place) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        vm.assume(p.payouts.length != 0);
        _present(world, p);
        ProposedEpoch.Payout memory paid = p.payouts[payout % p.payouts.length];
        Link[] memory earning = p.toEarning(paid.place, place % 4);
        bytes memory payload = earning[1].payload;
        uint64 g;
        uint64 r;
        if (payload.length != 0) (g, r) = (uint8(payload[4]), uint8(payload[8]));
        assertFalse(_payoutChecker.proveEarning(_accused(), p.toPoints(g, r, 0), earning));
    }

    // --- steps ---

    function _isProvenAlone(ProposedEpoch.Proposal memory p, uint64 r) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveEarning(_accused(), p.toPoints(0, r, 0), new Link[](0));
    }

    function _isProven(
        ProposedEpoch.Proposal memory p,
        uint64 r,
        uint64 position,
        uint64 place
    ) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveEarning(_accused(), p.toPoints(0, r, 0), p.toEarning(position, place));
    }

    function _isProvenWithEarning(uint32 g, uint32 r, uint128 sum) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf memory earning = p.payouts[1].earnings.leaves[1];
        (earning.sum, earning.payload) = (sum, abi.encodePacked(TreeKind.EARNING, g, r));
        return _isProven(p, RECORD, OWNER, PLACE);
    }

    function _first(SparseTree.Leaf[] memory leaves) private pure returns (SparseTree.Leaf[] memory one) {
        one = new SparseTree.Leaf[](1);
        one[0] = leaves[0];
    }
}
