// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RoundId} from "../types/Ids.sol";
import {Verdict} from "../types/Verdict.sol";

/// @notice Commitments to votes in a review, and the verdict that revealed votes add up to (docs/formats.md §7.6).
library ReviewVotes {
    bytes32 internal constant TYPEHASH = keccak256(
        "ReviewVote(uint256 chainId,address review,uint64 roundId,address voter,uint8 verdict,bytes32 salt)"
    );

    /// @notice What a voter commits to. It names the voter, so that nobody else can reveal a copy of it.
    function commitmentOf(
        uint256 chainId,
        address review,
        RoundId round,
        address voter,
        Verdict verdict,
        bytes32 salt
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, chainId, review, round, voter, verdict, salt));
    }

    /// @notice The highest verdict that strictly more than half of the revealed weight names or exceeds: the lower weighted median.
    /// @param weights Revealed weight by verdict.
    function median(uint128[4] memory weights) internal pure returns (Verdict) {
        uint256 malice = weights[3];
        uint256 negligence = malice + weights[2];
        uint256 mistake = negligence + weights[1];
        uint256 revealed = mistake + weights[0];
        if (2 * malice > revealed) return Verdict.Malice;
        if (2 * negligence > revealed) return Verdict.Negligence;
        if (2 * mistake > revealed) return Verdict.Mistake;
        return Verdict.Keep;
    }
}
