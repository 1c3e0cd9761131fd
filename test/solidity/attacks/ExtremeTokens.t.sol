// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Wrapper} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Wrapper.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {GovernanceOpen} from "../../../contracts/token/GovernanceOpen.sol";
import {NamedRefusals} from "../support/NamedRefusals.sol";
import {OpenTokenFixture} from "../token/OpenTokenFixture.sol";

/// @notice As ExtremeInputs.t.sol, for OPEN and gOPEN: neither 0 nor the greatest number moves, makes or burns any of them.
contract ExtremeTokensTest is OpenTokenFixture, NamedRefusals {
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );
    uint256 private constant MOST = type(uint256).max;
    uint256 private constant WRAPPED = 1_000;

    GovernanceOpen private _votes;

    function setUp() public override {
        super.setUp();
        _votes = new GovernanceOpen(token);
        vm.startPrank(holder);
        token.approve(address(_votes), MOST);
        _votes.depositFor(holder, WRAPPED);
        _votes.delegate(holder);
        vm.stopPrank();
    }

    function test_Tokens_TakeZerosOrNameWhatIsWrong() public {
        _callTokens(0);
    }

    function test_Tokens_TakeTheGreatestOrNameWhatIsWrong() public {
        _callTokens(MOST);
    }

    function test_Signatures_TakeZerosOrNameWhatIsWrong() public {
        _callUnsigned(0);
    }

    function test_Signatures_TakeTheGreatestOrNameWhatIsWrong() public {
        _callUnsigned(MOST);
    }

    /// @dev An allowance without end stays without end, and burns and moves nothing beyond the balance.
    function test_AnAllowanceWithoutEnd_ReachesNoFurtherThanTheBalance() public {
        vm.prank(holder);
        token.approve(stranger, MOST);
        bytes memory short = _short();
        vm.startPrank(stranger);
        vm.expectRevert(short);
        token.transferFrom(holder, payee, MOST);
        vm.expectRevert(short);
        token.burnFrom(holder, MOST);
        vm.stopPrank();
        vm.expectRevert(short);
        vm.prank(holder);
        _votes.depositFor(holder, MOST);
        assertEq(token.allowance(holder, stranger), MOST);
        _requireUnmoved();
    }

    function test_APermit_OfTheGreatestIsTakenAndOneUntilZeroHasExpired() public {
        _permit(MOST, MOST);
        assertEq(token.allowance(holder, payee), MOST);
        _permit(0, MOST);
        _permit(0, 0);
        _permit(MOST, 0);
        assertEq(token.allowance(holder, payee), 0);
        _requireUnmoved();
    }

    /// @dev Valid from 0 to the greatest, it is valid now; from the greatest, or until 0, it never is.
    function test_AnAuthorization_IsBoundedByItsTimesAndTheBalance() public {
        uint256[2] memory values = [0, MOST];
        for (uint256 i; i < values.length; ++i) {
            _authorize(values[i], 0, 0, _badTime(0, 0));
            _authorize(values[i], MOST, 0, _badTime(MOST, 0));
            _authorize(values[i], MOST, MOST, _badTime(MOST, MOST));
        }
        _authorize(MOST, 0, MOST, _short());
        _authorize(0, 0, MOST, "");
        _requireUnmoved();
    }

    function test_ACancellation_TakesTheFirstAndTheLastNonce() public {
        bytes32[2] memory nonces = [bytes32(0), bytes32(MOST)];
        for (uint256 i; i < nonces.length; ++i) {
            bytes memory signature = sign(digest(keccak256(abi.encode(CANCEL_TYPEHASH, holder, nonces[i]))));
            token.cancelAuthorization(holder, nonces[i], signature);
            assertTrue(token.authorizationState(holder, nonces[i]));
            vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, holder, nonces[i]));
            token.cancelAuthorization(holder, nonces[i], signature);
        }
        _requireUnmoved();
    }

    function test_ADelegation_ToTheFirstOrTheLastAddressLeavesTheTokens() public {
        address last = address(type(uint160).max);
        vm.prank(holder);
        _votes.delegate(last);
        assertEq(_votes.getVotes(last), WRAPPED);
        vm.prank(holder);
        _votes.delegate(address(0));
        assertEq(_votes.getVotes(last), 0);
        _delegateBySig(last, 0, 0, abi.encodeWithSelector(IVotes.VotesExpiredSignature.selector, 0));
        _delegateBySig(last, MOST, MOST, abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, holder, 0));
        _delegateBySig(last, 0, MOST, "");
        assertEq(_votes.getVotes(last), WRAPPED);
        _delegateBySig(address(0), 1, MOST, "");
        assertEq(_votes.getVotes(last), 0);
        _requireUnmoved();
    }

    /// @dev By the holder, to themselves, to another and to the address of this number.
    function _callTokens(uint256 n) private {
        address[3] memory others = [holder, payee, address(uint160(n))];
        vm.startPrank(holder);
        for (uint256 i; i < others.length; ++i) {
            _callErc20(address(token), others[i], n);
            _callErc20(address(_votes), others[i], n);
            address to = address(_votes);
            _try(to, "depositFor", abi.encodeCall(ERC20Wrapper.depositFor, (others[i], n)));
            _try(to, "withdrawTo", abi.encodeCall(ERC20Wrapper.withdrawTo, (others[i], n)));
            _try(to, "delegate", abi.encodeCall(IVotes.delegate, (others[i])));
            _try(address(token), "burnFrom", abi.encodeCall(ERC20Burnable.burnFrom, (others[i], n)));
        }
        _try(address(token), "burn", abi.encodeCall(ERC20Burnable.burn, (n)));
        vm.stopPrank();
        _requireUnmoved();
    }

    function _callErc20(address to, address other, uint256 n) private {
        _try(to, "approve", abi.encodeCall(IERC20.approve, (other, n)));
        _try(to, "transfer", abi.encodeCall(IERC20.transfer, (other, n)));
        _try(to, "transferFrom the caller", abi.encodeCall(IERC20.transferFrom, (holder, other, n)));
        _try(to, "transferFrom another", abi.encodeCall(IERC20.transferFrom, (other, holder, n)));
    }

    /// @dev With this number for every part of a signature, from the holder and from the address of this number.
    function _callUnsigned(uint256 n) private {
        address[2] memory from = [holder, address(uint160(n))];
        uint256[2] memory times = [uint256(0), MOST];
        for (uint256 i; i < 8; ++i) {
            uint256 end = times[(i >> 1) & 1];
            _callPermits(from[i & 1], end, n);
            _callAuthorizations(Authorization(from[i & 1], payee, n, times[i >> 2], end, bytes32(n)));
        }
        _requireUnmoved();
        assertEq(_votes.getVotes(holder), WRAPPED);
        assertEq(token.allowance(holder, payee), 0);
    }

    function _callPermits(address owner, uint256 deadline, uint256 n) private {
        (uint8 v, bytes32 part) = (uint8(n), bytes32(n));
        bytes memory call = abi.encodeCall(ERC20Permit.permit, (owner, payee, n, deadline, v, part, part));
        _try(address(token), "permit", call);
        _try(address(_votes), "permit of gOPEN", call);
        call = abi.encodeCall(IVotes.delegateBySig, (payee, n, deadline, v, part, part));
        _try(address(_votes), "delegateBySig", call);
    }

    /// @dev In both forms of the signature. The payee calls, who alone may receive.
    function _callAuthorizations(Authorization memory a) private {
        uint8 v = uint8(a.value);
        bytes memory signature = abi.encodePacked(a.nonce, a.nonce, v);
        bytes memory parts = bytes.concat(abi.encode(a), abi.encode(v, a.nonce, a.nonce));
        bytes memory whole = abi.encode(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
        string memory terms = "(address,address,uint256,uint256,uint256,bytes32,";
        vm.startPrank(payee);
        _tryForms(string.concat("transferWithAuthorization", terms), parts, whole);
        _tryForms(string.concat("receiveWithAuthorization", terms), parts, whole);
        parts = abi.encode(a.from, a.nonce, v, a.nonce, a.nonce);
        _tryForms("cancelAuthorization(address,bytes32,", parts, abi.encode(a.from, a.nonce, signature));
        vm.stopPrank();
        assertFalse(token.authorizationState(a.from, a.nonce));
    }

    function _tryForms(string memory head, bytes memory parts, bytes memory whole) private {
        string memory name = string.concat(head, "uint8,bytes32,bytes32)");
        _try(address(token), name, bytes.concat(bytes4(keccak256(bytes(name))), parts));
        name = string.concat(head, "bytes)");
        _try(address(token), name, bytes.concat(bytes4(keccak256(bytes(name))), whole));
    }

    /// @dev To the payee, signed by the holder.
    function _permit(uint256 value, uint256 deadline) private {
        bytes32 content = keccak256(abi.encode(PERMIT_TYPEHASH, holder, payee, value, token.nonces(holder), deadline));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, digest(content));
        if (deadline == 0) vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, 0));
        token.permit(holder, payee, value, deadline, v, r, s);
    }

    /// @dev Signed by the holder: a transfer with the signature's bytes and a collection with its parts.
    function _authorize(uint256 value, uint256 validAfter, uint256 validBefore, bytes memory refusal) private {
        Authorization memory a = Authorization(holder, payee, value, validAfter, validBefore, "transfer");
        bytes memory signature = sign(digest(hashOf(TRANSFER_TYPEHASH, a)));
        if (refusal.length != 0) vm.expectRevert(refusal);
        token.transferWithAuthorization(holder, payee, value, validAfter, validBefore, a.nonce, signature);
        assertEq(token.authorizationState(holder, a.nonce), refusal.length == 0);
        a.nonce = "receive";
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, digest(hashOf(RECEIVE_TYPEHASH, a)));
        if (refusal.length != 0) vm.expectRevert(refusal);
        vm.prank(payee);
        token.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
        assertEq(token.authorizationState(holder, a.nonce), refusal.length == 0);
    }

    function _badTime(uint256 validAfter, uint256 validBefore) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, validAfter, validBefore);
    }

    /// @dev How it is refused to move the greatest amount from the holder.
    function _short() private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                holder,
                token.balanceOf(holder),
                MOST
            );
    }

    function _delegateBySig(address delegatee, uint256 nonce, uint256 expiry, bytes memory refusal) private {
        bytes32 content = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, digestIn(_votes.DOMAIN_SEPARATOR(), content));
        if (refusal.length != 0) vm.expectRevert(refusal);
        _votes.delegateBySig(delegatee, nonce, expiry, v, r, s);
    }

    /// @dev Every OPEN and gOPEN is where the set-up left it, and every gOPEN is backed.
    function _requireUnmoved() private view {
        assertEq(token.totalSupply(), SUPPLY);
        assertEq(token.balanceOf(holder), SUPPLY - 100 - WRAPPED);
        assertEq(token.balanceOf(address(account)), 100);
        assertEq(token.balanceOf(address(_votes)), WRAPPED);
        assertEq(_votes.totalSupply(), WRAPPED);
        assertEq(_votes.balanceOf(holder), WRAPPED);
    }
}
