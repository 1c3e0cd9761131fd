// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {ClaimsTest} from "./Claims.t.sol";
import {DelegationsTest} from "./Delegations.t.sol";

/// @notice All of Claims.tree again, with a vault that keeps the claimed amounts itself.
contract SecondaryClaimsTest is ClaimsTest {
    function deployVault() internal override returns (RoyaltyVault) {
        return new RoyaltyVault(token, positions, address(this));
    }
}

/// @notice All of Delegations.tree again, with such a vault.
contract SecondaryDelegationsTest is DelegationsTest {
    function deployVault() internal override returns (RoyaltyVault) {
        return new RoyaltyVault(token, positions, address(this));
    }
}
