// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {ContributionId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {ReviewTest} from "../support/ReviewTest.sol";

/// @notice A contributor, with all of the datanet's validators and other accounts at hand, tries to be spared the review: Alice contributes, Bob is hers.
contract ReviewEvasionTest is ReviewTest {
    bytes32[] private _records;
    ContributionId private _id;

    function setUp() public override {
        super.setUp();
        // The last record repeats the first.
        for (uint256 i; i < 10; ++i) _records.push(keccak256(abi.encode(i % 9)));
        _id = _contribute(alice, ContentTree.rootOf(_records));
    }

    function test_Attack_ShamObjectionIsNotTheLastWord() public {
        RoundId round = _object(bob, _id, Verdict.Mistake);
        _voteAll(round, Verdict.Keep);
        uint256 before = token.balanceOf(carol);
        _voteAll(_appeal(carol, _id), Verdict.Malice);
        review.resolve(_id);
        _assertStatus(_id, IDatanetRegistry.ContributionStatus.Rejected);
        // Who turned the verdict has the reward, not who objected for show.
        assertEq(token.balanceOf(carol) - before, 360);
    }

    function test_Attack_LenientObjectionIsNotTheLastWord() public {
        RoundId round = _object(bob, _id, Verdict.Mistake);
        _voteAll(round, Verdict.Mistake);
        uint256 before = token.balanceOf(alice) + token.balanceOf(bob);
        _voteAll(_appeal(carol, _id), Verdict.Malice);
        review.resolve(_id);
        // All that comes back is a tenth of Alice's bond, and Bob's.
        assertEq(token.balanceOf(alice) + token.balanceOf(bob) - before, 100 + BOND);
    }

    function test_Attack_EarlyObjectionDoesNotShortenReview() public {
        ContributionId id = _contributeSlowly();
        uint48 until = uint48(vm.getBlockTimestamp()) + SLOW_WINDOW;
        _toEnd(_object(bob, id, Verdict.Mistake));
        _pass(APPEAL);
        vm.expectRevert(abi.encodeWithSelector(IContributionReview.ReviewOpen.selector, id, until));
        review.resolve(id);
        vm.warp(until - 1);
        _voteAll(_appeal(carol, id), Verdict.Malice);
        review.resolve(id);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_Attack_RepetitionDoesNotForestallObjection() public {
        // Alice sees the objection coming, and shows a repetition that she planted, to be rejected for a mistake.
        vm.prank(alice);
        review.proveDuplicate(
            _id,
            9,
            _id,
            0,
            _records[0],
            ContentTree.open(_records, 9),
            ContentTree.open(_records, 0)
        );
        uint256 before = token.balanceOf(alice);
        RoundId round = _object(carol, _id, Verdict.Malice);
        _voteAll(round, Verdict.Malice);
        _pass(APPEAL);
        review.resolve(_id);
        assertEq(token.balanceOf(alice) - before, 100);
    }

    function test_Attack_CopyOfAcceptedDoesNotForestallObjection() public {
        bytes32[] memory records = new bytes32[](2);
        records[0] = _records[0];
        records[1] = keccak256("junk");
        _pass(WINDOW);
        datanets.accept(_id);
        ContributionId copy = _contribute(bob, ContentTree.rootOf(records));
        vm.prank(alice);
        review.proveDuplicate(
            copy,
            0,
            _id,
            0,
            _records[0],
            ContentTree.open(records, 0),
            ContentTree.open(_records, 0)
        );
        uint256 before = token.balanceOf(bob);
        RoundId round = _object(carol, copy, Verdict.Malice);
        _voteAll(round, Verdict.Malice);
        _pass(APPEAL);
        review.resolve(copy);
        assertEq(token.balanceOf(bob) - before, 20);
    }
}
