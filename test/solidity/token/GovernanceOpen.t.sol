// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {Test} from "forge-std/Test.sol";
import {GovernanceOpen} from "../../../contracts/token/GovernanceOpen.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";

/// @notice gOPEN: wrapping and unwrapping OPEN, and the votes that go with it.
contract GovernanceOpenTest is Test {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    uint256 private constant NOW = 1_700_000_000;

    OpenToken private open;
    GovernanceOpen private votes;
    address private holder;
    uint256 private holderKey;
    address private friend = makeAddr("friend");

    function setUp() public {
        vm.warp(NOW);
        (holder, holderKey) = makeAddrAndKey("holder");
        open = new OpenToken(holder);
        votes = new GovernanceOpen(open);
        vm.prank(holder);
        open.approve(address(votes), type(uint256).max);
    }

    function _deposit(uint256 value) private {
        vm.prank(holder);
        votes.depositFor(holder, value);
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("Governance Open"), keccak256("1"), block.chainid, address(votes))
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function test_Constructor_WrapsOpenByTheSecond() public {
        assertEq(address(votes.underlying()), address(open));
        assertEq(votes.totalSupply(), 0);
        assertEq(votes.decimals(), open.decimals());
        assertEq(votes.name(), "Governance Open");
        assertEq(votes.symbol(), "gOPEN");
        assertEq(votes.CLOCK_MODE(), "mode=timestamp");
        assertEq(votes.clock(), NOW);
        vm.warp(NOW + 1);
        assertEq(votes.clock(), NOW + 1);
    }

    function test_DepositFor_MintsAsMuch() public {
        vm.prank(holder);
        votes.depositFor(friend, 7);
        assertEq(votes.balanceOf(friend), 7);
        assertEq(votes.totalSupply(), 7);
        assertEq(open.balanceOf(address(votes)), 7);
    }

    function test_DepositFor_RevertsWithoutAllowance() public {
        vm.prank(friend);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(votes), 0, 1));
        votes.depositFor(friend, 1);
    }

    function test_DepositFor_RevertsForTheWrapperItself() public {
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(votes)));
        votes.depositFor(address(votes), 1);
    }

    function test_WithdrawTo_PaysAsMuch() public {
        _deposit(7);
        vm.prank(holder);
        votes.withdrawTo(friend, 3);
        assertEq(open.balanceOf(friend), 3);
        assertEq(votes.balanceOf(holder), 4);
        assertEq(open.balanceOf(address(votes)), votes.totalSupply());
    }

    function test_WithdrawTo_RevertsBeyondTheBalance() public {
        _deposit(7);
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, 7, 8));
        votes.withdrawTo(holder, 8);
    }

    function test_WithdrawTo_RevertsToTheWrapperItself() public {
        _deposit(7);
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(votes)));
        votes.withdrawTo(address(votes), 1);
    }

    function test_WithdrawTo_LeavesASurplusToNobody() public {
        _deposit(7);
        vm.prank(holder);
        open.transfer(address(votes), 5);
        assertEq(votes.totalSupply(), 7);
        vm.prank(holder);
        votes.withdrawTo(holder, 7);
        assertEq(votes.totalSupply(), 0);
        assertEq(open.balanceOf(address(votes)), 5);
        // solhint-disable-next-line avoid-low-level-calls
        (bool exists, ) = address(votes).call(abi.encodeWithSignature("recover(address)", holder));
        assertFalse(exists);
    }

    function testFuzz_WithdrawTo_IsAlwaysCovered(uint96[8] memory deposits, uint96[8] memory withdrawals) public {
        for (uint256 i; i < deposits.length; ++i) {
            _deposit(bound(deposits[i], 0, open.balanceOf(holder)));
            uint256 out = bound(withdrawals[i], 0, votes.balanceOf(holder));
            vm.prank(holder);
            votes.withdrawTo(holder, out);
            assertEq(open.balanceOf(address(votes)), votes.totalSupply());
        }
    }

    function test_Delegate_CountsFromDelegation() public {
        _deposit(7);
        assertEq(votes.getVotes(holder), 0);
        vm.prank(holder);
        votes.delegate(friend);
        assertEq(votes.getVotes(friend), 7);
        vm.warp(NOW + 10);
        assertEq(votes.getPastVotes(friend, NOW - 1), 0);
        assertEq(votes.getPastVotes(friend, NOW), 7);
        assertEq(votes.getPastTotalSupply(NOW), 7);
    }

    function test_Delegate_FollowsTheTokens() public {
        _deposit(7);
        vm.prank(holder);
        votes.delegate(holder);
        vm.warp(NOW + 1);
        vm.prank(holder);
        votes.transfer(friend, 3);
        assertEq(votes.getVotes(holder), 4);
        vm.prank(holder);
        votes.withdrawTo(holder, 4);
        assertEq(votes.getVotes(holder), 0);
        vm.warp(NOW + 2);
        assertEq(votes.getPastVotes(holder, NOW), 7);
    }

    function test_Delegate_GivesBorrowedTokensNoPast() public {
        vm.startPrank(holder);
        votes.delegate(holder);
        votes.depositFor(holder, 7);
        votes.withdrawTo(holder, 7);
        vm.stopPrank();
        vm.warp(NOW + 1);
        assertEq(votes.getPastVotes(holder, NOW), 0);
    }

    function test_GetPastVotes_RevertsForThePresent() public {
        vm.expectRevert(abi.encodeWithSelector(Votes.ERC5805FutureLookup.selector, NOW, NOW));
        votes.getPastVotes(holder, NOW);
    }

    function test_DelegateBySig_UsesTheNonceThatPermitsUse() public {
        _deposit(7);
        assertEq(votes.nonces(holder), 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            holderKey,
            _digest(keccak256(abi.encode(DELEGATION_TYPEHASH, friend, 0, NOW)))
        );
        votes.delegateBySig(friend, 0, NOW, v, r, s);
        assertEq(votes.getVotes(friend), 7);
        assertEq(votes.nonces(holder), 1);
    }

    function test_Permit_SetsTheAllowance() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            holderKey,
            _digest(keccak256(abi.encode(PERMIT_TYPEHASH, holder, friend, 3, 0, NOW)))
        );
        votes.permit(holder, friend, 3, NOW, v, r, s);
        assertEq(votes.allowance(holder, friend), 3);
    }

    function test_Permit_RevertsForAPermitOfOpen() public {
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, holder, friend, 3, 0, NOW));
        bytes32 openDigest = keccak256(abi.encodePacked(hex"1901", open.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, openDigest);
        address signer = ecrecover(_digest(structHash), v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, signer, holder));
        votes.permit(holder, friend, 3, NOW, v, r, s);
    }
}
