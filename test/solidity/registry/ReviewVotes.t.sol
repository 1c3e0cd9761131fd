// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";

/// @notice What votes commit to, and what they add up to.
contract ReviewVotesTest is Test {
    /// @dev Against the definition: write every vote down as often as it weighs, in ascending order, and take the lower middle.
    function testFuzz_Median_IsTheLowerMedian(uint8[4] calldata weights) public pure {
        uint128[4] memory wide;
        uint256 total;
        for (uint256 i; i < 4; ++i) {
            wide[i] = weights[i];
            total += weights[i];
        }
        if (total == 0) return;
        uint256 middle = (total - 1) / 2;
        uint256 verdict;
        uint256 seen = weights[0];
        while (seen <= middle) seen += weights[++verdict];
        assertEq(uint256(ReviewVotes.median(wide)), verdict);
    }

    function test_Median_NeedsMoreThanHalf() public pure {
        uint128 most = type(uint128).max;
        assertEq(uint256(ReviewVotes.median([uint128(50), 0, 0, 50])), uint256(Verdict.Keep));
        assertEq(uint256(ReviewVotes.median([uint128(49), 1, 0, 50])), uint256(Verdict.Mistake));
        assertEq(uint256(ReviewVotes.median([uint128(49), 0, 0, 50])), uint256(Verdict.Malice));
        assertEq(uint256(ReviewVotes.median([uint128(0), 50, 50, 0])), uint256(Verdict.Mistake));
        assertEq(uint256(ReviewVotes.median([most, most, most, most])), uint256(Verdict.Mistake));
        assertEq(uint256(ReviewVotes.median([uint128(0), 0, 0, 0])), uint256(Verdict.Keep));
    }

    function testFuzz_Median_IsMonotone(uint64[4] calldata weights, uint8 gains, uint64 gain) public pure {
        uint128[4] memory wide;
        for (uint256 i; i < 4; ++i) wide[i] = weights[i];
        uint256 before = uint256(ReviewVotes.median(wide));
        uint256 target = gains % 4;
        wide[target] += gain;
        uint256 afterwards = uint256(ReviewVotes.median(wide));
        if (target >= before) assertTrue(before <= afterwards && afterwards <= target);
        else assertTrue(target <= afterwards && afterwards <= before);
    }

    function testFuzz_CommitmentOf_BindsItsParts(
        uint64 chainId,
        address review,
        uint64 round,
        address voter,
        uint8 number,
        bytes32 salt
    ) public pure {
        Verdict verdict = Verdict(number % 4);
        RoundId id = RoundId.wrap(round);
        bytes32 original = ReviewVotes.commitmentOf(chainId, review, id, voter, verdict, salt);
        address other = address(uint160(review) ^ 1);
        assertNotEq(ReviewVotes.commitmentOf(uint256(chainId) + 1, review, id, voter, verdict, salt), original);
        assertNotEq(ReviewVotes.commitmentOf(chainId, other, id, voter, verdict, salt), original);
        assertNotEq(ReviewVotes.commitmentOf(chainId, review, RoundId.wrap(round ^ 1), voter, verdict, salt), original);
        other = address(uint160(voter) ^ 1);
        assertNotEq(ReviewVotes.commitmentOf(chainId, review, id, other, verdict, salt), original);
        verdict = Verdict((number % 4) ^ 1);
        assertNotEq(ReviewVotes.commitmentOf(chainId, review, id, voter, verdict, salt), original);
        verdict = Verdict(number % 4);
        assertNotEq(ReviewVotes.commitmentOf(chainId, review, id, voter, verdict, ~salt), original);
    }
}
