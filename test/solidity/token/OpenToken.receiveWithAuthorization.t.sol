// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {OpenTokenFixture} from "./OpenTokenFixture.sol";

/// @notice ERC-3009 payments of OPEN that only the payee can collect, in both forms of the signature.
contract OpenTokenReceiveWithAuthorizationTest is OpenTokenFixture {
    function _collect(address caller, Authorization memory a, bytes memory signature) private {
        vm.prank(caller);
        token.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
    }

    function _collectParts(address caller, Authorization memory a) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, digest(hashOf(RECEIVE_TYPEHASH, a)));
        vm.prank(caller);
        token.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function _signed(Authorization memory a) private view returns (bytes memory) {
        return sign(digest(hashOf(RECEIVE_TYPEHASH, a)));
    }

    function test_ReceiveWithAuthorization_PaysTheCaller() public {
        Authorization memory a = authorization();
        bytes memory signature = _signed(a);
        vm.expectEmit(address(token));
        emit IERC3009.AuthorizationUsed(holder, a.nonce);
        _collect(payee, a, signature);
        assertEq(token.balanceOf(payee), a.value);
        assertTrue(token.authorizationState(holder, a.nonce));
    }

    function test_ReceiveWithAuthorization_PaysTheCallerBySignatureParts() public {
        Authorization memory a = authorization();
        _collectParts(payee, a);
        assertEq(token.balanceOf(payee), a.value);
    }

    function test_ReceiveWithAuthorization_PaysTheCallerFromASmartAccount() public {
        Authorization memory a = authorization();
        a.from = address(account);
        _collect(payee, a, _signed(a));
        assertEq(token.balanceOf(payee), a.value);
    }

    function test_ReceiveWithAuthorization_RevertsWhenFrontRun() public {
        Authorization memory a = authorization();
        bytes memory signature = _signed(a);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, payee));
        _collect(stranger, a, signature);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, payee));
        _collectParts(stranger, a);
        // Nor can it be spent as a plain transfer, which would leave the payee paid but its call reverting.
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vm.prank(stranger);
        token.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
        _collect(payee, a, signature);
        assertEq(token.balanceOf(payee), a.value);
    }

    function test_ReceiveWithAuthorization_RevertsForAnotherReceiver() public {
        Authorization memory a = authorization();
        bytes memory signature = _signed(a);
        a.to = stranger;
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _collect(stranger, a, signature);
    }

    function test_ReceiveWithAuthorization_RevertsForAnotherChain() public {
        Authorization memory a = authorization();
        bytes memory signature = sign(
            digestIn(domainOf(address(token), block.chainid + 1), hashOf(RECEIVE_TYPEHASH, a))
        );
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _collect(payee, a, signature);
    }

    function test_ReceiveWithAuthorization_RevertsForAnotherContract() public {
        Authorization memory a = authorization();
        bytes memory signature = sign(digestIn(domainOf(payee, block.chainid), hashOf(RECEIVE_TYPEHASH, a)));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _collect(payee, a, signature);
    }

    function test_ReceiveWithAuthorization_RevertsForAUsedNonce() public {
        Authorization memory a = authorization();
        bytes memory signature = _signed(a);
        _collect(payee, a, signature);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, holder, a.nonce));
        _collect(payee, a, signature);
    }

    function test_ReceiveWithAuthorization_RevertsWhenItHasExpired() public {
        Authorization memory a = authorization();
        bytes memory signature = _signed(a);
        vm.warp(a.validBefore);
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, a.validAfter, a.validBefore)
        );
        _collect(payee, a, signature);
    }
}
