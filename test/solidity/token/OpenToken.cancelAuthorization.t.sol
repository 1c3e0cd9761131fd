// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {OpenTokenFixture} from "./OpenTokenFixture.sol";

/// @notice Taking back ERC-3009 authorizations of OPEN, in both forms of the signature.
contract OpenTokenCancelAuthorizationTest is OpenTokenFixture {
    bytes32 private constant NONCE = keccak256("nonce");

    function _digest(address authorizer) private view returns (bytes32) {
        return digest(keccak256(abi.encode(CANCEL_TYPEHASH, authorizer, NONCE)));
    }

    function test_CancelAuthorization_UsesTheNonce() public {
        vm.expectEmit(address(token));
        emit IERC3009Cancel.AuthorizationCanceled(holder, NONCE);
        vm.prank(stranger);
        token.cancelAuthorization(holder, NONCE, sign(_digest(holder)));
        assertTrue(token.authorizationState(holder, NONCE));

        Authorization memory a = authorization();
        bytes memory signature = sign(digest(hashOf(TRANSFER_TYPEHASH, a)));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, holder, NONCE));
        token.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
    }

    function test_CancelAuthorization_UsesTheNonceBySignatureParts() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, _digest(holder));
        token.cancelAuthorization(holder, NONCE, v, r, s);
        assertTrue(token.authorizationState(holder, NONCE));
    }

    function test_CancelAuthorization_UsesTheNonceOfASmartAccount() public {
        token.cancelAuthorization(address(account), NONCE, sign(_digest(address(account))));
        assertTrue(token.authorizationState(address(account), NONCE));
        assertFalse(token.authorizationState(holder, NONCE));
    }

    function test_CancelAuthorization_RevertsForAnotherSigner() public {
        bytes memory signature = sign(_digest(holder));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        token.cancelAuthorization(stranger, NONCE, signature);
    }

    function test_CancelAuthorization_RevertsForAnotherChain() public {
        bytes memory signature = sign(_digest(holder));
        vm.chainId(block.chainid + 1);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        token.cancelAuthorization(holder, NONCE, signature);
    }

    function test_CancelAuthorization_RevertsForAnotherContract() public {
        OpenToken other = new OpenToken(holder);
        bytes memory signature = sign(_digest(holder));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        other.cancelAuthorization(holder, NONCE, signature);
    }

    function test_CancelAuthorization_RevertsForAUsedNonce() public {
        bytes memory signature = sign(_digest(holder));
        token.cancelAuthorization(holder, NONCE, signature);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, holder, NONCE));
        token.cancelAuthorization(holder, NONCE, signature);
    }
}
