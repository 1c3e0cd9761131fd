// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {OpenTokenFixture} from "./OpenTokenFixture.sol";

/// @notice Spends a permit as a careful contract does: if the permit was used by somebody else, the allowance is there all the same.
contract PermitSpender {
    function pull(
        OpenToken token,
        address from,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        try token.permit(from, address(this), value, deadline, v, r, s) {} catch {}
        token.transferFrom(from, address(this), value);
    }
}

/// @notice ERC-2612 permits of OPEN.
contract OpenTokenPermitTest is OpenTokenFixture {
    uint256 private constant VALUE = 5;

    function _hash(address spender, uint256 value, uint256 nonce, uint256 deadline) private view returns (bytes32) {
        return keccak256(abi.encode(PERMIT_TYPEHASH, holder, spender, value, nonce, deadline));
    }

    function _sign(address spender, uint256 nonce) private view returns (uint8 v, bytes32 r, bytes32 s) {
        return vm.sign(holderKey, digest(_hash(spender, VALUE, nonce, NOW)));
    }

    function _expectInvalidSigner(bytes32 signedDigest, bytes32 expectedDigest) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, signedDigest);
        address signer = ecrecover(expectedDigest, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, signer, holder));
        token.permit(holder, payee, VALUE, NOW, v, r, s);
    }

    function test_Permit_SetsTheAllowance() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(payee, 0);
        vm.prank(stranger);
        token.permit(holder, payee, VALUE, NOW, v, r, s);
        assertEq(token.allowance(holder, payee), VALUE);
        assertEq(token.nonces(holder), 1);
    }

    function test_Permit_RevertsAfterTheDeadline() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(payee, 0);
        vm.warp(NOW + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, NOW));
        token.permit(holder, payee, VALUE, NOW, v, r, s);
    }

    function test_Permit_RevertsForAUsedNonce() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(payee, 0);
        token.permit(holder, payee, VALUE, NOW, v, r, s);
        address signer = ecrecover(digest(_hash(payee, VALUE, 1, NOW)), v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, signer, holder));
        token.permit(holder, payee, VALUE, NOW, v, r, s);
    }

    function test_Permit_RevertsForAnotherChain() public {
        bytes32 hash = _hash(payee, VALUE, 0, NOW);
        _expectInvalidSigner(digestIn(domainOf(address(token), block.chainid + 1), hash), digest(hash));
    }

    function test_Permit_RevertsAfterTheChainSplits() public {
        bytes32 hash = _hash(payee, VALUE, 0, NOW);
        bytes32 before = digest(hash);
        vm.chainId(block.chainid + 1);
        _expectInvalidSigner(before, digest(hash));
    }

    function test_Permit_RevertsForAnotherContract() public {
        bytes32 hash = _hash(payee, VALUE, 0, NOW);
        _expectInvalidSigner(digestIn(domainOf(address(new OpenToken(holder)), block.chainid), hash), digest(hash));
    }

    function test_Permit_RevertsForAnotherSpender() public {
        _expectInvalidSigner(digest(_hash(stranger, VALUE, 0, NOW)), digest(_hash(payee, VALUE, 0, NOW)));
    }

    function test_Permit_RevertsForAMalleatedSignature() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(payee, 0);
        bytes32 high = bytes32(0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - uint256(s));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        token.permit(holder, payee, VALUE, NOW, v == 27 ? 28 : 27, r, high);
    }

    function test_Permit_LeavesTheAllowanceWhenFrontRun() public {
        PermitSpender spender = new PermitSpender();
        (uint8 v, bytes32 r, bytes32 s) = _sign(address(spender), 0);
        vm.prank(stranger);
        token.permit(holder, address(spender), VALUE, NOW, v, r, s);
        spender.pull(token, holder, VALUE, NOW, v, r, s);
        assertEq(token.balanceOf(address(spender)), VALUE);
        assertEq(token.allowance(holder, address(spender)), 0);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(spender), 0, VALUE)
        );
        spender.pull(token, holder, VALUE, NOW, v, r, s);
    }
}
