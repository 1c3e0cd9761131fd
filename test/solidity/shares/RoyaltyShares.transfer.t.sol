// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Transfers of shares, as RoyaltyShares.transfer.tree plans.
contract RoyaltySharesTransferTest is SharesFixture {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    function setUp() public {
        IERC20[] memory tokens = new IERC20[](4);
        for (uint256 i; i < 4; ++i) tokens[i] = new PlainToken();
        _prepare(tokens);
        _create(SUPPLY);
    }

    function test_Transfer_RevertsToItself() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(_shares)));
        vm.prank(_alice);
        _shares.transfer(address(_shares), 1);
    }

    function test_Transfer_RevertsToZero() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(_alice);
        _shares.transfer(address(0), 1);
    }

    function test_Transfer_RevertsBeyondBalance() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, _alice, SUPPLY, SUPPLY + 1)
        );
        vm.prank(_alice);
        _shares.transfer(_bob, SUPPLY + 1);
    }

    function test_Transfer_KeepsEarlierIncome() public {
        _earnAndCollect(0, 100);
        _earnAndCollect(3, 8);
        _send(_alice, _bob, 250);
        _earnAndCollect(0, 100);
        assertEq(_incomeOf(_alice, 0), 175);
        assertEq(_incomeOf(_bob, 0), 25);
        assertEq(_incomeOf(_alice, 3), 8);
        assertEq(_incomeOf(_bob, 3), 0);
    }

    function test_Transfer_CountsBefore() public {
        _earn(0, 100);
        _claimDirectly(0);
        _tokens[1].transfer(address(_shares), 40);
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.IncomeCounted(address(_tokens[0]), 100);
        vm.expectEmit(address(_shares));
        emit IRoyaltyShares.IncomeCounted(address(_tokens[1]), 40);
        _send(_alice, _bob, SUPPLY);
        assertEq(_incomeOf(_alice, 0), 100);
        assertEq(_incomeOf(_alice, 1), 40);
        assertEq(_incomeOf(_bob, 0), 0);
        assertEq(_incomeOf(_bob, 1), 0);
    }

    function test_Transfer_GivesWaitingIncome() public {
        _earn(0, 100);
        _send(_alice, _bob, SUPPLY);
        assertEq(_collect(0), 100);
        assertEq(_incomeOf(_alice, 0), 0);
        assertEq(_incomeOf(_bob, 0), 100);
    }

    function test_Transfer_ToSelf() public {
        _earnAndCollect(0, 100);
        _send(_alice, _alice, SUPPLY);
        _earnAndCollect(0, 1);
        assertEq(_shares.balanceOf(_alice), SUPPLY);
        assertEq(_incomeOf(_alice, 0), 101);
    }

    function test_Transfer_OfNothing() public {
        _earnAndCollect(0, 100);
        _send(_bob, _alice, 0);
        vm.prank(_carol);
        _shares.transferFrom(_alice, _bob, 0);
        assertEq(_incomeOf(_alice, 0), 100);
        assertEq(_incomeOf(_bob, 0), 0);
    }

    function test_Transfer_CostsTheSame() public {
        // Twice, so that no storage word is written for the first time in what is measured.
        for (uint256 round; round < 2; ++round) {
            for (uint256 i; i < 4; ++i) _earnAndCollect(i, 100);
            _send(_alice, _bob, 100);
        }
        for (uint256 i; i < 4; ++i) _earnAndCollect(i, 100);
        uint256 costWithTwo = _costOfTransfer();
        for (uint160 i = 1; i <= 200; ++i) _send(_alice, address(i + 0xffff), 1);
        _send(_alice, _bob, 1);
        for (uint256 i; i < 4; ++i) _earnAndCollect(i, 100);
        assertApproxEqRel(_costOfTransfer(), costWithTwo, 0.02e18);
    }

    function test_TransferFrom_RevertsWithoutAllowance() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, _bob, 0, 1));
        vm.prank(_bob);
        _shares.transferFrom(_alice, _bob, 1);
    }

    function test_TransferFrom_RevertsToItself() public {
        vm.prank(_alice);
        _shares.approve(_bob, 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(_shares)));
        vm.prank(_bob);
        _shares.transferFrom(_alice, address(_shares), 1);
    }

    function test_TransferFrom_KeepsEarlierIncome() public {
        (address owner, uint256 key) = makeAddrAndKey("signer");
        _send(_alice, owner, 500);
        _earnAndCollect(0, 100);
        bytes32 hash = keccak256(abi.encode(PERMIT_TYPEHASH, owner, _bob, 500, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", _shares.DOMAIN_SEPARATOR(), hash))
        );
        _shares.permit(owner, _bob, 500, block.timestamp, v, r, s);
        vm.prank(_bob);
        _shares.transferFrom(owner, _carol, 500);
        _earnAndCollect(0, 100);
        assertEq(_incomeOf(owner, 0), 50);
        assertEq(_incomeOf(_carol, 0), 50);
        assertEq(_incomeOf(_bob, 0), 0);
    }

    function _costOfTransfer() private returns (uint256) {
        vm.prank(_alice);
        uint256 before = gasleft();
        _shares.transfer(_bob, 1);
        return before - gasleft();
    }
}
