// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {IRoyaltySharesFactory} from "../../../contracts/interfaces/IRoyaltySharesFactory.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Locking a position, as RoyaltySharesFactory.createShares.tree plans.
contract RoyaltySharesFactoryCreateSharesTest is SharesFixture {
    function setUp() public {
        IERC20[] memory tokens = new IERC20[](2);
        for (uint256 i; i < 2; ++i) tokens[i] = new PlainToken();
        _prepare(tokens);
    }

    function test_CreateShares_RevertsWithoutPosition() public {
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        _factory.createShares(PositionId.wrap(3), SUPPLY, "", "", _vaults);
    }

    function test_CreateShares_RevertsForStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySharesFactory.NotPositionOwner.selector, POSITION, _bob));
        vm.prank(_bob);
        _factory.createShares(POSITION, SUPPLY, "", "", _vaults);
    }

    function test_CreateShares_RevertsWithoutApproval() public {
        vm.prank(_alice);
        _positions.approve(address(0), PositionId.unwrap(POSITION));
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        vm.prank(_alice);
        _factory.createShares(POSITION, SUPPLY, "", "", _vaults);
    }

    function test_CreateShares_RevertsForZeroSupply() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.ZeroSupply.selector));
        vm.prank(_alice);
        _factory.createShares(POSITION, 0, "", "", _vaults);
    }

    function test_CreateShares_RevertsWithoutVaults() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.VaultCountOutOfRange.selector, 0));
        vm.prank(_alice);
        _factory.createShares(POSITION, SUPPLY, "", "", new IRoyaltyVault[](0));
    }

    function test_CreateShares_RevertsForFiveVaults() public {
        for (uint256 i; i < 3; ++i) _vaults.push(vaultOf(deployLedger(new PlainToken(), _positions)));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.VaultCountOutOfRange.selector, 5));
        vm.prank(_alice);
        _factory.createShares(POSITION, SUPPLY, "", "", _vaults);
        _vaults.pop();
        _create(SUPPLY);
        assertEq(_shares.vaults().length, 4);
    }

    function test_CreateShares_RevertsForForeignVault() public {
        PlainToken token = new PlainToken();
        _vaults.push(vaultOf(deployLedger(token, new RoyaltyPositions(address(this), token))));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.ForeignVault.selector, address(_vaults[2])));
        vm.prank(_alice);
        _factory.createShares(POSITION, SUPPLY, "", "", _vaults);
    }

    function test_CreateShares_RevertsForRepeatedToken() public {
        _vaults.push(vaultOf(deployLedger(_tokens[0], _positions)));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyShares.RepeatedToken.selector, address(_tokens[0])));
        vm.prank(_alice);
        _factory.createShares(POSITION, SUPPLY, "", "", _vaults);
    }

    function test_CreateShares_LocksPosition() public {
        address expected = vm.computeCreateAddress(address(_factory), vm.getNonce(address(_factory)));
        vm.expectEmit();
        emit IRoyaltySharesFactory.SharesCreated(POSITION, expected, _alice, SUPPLY, _vaults);
        _create(SUPPLY);
        assertEq(address(_shares), expected);
        assertEq(_positions.ownerOf(PositionId.unwrap(POSITION)), expected);
        assertEq(_positions.getApproved(PositionId.unwrap(POSITION)), address(0));
        assertEq(_shares.balanceOf(_alice), SUPPLY);
        assertEq(_shares.totalSupply(), SUPPLY);
        assertEq(_shares.name(), "Alice's data");
        assertEq(_shares.symbol(), "ALICE");
        assertEq(PositionId.unwrap(_shares.position()), PositionId.unwrap(POSITION));
        assertEq(address(_shares.positions()), address(_positions));
        assertEq(address(_shares.vaults()[1]), address(_vaults[1]));
    }

    function test_CreateShares_TakesEverySupply() public {
        _create(1);
        _earnAndCollect(0, 7);
        assertEq(_incomeOf(_alice, 0), 7);
        _redeem(_alice, _alice);
        vm.prank(_alice);
        _positions.approve(address(_factory), PositionId.unwrap(POSITION));
        _create(type(uint128).max);
        _earnAndCollect(0, 7);
        assertEq(_incomeOf(_alice, 0), 7);
    }

    function test_CreateShares_EndsAppointments() public {
        vm.startPrank(_alice);
        _vaults[0].setClaimer(POSITION, _bob);
        _positions.setApprovalForAll(_bob, true);
        vm.stopPrank();
        _create(SUPPLY);
        _earn(0, 100);
        IRoyaltyVault.Claim[] memory claims = new IRoyaltyVault.Claim[](1);
        claims[0] = _accruedOnly(POSITION);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotClaimer.selector, POSITION, _bob));
        vm.prank(_bob);
        _vaults[0].claimTo(_bob, claims);
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        vm.prank(_bob);
        _positions.transferFrom(address(_shares), _bob, 2);
    }

    function test_CreateShares_CountsEarlierIncome() public {
        address expected = vm.computeCreateAddress(address(_factory), vm.getNonce(address(_factory)));
        _tokens[0].transfer(expected, 30);
        _earn(1, 50);
        _create(SUPPLY);
        assertEq(_incomeOf(_alice, 0), 30);
        assertEq(_incomeOf(_alice, 1), 0);
        assertEq(_collect(1), 50);
        assertEq(_incomeOf(_alice, 1), 50);
    }

    function test_IsShares_KnowsItsOwn() public {
        _create(SUPPLY);
        assertTrue(_factory.isShares(address(_shares)));
    }

    function test_IsShares_DeniesOthers() public {
        RoyaltyShares forged = new RoyaltyShares(
            IRoyaltyPositions(_positions),
            POSITION,
            SUPPLY,
            _bob,
            "Alice's data",
            "ALICE",
            _vaults
        );
        assertFalse(_factory.isShares(address(forged)));
    }

    function test_Positions() public view {
        assertEq(address(_factory.positions()), address(_positions));
    }
}
