// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ContributionId, Epoch, ModelVersion, PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ChainStandIn} from "./ChainStandIn.sol";

/// @notice Stands in for what checkers read of a whole epoch: its groups, the payouts before it, and who earns.
contract EpochStandIn is ChainStandIn {
    uint48 private constant EPOCH_END = 5_000;

    struct Head {
        ModelVersion version;
        uint32 callCount;
        uint128 pool;
    }

    error UnknownGroup(Epoch epoch, uint16 group);

    uint64 public positionCount;
    Root private _payouts;
    mapping(Epoch => Head[]) private _heads;
    mapping(ContributionId => PositionId) private _earners;

    function addGroup(Epoch epoch, ModelVersion version, uint32 callCount, uint128 pool) external {
        _heads[epoch].push(Head(version, callCount, pool));
    }

    function removeGroups(Epoch epoch) external {
        delete _heads[epoch];
    }

    function setPayouts(Root calldata payouts) external {
        _payouts = payouts;
    }

    function setPositionCount(uint64 count) external {
        positionCount = count;
    }

    function setEarner(ContributionId contribution, PositionId position) external {
        _earners[contribution] = position;
    }

    // --- ledger ---

    function treasuryPosition() external pure returns (PositionId) {
        return PositionId.wrap(1);
    }

    function groupCount(Epoch epoch) external view returns (uint16) {
        return uint16(_heads[epoch].length);
    }

    function groupHeadOf(Epoch epoch, uint16 group) external view returns (ModelVersion, uint32, uint128) {
        if (group >= _heads[epoch].length) revert UnknownGroup(epoch, group);
        Head memory head = _heads[epoch][group];
        return (head.version, head.callCount, head.pool);
    }

    function payoutsBefore(Epoch) external view returns (Root memory) {
        return _payouts;
    }

    function epochEnd(Epoch) external pure returns (uint48) {
        return EPOCH_END;
    }

    // --- datanets ---

    /// @dev Nobody earns for what is asked about another time than the epoch's end.
    function earnerOf(ContributionId contribution, uint48 time) external view returns (PositionId) {
        return time == EPOCH_END ? _earners[contribution] : PositionId.wrap(0);
    }
}
