// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ChannelConfig} from "../../types/Channel.sol";
import {ModelVersion} from "../../types/Ids.sol";
import {Receipt} from "../../types/Receipt.sol";

/// @notice The comparisons of the receipt breaches (docs/faults.md), over receipts that were opened. Each is true if its statement is.
library SettlementChecks {
    /// @notice Foreign, and what no receipt may say of its own channel: no sequence, more for this call than for all calls, other calls before the first.
    function isWrongAlone(Receipt memory r, address till, ModelVersion version) internal pure returns (bool) {
        if (r.till != till || ModelVersion.unwrap(r.modelVersion) != ModelVersion.unwrap(version)) return true;
        if (r.sequence == 0 || r.cumulative < r.amount) return true;
        return r.sequence == 1 && r.cumulative != r.amount;
    }

    /// @notice Order and running, for neighbours of one settlement.
    function areDisordered(Receipt memory first, Receipt memory second) internal pure returns (bool) {
        if (first.channelId != second.channelId) return first.channelId > second.channelId;
        return second.sequence != uint256(first.sequence) + 1 || _before(second) != int256(uint256(first.cumulative));
    }

    /// @notice Continuity, for receipts of two settlements of one till.
    /// @param earlier Of the settlement that was opened first.
    function areContradictory(Receipt memory earlier, Receipt memory later) internal pure returns (bool) {
        if (earlier.channelId != later.channelId) return false;
        if (later.sequence <= earlier.sequence) return true;
        int256 charged = _before(later);
        int256 before = int256(uint256(earlier.cumulative));
        return charged < before || (later.sequence == uint256(earlier.sequence) + 1 && charged != before);
    }

    /// @notice Uncovered. @param claimed From the receipt's channel so far, which never becomes less.
    function isUncovered(Receipt memory r, uint128 claimed) internal pure returns (bool) {
        return r.cumulative > claimed;
    }

    /// @notice Foreign channel: what is claimed from it never reaches the till, or is not in the ledger's token.
    function isForeignChannel(ChannelConfig calldata config, address till, address token) internal pure returns (bool) {
        return config.receiver != till || config.token != token;
    }

    /// @dev What the channel was charged before this call.
    function _before(Receipt memory r) private pure returns (int256) {
        return int256(uint256(r.cumulative)) - int256(uint256(r.amount));
    }
}
