// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {ContributionId, ModelVersion, PositionId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {EpochFixture} from "./EpochFixture.sol";

/// @notice Who earns, and what the treasury gets: docs/faults.md, Earning a, e, f, g.
contract PayoutCheckerOwnersTest is EpochFixture {
    using ProposedEpoch for ProposedEpoch.Proposal;
    using SparseTree for SparseTree.Tree;

    // --- Earning a ---

    function testFuzz_ProveOwner_ProvesAnotherPosition(uint64 position) public {
        vm.assume(position != 3);
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].points[1].position = position;
        assertTrue(_isOwnerProven(p, 0, 1));
    }

    function test_ProveOwner_LetsTheTreasuryEarnForNobodys() public {
        ProposedEpoch.Proposal memory p = _start();
        _chain.setEarner(ContributionId.wrap(_contribution(0, 1)), PositionId.wrap(0));
        assertTrue(_isOwnerProven(p, 0, 1));
        p.groups[0].points[1].position = TREASURY;
        assertFalse(_isOwnerProven(p, 0, 1));
    }

    function test_ProveOwner_ProvesPointsOfAnAbsentRecord() public {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Tree memory index = _index(0);
        index.leaves[1].key = RECORDS;
        _setIndex(index);
        _propose(p);
        assertTrue(_payoutChecker.proveOwner(_accused(), p.toPoints(0, 1, 0), index.link(1, 0)));
    }

    function test_ProveOwner_ProvesPointsOfAMalformedRecord() public {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Tree memory index = _index(0);
        // A coordinate that is 0 is none.
        index.leaves[1].payload[100] = 0;
        _setIndex(index);
        _propose(p);
        assertTrue(_payoutChecker.proveOwner(_accused(), p.toPoints(0, 1, 0), index.link(1, 0)));
    }

    function test_ProveOwner_NothingForAbsentPoints() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isOwnerProven(p, 1, 0));
        assertFalse(_isOwnerProven(p, 6, 0));
    }

    function test_ProveOwner_RevertsForAnotherRecord() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory points = p.toPoints(0, 1, 0);
        Link memory record = _index(0).link(2, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 2));
        _payoutChecker.proveOwner(_accused(), points, record);
    }

    function test_ProveOwner_RevertsForAnotherIndex() public {
        ProposedEpoch.Proposal memory p = _start();
        Link[] memory points = p.toPoints(0, 1, 0);
        Link memory record = _index(1).link(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 2));
        _payoutChecker.proveOwner(_accused(), points, record);
    }

    function testFuzz_ProveOwner_NothingAgainstHonest(uint256 seed, uint8 group, uint8 record) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 g = group % GROUPS;
        uint64 r = record % RECORDS;
        assertFalse(_payoutChecker.proveOwner(_accused(), p.toPoints(g, r, 0), _index(g).link(r, 0)));
    }

    // --- Earning e ---

    function test_ProveFallback_ProvesOneWithoutCause() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[0].fallbackEarning = 0;
        assertTrue(_isFallbackProven(p, 0));
        p = _start();
        p.groups[1].pool = 0;
        assertTrue(_isFallbackProven(p, 1));
    }

    function test_ProveFallback_ProvesAMissingOne() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].fallbackEarning = NONE;
        assertTrue(_isFallbackProven(p, 1));
    }

    function test_ProveFallback_NothingForAGroupAlone() public {
        ProposedEpoch.Proposal memory p = _start();
        for (uint64 g; g <= GROUPS; ++g) assertFalse(_isFallbackProven(p, g));
        (p.groups[1].pool, p.groups[1].fallbackEarning) = (0, NONE);
        assertFalse(_isFallbackProven(p, 1));
    }

    // --- Earning f ---

    function test_ProveFallback_ProvesAnAbsentPayout() public {
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[0].place = 4;
        assertTrue(_isFallbackProven(p, 1, TREASURY, 0));
    }

    function test_ProveFallback_ProvesAnAbsentEarning() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].fallbackEarning = 1;
        assertTrue(_isFallbackProven(p, 1, TREASURY, 1));
    }

    function test_ProveFallback_ProvesAnEarningOfAnotherGroup() public {
        assertTrue(_isFallbackProvenWith(0, NONE, 500));
    }

    function test_ProveFallback_ProvesAnEarningOfARecord() public {
        assertTrue(_isFallbackProvenWith(1, 0, 500));
    }

    function testFuzz_ProveFallback_ProvesAnEarningOfAnotherSum(uint128 sum) public {
        vm.assume(sum != 500 && sum < 1 << 100);
        assertTrue(_isFallbackProvenWith(1, NONE, sum));
    }

    // --- Earning g ---

    function test_ProveFallback_ProvesAnEarningOfAnotherPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        (p.payouts[0].place, p.payouts[1].place) = (0, 1);
        assertTrue(_isFallbackProven(p, 1, 0, 0));
    }

    function test_ProveFallback_ProvesAnEarningAtAnotherPlace() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].fallbackEarning = 3;
        assertTrue(_isFallbackProven(p, 1, TREASURY, 0));
    }

    function test_ProveFallback_ProvesAnEarningWithoutGroup() public {
        ProposedEpoch.Proposal memory p = _start();
        p.groups[1].place = 3;
        assertTrue(_isFallbackProven(p, 1, TREASURY, 0));
    }

    // --- places ---

    function test_ProveFallback_NothingWhereNeitherNamesTheOther() public {
        ProposedEpoch.Proposal memory p = _start();
        assertFalse(_isFallbackProven(p, 1, TREASURY, 0));
        assertFalse(_isFallbackProven(p, 1, TREASURY, 1));
        assertFalse(_isFallbackProven(p, 1, 2, 0));
        assertFalse(_isFallbackProven(p, 0, TREASURY, 0));
        assertFalse(_isFallbackProven(p, 3, TREASURY, 0));
    }

    function test_ProveFallback_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        Link memory group = p.toGroup(1, 0);
        Link[] memory earning = p.toEarning(TREASURY, 0);
        earning[0].sum += 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        _payoutChecker.proveFallback(_accused(), group, earning);
        group.sum += 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _payoutChecker.proveFallback(_accused(), group, earning);
    }

    function testFuzz_ProveFallback_NothingAgainstHonest(uint256 seed, uint8 group, uint8 position, uint8 spot) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 g = group % (GROUPS + 1);
        uint64 place = spot % 3;
        if (g < GROUPS && p.groups[g].fallbackEarning != NONE && spot < 128) place = p.groups[g].fallbackEarning;
        assertFalse(_isFallbackProven(p, g));
        assertFalse(_isFallbackProven(p, g, position % 2 == 0 ? TREASURY : position % 6, place));
    }

    // --- steps ---

    function _isOwnerProven(ProposedEpoch.Proposal memory p, uint64 g, uint64 r) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveOwner(_accused(), p.toPoints(g, r, 0), _index(g).link(r, 0));
    }

    function _setIndex(SparseTree.Tree memory index) private {
        Method memory method;
        method.k = COORDINATES;
        _chain.setIndex(ModelVersion.wrap(_version(0)), index.root(), method);
    }

    function _isFallbackProven(ProposedEpoch.Proposal memory p, uint64 g) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveFallback(_accused(), p.toGroup(g, 0), new Link[](0));
    }

    function _isFallbackProven(
        ProposedEpoch.Proposal memory p,
        uint64 g,
        uint64 position,
        uint64 place
    ) private returns (bool) {
        _propose(p);
        return _payoutChecker.proveFallback(_accused(), p.toGroup(g, 0), p.toEarning(position, place));
    }

    function _isFallbackProvenWith(uint32 g, uint32 r, uint128 sum) private returns (bool) {
        ProposedEpoch.Proposal memory p = _start();
        SparseTree.Leaf memory earning = p.payouts[0].earnings.leaves[0];
        (earning.sum, earning.payload) = (sum, abi.encodePacked(TreeKind.EARNING, g, r));
        return _isFallbackProven(p, 1, TREASURY, 0);
    }
}
