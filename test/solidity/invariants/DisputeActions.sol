// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ContributionId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ReviewActions} from "./ReviewActions.sol";

/// @notice Whole disputes, from a contribution to its verdict, so that answered rounds and appeals of all outcomes are frequent.
abstract contract DisputeActions is ReviewActions {
    // --- actions ---

    function runDispute(uint256 who, uint256 which, uint256 verdicts) external {
        uint64 id = ContributionId.unwrap(_contribute(accounts[which % USERS], _datanet(which), _records(verdicts)));
        _nextBlock();
        if (!_isOpenToObjection(id)) return;
        _object(_person(who), id, Verdict(1 + (verdicts % 3)));
        _hear(id, verdicts >> 8);
        _nextBlock();
        // Half of the appeals are heard by validators who vote as before.
        address by = who % 3 == 0 ? _person(who >> 8) : _contribution(id).contributor;
        if (_appeal(id, by)) _hear(id, verdicts >> (who & 16 == 0 ? 8 : 32));
        _resolve(id);
        _did();
    }

    // --- steps ---

    /// @dev One round: of those who commit, a few do not reveal, and are slashed.
    function _hear(uint64 id, uint256 verdicts) private {
        uint256 first = _votes.length;
        _voteAll(_roundOf(id), verdicts);
        for (uint256 i = first; i < _votes.length; ++i) {
            if ((verdicts >> (16 + i - first)) & 7 != 0) _reveal(_votes[i]);
        }
        for (uint256 i = first; i < _votes.length; ++i) {
            if (!_votes[i].isOver) _slash(_votes[i], _person(verdicts));
        }
    }
}
