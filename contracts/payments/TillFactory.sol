// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ITillFactory} from "../interfaces/ITillFactory.sol";
import {ModelId} from "../types/Ids.sol";

/// @notice Clones the till of a model and a gateway; both are part of the clone's code, and so of its address.
contract TillFactory is ITillFactory {
    /// @inheritdoc ITillFactory
    address public immutable implementation;
    IModelRegistry private immutable _models;

    /// @inheritdoc ITillFactory
    mapping(address till => bool) public isTill;

    constructor(address implementation_, IModelRegistry models) {
        implementation = implementation_;
        _models = models;
    }

    /// @inheritdoc ITillFactory
    function createTill(ModelId model, address gateway) external returns (address till) {
        uint64 id = ModelId.unwrap(model);
        if (id == 0 || id > _models.modelCount()) revert IModelRegistry.UnknownModel(model);
        if (gateway == address(0)) revert ZeroGateway();
        (address predicted, bool exists) = tillOf(model, gateway);
        if (exists) revert TillExists(predicted);
        isTill[predicted] = true;
        till = Clones.cloneDeterministicWithImmutableArgs(implementation, _arguments(model, gateway), 0);
        emit TillCreated(till, model, gateway);
    }

    /// @inheritdoc ITillFactory
    function tillOf(ModelId model, address gateway) public view returns (address predicted, bool exists) {
        predicted = Clones.predictDeterministicAddressWithImmutableArgs(implementation, _arguments(model, gateway), 0);
        exists = isTill[predicted];
    }

    /// @dev 28 bytes, as ModelTill reads them.
    function _arguments(ModelId model, address gateway) private pure returns (bytes memory) {
        return abi.encodePacked(model, gateway);
    }
}
