// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {ISketchDisputes} from "../../../contracts/interfaces/ISketchDisputes.sol";
import {RoundId} from "../../../contracts/types/Ids.sol";
import {DisputesFixture} from "./DisputesFixture.sol";

/// @notice Which of several disputes of one commit decides what its signers lose, branch by branch (SketchDisputes.decisive.tree).
contract SketchDisputesDecisiveTest is DisputesFixture {
    /// @dev Two disputes of one commit, opened in one second, each voted on by all. @param upheld Whether so in the first.
    function _twice(
        bool upheld
    ) private returns (RoundId first, RoundId second, IDemands.Commitment memory commitment) {
        commitment = committed();
        first = disputeBy(alice, commitment, 0);
        second = disputeBy(bob, commitment, 1);
        for (uint256 i; i < 4; ++i) {
            commitVote(first, i, upheld);
            commitVote(second, i, false);
        }
        toReveals(first);
        for (uint256 i; i < 4; ++i) {
            reveal(first, i, upheld);
            reveal(second, i, false);
        }
        toEnd(first);
    }

    /// @dev The later one is resolved first.
    function test_PenalizeSigner_RevertsForALaterDispute() public {
        (RoundId first, RoundId second, IDemands.Commitment memory commitment) = _twice(false);
        assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), 0);
        disputes.resolve(second);
        assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), RoundId.unwrap(second));
        disputes.resolve(first);
        assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), RoundId.unwrap(first));
        toPenalties(second);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NotDecisive.selector, second, first));
        disputes.penalizeSigner(second, signers(), 0);
        disputes.penalizeSigner(first, signers(), 0);
    }

    function test_DecisiveDispute_StaysTheEarliest() public {
        (RoundId first, RoundId second, IDemands.Commitment memory commitment) = _twice(false);
        disputes.resolve(first);
        disputes.resolve(second);
        assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), RoundId.unwrap(first));
    }

    function test_DecisiveDispute_IsNoneThatUpheld() public {
        (RoundId first, RoundId second, IDemands.Commitment memory commitment) = _twice(true);
        disputes.resolve(first);
        assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), 0);
        disputes.resolve(second);
        assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), RoundId.unwrap(second));
    }

    /// @dev Whatever each of all disputes of a commit finds, and in whichever order they are resolved: it is the earliest that found it false, and signers are
    /// slashed through that one alone.
    /// @param found A bit for each: whether it found its sketch false. @param seed Of the order.
    function testFuzz_DecisiveDispute_IsTheEarliestThatFoundItFalse(uint8 found, uint256 seed) public {
        IDemands.Commitment memory commitment = committed();
        RoundId[] memory rounds = new RoundId[](CALLS);
        for (uint32 n; n < CALLS; ++n) {
            rounds[n] = disputeBy(alice, commitment, n);
            for (uint256 i; i < 4; ++i) commitVote(rounds[n], i, (found >> n) & 1 == 0);
        }
        toReveals(rounds[0]);
        for (uint32 n; n < CALLS; ++n) {
            for (uint256 i; i < 4; ++i) reveal(rounds[n], i, (found >> n) & 1 == 0);
        }
        toEnd(rounds[0]);
        uint64 earliest;
        for (uint256 left = CALLS; left != 0; --left) {
            uint256 drawn = seed % left;
            seed /= left;
            RoundId round = rounds[drawn];
            rounds[drawn] = rounds[left - 1];
            rounds[left - 1] = round;
            disputes.resolve(round);
            uint64 number = RoundId.unwrap(round);
            bool isFalse = (found >> (number - 1)) & 1 == 1;
            if (isFalse && (earliest == 0 || number < earliest)) earliest = number;
            assertEq(RoundId.unwrap(disputes.decisiveDispute(commitment)), earliest);
        }
        toPenalties(rounds[0]);
        for (uint64 number = 1; number <= CALLS; ++number) {
            if (number == earliest) continue;
            bool isFalse = (found >> (number - 1)) & 1 == 1;
            RoundId round = RoundId.wrap(number);
            vm.expectRevert(
                isFalse
                    ? abi.encodeWithSelector(ISketchDisputes.NotDecisive.selector, round, RoundId.wrap(earliest))
                    : abi.encodeWithSelector(ISketchDisputes.NothingToPenalize.selector, round)
            );
            disputes.penalizeSigner(round, signers(), 0);
        }
        if (earliest != 0) disputes.penalizeSigner(RoundId.wrap(earliest), signers(), 0);
    }
}
