// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {ModelId} from "../../../contracts/types/Ids.sol";
import {TillsFixture} from "../support/TillsFixture.sol";

/// @notice What a till knows of itself: the arguments in its code, and what its gateway signs.
contract ModelTillTest is TillsFixture {
    function test_Constructor_NeedsNoListedToken() public {
        _staking.setRewardToken(address(_token), false);
        ModelTill code = _deployTill();
        // The code by itself is no till: nobody can close it.
        vm.expectRevert(abi.encodeWithSelector(IModelTill.NotGateway.selector, _gateway));
        vm.prank(_gateway);
        code.closePlain(_version);
    }

    function testFuzz_Arguments_AreThoseOfTheClone(address gateway) public {
        vm.assume(gateway != address(0) && gateway != _gateway);
        ModelTill till = ModelTill(_tills.createTill(MODEL, gateway));
        assertEq(till.model(), MODEL);
        assertEq(till.gateway(), gateway);
    }

    function test_Arguments_HoldTheWholeModelId() public {
        vm.mockCall(address(_models), abi.encodeCall(_models.modelCount, ()), abi.encode(type(uint64).max));
        ModelId last = ModelId.wrap(type(uint64).max);
        ModelTill till = ModelTill(_tills.createTill(last, address(type(uint160).max)));
        assertEq(till.model(), last);
        assertEq(till.gateway(), address(type(uint160).max));
    }

    function testFuzz_ReceiptDigest_IsTypedDataOfTheTill(bytes32 receiptHash) public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tributary Receipt"),
                keccak256("1"),
                block.chainid,
                address(_till)
            )
        );
        assertEq(_till.receiptDigest(receiptHash), MessageHashUtils.toTypedDataHash(domain, receiptHash));
    }
}
