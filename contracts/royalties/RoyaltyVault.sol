// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {Delegations} from "./vault/Delegations.sol";
import {Payouts} from "./vault/Payouts.sol";

/// @notice The vault of one payment token, put together from its parts in `vault/`. Nobody has a role in it but its ledger.
contract RoyaltyVault is Delegations {
    /// @param deployer Who binds the ledger. The vault is primary where `positions_` is what creates it.
    constructor(
        IERC20 token_,
        IRoyaltyPositions positions_,
        address deployer
    ) EIP712("Tributary RoyaltyVault", "1") Payouts(token_, positions_, deployer) {}
}
