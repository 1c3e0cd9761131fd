// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {Epoch, ModelVersion} from "../../types/Ids.sol";
import {Epochs} from "./Epochs.sol";

/// @notice Who may end what of a ledger, who may delay it, and by how much.
abstract contract Courts is Epochs, ICourtLedger {
    /// @dev Most that the guardian delays one epoch.
    uint48 private constant MOST_DELAY = 7 days;

    /// @inheritdoc ICourtLedger
    address public immutable guardian;

    /// @inheritdoc ICourtLedger
    mapping(address account => bool) public isCourt;
    /// @inheritdoc ICourtLedger
    mapping(Epoch => uint48) public delayOf;

    constructor(address guardian_) {
        guardian = guardian_;
    }

    modifier onlyCourt() {
        if (!isCourt[msg.sender]) revert NotCourt(msg.sender);
        _;
    }

    /// @inheritdoc ICourtLedger
    function delayFinalization(Epoch epoch, uint48 addedSeconds) external {
        if (msg.sender != guardian) revert NotGuardian(msg.sender);
        uint256 delay = uint256(delayOf[epoch]) + addedSeconds;
        if (delay > MOST_DELAY) revert DelayTooLong(delay, MOST_DELAY);
        delayOf[epoch] = uint48(delay);
        emit FinalizationDelayed(epoch, addedSeconds, uint48(delay));
    }

    /// @inheritdoc ICourtLedger
    function groupHeadOf(
        Epoch epoch,
        uint16 group
    ) external view returns (ModelVersion version, uint32 callCount, uint128 pool) {
        Group[] storage groups = _epochs[epoch].groups;
        if (group >= groups.length) revert UnknownGroup(epoch, group);
        Group storage found = groups[group];
        return (found.version, found.callCount, found.pool);
    }

    /// @dev Part of the binding, which happens once.
    function _nameCourts(address[] calldata courts) internal {
        for (uint256 i; i < courts.length; ++i) {
            if (courts[i].code.length == 0) revert InvalidParameter("courts");
            isCourt[courts[i]] = true;
            emit CourtNamed(courts[i]);
        }
    }
}
