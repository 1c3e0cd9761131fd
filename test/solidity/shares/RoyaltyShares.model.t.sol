// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Whatever the order of incomes, transfers and payments, every holder gets what a model gets that goes through all holders at each income.
contract RoyaltySharesModelTest is SharesFixture {
    uint256 private constant HOLDERS = 12;
    uint256 private constant MOST_STEPS = 48;

    address[HOLDERS] private _holders;
    /// @dev Of each holder and token, what the shares earned, times the supply: no division, so no rounding.
    uint256[HOLDERS][2] private _earned;
    uint256[HOLDERS][2] private _paid;

    function setUp() public {
        IERC20[] memory tokens = new IERC20[](2);
        for (uint256 i; i < 2; ++i) tokens[i] = new PlainToken();
        _prepare(tokens);
        for (uint160 i; i < HOLDERS; ++i) _holders[i] = address(0x10000 + i);
    }

    function testFuzz_AgreesWithTheModel(uint128 supply, uint256[] memory steps) public {
        supply = uint128(_bound(supply, 1, type(uint128).max));
        _run(supply, steps, type(uint112).max);
    }

    /// @dev Few shares and small incomes: nearly all of the income is fractions.
    function testFuzz_AgreesWithTheModelOnFractions(uint128 supply, uint256[] memory steps) public {
        _run(uint128(_bound(supply, 1, 50)), steps, 20);
    }

    function _run(uint128 supply, uint256[] memory steps, uint128 mostIncome) private {
        _create(supply);
        _send(_alice, _holders[0], supply);
        uint256 count = steps.length < MOST_STEPS ? steps.length : MOST_STEPS;
        for (uint256 i; i < count; ++i) _step(uint256(keccak256(abi.encode(steps[i], i))), mostIncome);
        for (uint256 token; token < 2; ++token) _requireAgreement(token, supply);
    }

    function _step(uint256 seed, uint128 mostIncome) private {
        uint256 who = (seed >> 8) % HOLDERS;
        uint256 token = (seed >> 16) % 2;
        uint256 value = seed >> 24;
        uint256 kind = seed % 8;
        if (kind < 3) {
            _transfer(who, (seed >> 32) % HOLDERS, value);
        } else if (kind < 4) {
            uint128[] memory amounts = _shares.claimIncome(_holders[who]);
            for (uint256 i; i < 2; ++i) _paid[i][who] += amounts[i];
        } else {
            _income(token, uint128(_bound(value, 0, mostIncome)), kind);
        }
    }

    function _transfer(uint256 from, uint256 to, uint256 value) private {
        uint256 held = _shares.balanceOf(_holders[from]);
        // All of it now and then, or small balances would be rare.
        value = value % 5 == 0 ? held : _bound(value, 0, held);
        _send(_holders[from], _holders[to], value);
    }

    /// @dev Collected, claimed past the shares, or donated; in the last two it is not counted yet.
    function _income(uint256 token, uint128 amount, uint256 kind) private {
        for (uint256 i; i < HOLDERS; ++i) _earned[token][i] += _shares.balanceOf(_holders[i]) * amount;
        if (kind < 6) _earn(token, amount);
        else _tokens[token].transfer(address(_shares), amount);
        if (kind == 4) _collect(token);
        if (kind == 5) _claimDirectly(token);
    }

    function _requireAgreement(uint256 token, uint256 supply) private view {
        uint256 owed;
        for (uint256 i; i < HOLDERS; ++i) {
            uint256 income = _incomeOf(_holders[i], token);
            owed += income;
            assertEq(_paid[token][i] + income, _earned[token][i] / supply);
        }
        uint256 balance = _tokens[token].balanceOf(address(_shares));
        assertLe(owed, balance);
        // What is not owed in whole units is the holders' fractions.
        assertLt(balance - owed, HOLDERS);
    }
}
