// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ModelId} from "../types/Ids.sol";

/// @notice Creates the tills: one minimal clone per (model, gateway), at an address that is known before it exists.
interface ITillFactory {
    event TillCreated(address indexed till, ModelId indexed model, address indexed gateway);

    error TillExists(address till);
    error ZeroGateway();

    /// @notice Anyone may create the till of a registered model and a gateway.
    function createTill(ModelId model, address gateway) external returns (address till);

    function tillOf(ModelId model, address gateway) external view returns (address predicted, bool exists);

    function isTill(address till) external view returns (bool);

    /// @notice The code that every till runs.
    function implementation() external view returns (address);
}
