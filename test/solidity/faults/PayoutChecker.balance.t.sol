// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {EpochFixture} from "./EpochFixture.sol";

/// @notice What positions are paid: docs/faults.md, Balance.
contract PayoutCheckerBalanceTest is EpochFixture {
    using ProposedEpoch for ProposedEpoch.Proposal;
    using SparseTree for SparseTree.Tree;

    function testFuzz_ProveBalance_ProvesAnotherAmount(uint128 cumulative) public {
        vm.assume(cumulative != 1_010 && cumulative < 1 << 100);
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[1].cumulative = cumulative;
        assertTrue(_isBalanceProven(p, 2));
    }

    function test_ProveBalance_ProvesADroppedPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[2].place = 5;
        assertTrue(_isBalanceProven(p, 3));
    }

    function test_ProveBalance_ProvesAnInventedPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        p.payouts[2].place = 4;
        assertTrue(_isBalanceProven(p, 4));
    }

    function test_ProveBalance_ProvesMoreThanFits() public {
        ProposedEpoch.Proposal memory p = _start();
        // 10 and these earnings are 2^128 + 9, of which a u128 holds 9.
        SparseTree.Leaf[] memory earnings = p.payouts[1].earnings.leaves;
        (earnings[0].sum, earnings[1].sum) = (type(uint128).max - 1, 1);
        (p.payouts[1].cumulative, p.payouts[0].cumulative) = (9, 1);
        assertTrue(_isBalanceProven(p, 2));
    }

    function test_ProveBalance_TakesAMalformedPreviousLeafAtItsSum() public {
        World memory world = _plainWorld();
        ProposedEpoch.Proposal memory p = _compute(world);
        SparseTree.Tree memory previous = _previous(world);
        previous.leaves[0].payload = "paid";
        _chain.setPayouts(previous.root());
        _propose(p);
        assertFalse(_payoutChecker.proveBalance(_accused(), p.toPayout(2), previous.link(2, 0)));
    }

    function test_ProveBalance_TakesNothingAsBeforeTheFirstEpoch() public {
        ProposedEpoch.Proposal memory p = _start();
        _chain.setPayouts(Root(0, 0));
        Link memory previous;
        (previous.key, previous.opening) = (1, hex"0000000000");
        assertFalse(_payoutChecker.proveBalance(_accused(), p.toPayout(1), previous));
        previous.key = 2;
        assertTrue(_payoutChecker.proveBalance(_accused(), p.toPayout(2), previous));
    }

    function test_ProveBalance_RevertsForAnotherPosition() public {
        ProposedEpoch.Proposal memory p = _start();
        Link memory payout = p.toPayout(2);
        Link memory previous = _previous(_plainWorld()).link(3, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 1));
        _payoutChecker.proveBalance(_accused(), payout, previous);
    }

    function test_ProveBalance_RevertsForForeignOpenings() public {
        ProposedEpoch.Proposal memory p = _start();
        Link memory payout = p.toPayout(2);
        // The payouts of this epoch are not those before it.
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 1));
        _payoutChecker.proveBalance(_accused(), payout, payout);
        Link memory previous = _previous(_plainWorld()).link(2, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _payoutChecker.proveBalance(_accused(), previous, previous);
    }

    function testFuzz_ProveBalance_NothingAgainstHonest(uint256 seed, uint8 position) public {
        (World memory world, ProposedEpoch.Proposal memory p) = _honest(seed);
        _present(world, p);
        uint64 place = position % (POSITIONS + 2);
        assertFalse(_payoutChecker.proveBalance(_accused(), p.toPayout(place), _previous(world).link(place, 0)));
    }

    function _isBalanceProven(ProposedEpoch.Proposal memory p, uint64 position) private returns (bool) {
        _propose(p);
        Link memory previous = _previous(_plainWorld()).link(position, 0);
        return _payoutChecker.proveBalance(_accused(), p.toPayout(position), previous);
    }
}
