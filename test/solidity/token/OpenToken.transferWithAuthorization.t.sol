// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {OpenTokenFixture} from "./OpenTokenFixture.sol";

/// @notice ERC-3009 transfers of OPEN, in both forms of the signature.
contract OpenTokenTransferWithAuthorizationTest is OpenTokenFixture {
    function _sendBytes(OpenToken open, Authorization memory a, bytes memory signature) private {
        open.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
    }

    function _sendParts(Authorization memory a, bytes32 signedDigest) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, signedDigest);
        token.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function _signed(Authorization memory a) private view returns (bytes memory) {
        return sign(digest(hashOf(TRANSFER_TYPEHASH, a)));
    }

    function _expectInvalid(Authorization memory a, bytes32 signedDigest) private {
        bytes memory signature = sign(signedDigest);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _sendBytes(token, a, signature);
    }

    function test_TransferWithAuthorization_MovesTheValue() public {
        Authorization memory a = authorization();
        vm.expectEmit(address(token));
        emit IERC3009.AuthorizationUsed(holder, a.nonce);
        vm.prank(stranger);
        _sendBytes(token, a, _signed(a));
        assertEq(token.balanceOf(payee), a.value);
        assertTrue(token.authorizationState(holder, a.nonce));
    }

    function test_TransferWithAuthorization_MovesTheValueBySignatureParts() public {
        Authorization memory a = authorization();
        vm.prank(stranger);
        _sendParts(a, digest(hashOf(TRANSFER_TYPEHASH, a)));
        assertEq(token.balanceOf(payee), a.value);
    }

    function test_TransferWithAuthorization_MovesTheValueOfASmartAccount() public {
        Authorization memory a = authorization();
        a.from = address(account);
        _sendBytes(token, a, _signed(a));
        assertEq(token.balanceOf(payee), a.value);
    }

    function test_TransferWithAuthorization_RevertsIfTheSmartAccountRefuses() public {
        Authorization memory a = authorization();
        a.from = address(account);
        _expectInvalid(a, digest(hashOf(RECEIVE_TYPEHASH, a)));
    }

    function test_TransferWithAuthorization_RevertsForPartsOfASmartAccount() public {
        Authorization memory a = authorization();
        a.from = address(account);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _sendParts(a, digest(hashOf(TRANSFER_TYPEHASH, a)));
    }

    function test_TransferWithAuthorization_RevertsForAUsedNonce() public {
        Authorization memory a = authorization();
        _sendBytes(token, a, _signed(a));
        bytes memory used = abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, holder, a.nonce);
        vm.expectRevert(used);
        _sendBytes(token, a, _signed(a));
        vm.expectRevert(used);
        _sendParts(a, digest(hashOf(TRANSFER_TYPEHASH, a)));
        // Another payment under the same nonce is refused as well.
        a.value = 6;
        vm.expectRevert(used);
        _sendBytes(token, a, _signed(a));
    }

    function test_TransferWithAuthorization_KeepsNoncesPerHolder() public {
        Authorization memory a = authorization();
        _sendBytes(token, a, _signed(a));
        a.from = address(account);
        _sendBytes(token, a, _signed(a));
        assertEq(token.balanceOf(payee), 2 * a.value);
    }

    function test_TransferWithAuthorization_RevertsForAnotherChain() public {
        Authorization memory a = authorization();
        _expectInvalid(a, digestIn(domainOf(address(token), block.chainid + 1), hashOf(TRANSFER_TYPEHASH, a)));
    }

    function test_TransferWithAuthorization_RevertsAfterTheChainSplits() public {
        Authorization memory a = authorization();
        bytes32 before = digest(hashOf(TRANSFER_TYPEHASH, a));
        vm.chainId(block.chainid + 1);
        _expectInvalid(a, before);
    }

    function test_TransferWithAuthorization_RevertsForAnotherContract() public {
        Authorization memory a = authorization();
        OpenToken other = new OpenToken(holder);
        bytes memory signature = _signed(a);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _sendBytes(other, a, signature);
    }

    function test_TransferWithAuthorization_RevertsForAnAuthorizationToReceive() public {
        Authorization memory a = authorization();
        _expectInvalid(a, digest(hashOf(RECEIVE_TYPEHASH, a)));
    }

    function testFuzz_TransferWithAuthorization_RevertsForOtherTerms(
        address to,
        uint256 value,
        bytes32 nonce,
        uint16 later
    ) public {
        Authorization memory a = authorization();
        vm.assume(to != a.to || value != a.value || nonce != a.nonce || later != 0);
        bytes32 signedDigest = digest(hashOf(TRANSFER_TYPEHASH, a));
        a.to = to;
        a.value = value;
        a.nonce = nonce;
        a.validBefore += later;
        _expectInvalid(a, signedDigest);
    }

    function test_TransferWithAuthorization_RevertsBeforeItIsValid() public {
        Authorization memory a = authorization();
        a.validAfter = NOW;
        bytes memory signature = _signed(a);
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, a.validAfter, a.validBefore)
        );
        _sendBytes(token, a, signature);
    }

    function test_TransferWithAuthorization_RevertsWhenItHasExpired() public {
        Authorization memory a = authorization();
        bytes memory signature = _signed(a);
        vm.warp(a.validBefore);
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, a.validAfter, a.validBefore)
        );
        _sendBytes(token, a, signature);
    }

    function test_TransferWithAuthorization_RevertsBeyondTheBalance() public {
        Authorization memory a = authorization();
        a.from = address(account);
        a.value = 101;
        bytes memory signature = _signed(a);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(account), 100, 101)
        );
        _sendBytes(token, a, signature);
        assertFalse(token.authorizationState(address(account), a.nonce));
    }
}
