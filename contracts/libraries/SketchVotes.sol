// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RoundId} from "../types/Ids.sol";

/// @notice Commitments to votes in a dispute over a sketch (docs/formats.md §7.7).
library SketchVotes {
    bytes32 internal constant TYPEHASH = keccak256(
        "SketchVote(uint256 chainId,address ledger,uint64 disputeId,address voter,bool upheld,bytes32 salt)"
    );

    /// @notice What a voter commits to. It names the voter, so that nobody else can reveal a copy of it.
    /// @param dispute The round of the vote. @param isUpheld Whether the voter's own computation agrees with the sketch.
    function commitmentOf(
        uint256 chainId,
        address ledger,
        RoundId dispute,
        address voter,
        bool isUpheld,
        bytes32 salt
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, chainId, ledger, dispute, voter, isUpheld, salt));
    }
}
