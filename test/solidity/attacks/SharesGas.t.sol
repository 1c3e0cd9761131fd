// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SharesFixture} from "../shares/SharesFixture.sol";
import {PlainToken} from "../support/Tokens.sol";

/// @notice A token that burns all gas that it is given, once it is told to.
contract BurningToken is PlainToken {
    bool private _burnsInReads;
    bool private _burnsInTransfers;

    function burnGas(bool inReads, bool inTransfers) external {
        _burnsInReads = inReads;
        _burnsInTransfers = inTransfers;
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (_burnsInReads) _burnAll();
        return super.balanceOf(account);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_burnsInTransfers) _burnAll();
        super._update(from, to, value);
    }

    function _burnAll() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Whoever makes shares chooses their ledgers: tokens that burn all gas they are given must not lock up the income in the others.
contract SharesGasTest is SharesFixture {
    /// @dev The most that a transaction can have (EIP-7825).
    uint256 private constant MOST_GAS = 1 << 24;

    BurningToken[3] private _burning;

    function setUp() public {
        IERC20[] memory tokens = new IERC20[](4);
        for (uint256 i; i < 3; ++i) {
            _burning[i] = new BurningToken();
            tokens[i] = _burning[i];
        }
        tokens[3] = new PlainToken();
        _prepare(tokens);
        _create(SUPPLY);
        for (uint256 i; i < 4; ++i) _earnAndCollect(i, 1_000);
    }

    function test_TokensThatBurnGasInReads_StopNothing() public {
        _burn(true, false);
        vm.prank(_alice);
        assertTrue(_shares.transfer{gas: MOST_GAS}(_bob, 400));
        assertEq(_shares.claimIncome{gas: MOST_GAS}(_alice)[3], 1_000);
        _earn(3, 1_000);
        assertEq(_shares.collect{gas: MOST_GAS}(3, _accruedOnly(POSITION)), 1_000);
        assertEq(_shares.claimIncome{gas: MOST_GAS}(_bob)[3], 400);
        _send(_bob, _alice, 400);
        PlainToken other = new PlainToken();
        other.transfer(address(_shares), 7);
        IERC20[] memory others = new IERC20[](1);
        others[0] = other;
        vm.prank(_alice);
        _shares.redeem{gas: MOST_GAS}(_carol, others);
        assertEq(_positions.ownerOf(2), _carol);
        assertEq(other.balanceOf(_carol), 7);
        assertEq(_shares.claimIncome{gas: MOST_GAS}(_alice)[3], 600);
    }

    function test_TokensThatBurnGasInTransfers_WithholdTheirOwnIncomeOnly() public {
        _burn(false, true);
        assertEq(_shares.claimIncome{gas: MOST_GAS}(_alice)[3], 1_000);
        _burn(false, false);
        for (uint256 i; i < 3; ++i) assertEq(_incomeOf(_alice, i), 1_000);
        assertEq(_shares.claimIncome(_alice)[0], 1_000);
    }

    /// @dev Too little gas to hear a token's balance is too little for all that follows: no income can be left uncounted by it.
    function test_ACaller_CannotStarveTheCount() public {
        for (uint256 i; i < 4; ++i) _tokens[i].transfer(address(_shares), 1_000);
        uint256 moved;
        for (uint256 gas_ = 20_000; gas_ < 400_000; gas_ += 200) {
            uint256 snapshot = vm.snapshotState();
            vm.prank(_alice);
            try _shares.transfer{gas: gas_}(_bob, SUPPLY) returns (bool) {
                ++moved;
                for (uint256 i; i < 4; ++i) assertEq(_incomeOf(_bob, i), 0);
            } catch {}
            vm.revertToState(snapshot);
        }
        assertGt(moved, 0);
    }

    /// @dev Nor can a payment be lost: it is made or stays owed.
    function test_ACaller_CannotStarveAPayment() public {
        uint256 paid;
        for (uint256 gas_ = 20_000; gas_ < 400_000; gas_ += 200) {
            uint256 snapshot = vm.snapshotState();
            try _shares.claimIncome{gas: gas_}(_alice) returns (uint128[] memory amounts) {
                ++paid;
                for (uint256 i; i < 4; ++i) assertEq(_incomeOf(_alice, i), 1_000 - amounts[i]);
            } catch {}
            vm.revertToState(snapshot);
        }
        assertGt(paid, 0);
    }

    function _burn(bool inReads, bool inTransfers) private {
        for (uint256 i; i < 3; ++i) _burning[i].burnGas(inReads, inTransfers);
    }
}
