// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {TillFactory} from "../../../contracts/payments/TillFactory.sol";
import {ModelId} from "../../../contracts/types/Ids.sol";
import {TillsFixture} from "../support/TillsFixture.sol";

/// @notice Making tills: one per model and gateway, at an address known before.
contract TillFactoryTest is TillsFixture {
    function test_Constructor_NamesTheCode() public {
        TillFactory tills = new TillFactory(_stranger, _models);
        assertEq(tills.implementation(), _stranger);
    }

    function test_CreateTill_RevertsForUnknownModel() public {
        for (uint64 i; i < 2; ++i) {
            ModelId unknown = ModelId.wrap(2 * i);
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, unknown));
            _tills.createTill(unknown, _gateway);
        }
    }

    function test_CreateTill_RevertsWithoutGateway() public {
        vm.expectRevert(abi.encodeWithSelector(ITillFactory.ZeroGateway.selector));
        _tills.createTill(MODEL, address(0));
    }

    function test_CreateTill_RevertsForSecondTill() public {
        vm.expectRevert(abi.encodeWithSelector(ITillFactory.TillExists.selector, address(_till)));
        _tills.createTill(MODEL, _gateway);
    }

    function test_CreateTill_MakesItWhereItWasPredicted() public {
        (address predicted, bool exists) = _tills.tillOf(MODEL, _stranger);
        assertFalse(exists);
        assertFalse(_tills.isTill(predicted));
        // Paid before it exists: nothing is lost.
        _token.transfer(predicted, 100);
        vm.expectEmit(address(_tills));
        emit ITillFactory.TillCreated(predicted, MODEL, _stranger);
        assertEq(_tills.createTill(MODEL, _stranger), predicted);
        (, exists) = _tills.tillOf(MODEL, _stranger);
        assertTrue(exists);
        assertTrue(_tills.isTill(predicted));
        vm.prank(_stranger);
        ModelTill(predicted).closePlain(_version);
        assertEq(_token.balanceOf(predicted), 0);
    }

    function testFuzz_TillOf_DiffersByModelAndGateway(uint64 model, address gateway) public view {
        vm.assume(model != ModelId.unwrap(MODEL) || gateway != _gateway);
        (address predicted, ) = _tills.tillOf(ModelId.wrap(model), gateway);
        assertNotEq(predicted, address(_till));
    }

    function testFuzz_CreateTill_MakesNoOtherAccountATill(address account) public view {
        vm.assume(account != address(_till));
        assertFalse(_tills.isTill(account));
    }
}
