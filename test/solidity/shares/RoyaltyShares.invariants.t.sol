// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {PlainToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice Moves income and shares at random, redeems now and then, and counts what everybody was paid.
contract SharesHandler is SharesFixture {
    uint256 public constant HOLDERS = 5;

    address[HOLDERS] public holders;
    uint256[2] public paid;
    uint256 public redemptions;

    constructor() {
        IERC20[] memory tokens = new IERC20[](2);
        for (uint256 i; i < 2; ++i) tokens[i] = new PlainToken();
        _prepare(tokens);
        _create(1e6);
        for (uint160 i; i < HOLDERS; ++i) holders[i] = address(0x20000 + i);
        _send(_alice, holders[0], 1e6);
    }

    function shares() external view returns (RoyaltyShares) {
        return _shares;
    }

    function token(uint256 i) external view returns (IERC20) {
        return _tokens[i];
    }

    function positions() external view returns (RoyaltyPositions) {
        return _positions;
    }

    function earn(uint256 which, uint80 amount) external {
        _earn(which % 2, amount);
    }

    function claimDirectly(uint256 which) external {
        _claimDirectly(which % 2);
    }

    function donate(uint256 which, uint80 amount) external {
        _tokens[which % 2].transfer(address(_shares), amount);
    }

    function collect(uint256 which) external {
        if (_shares.totalSupply() != 0) _collect(which % 2);
    }

    function transfer(uint256 from, uint256 to, uint256 value) external {
        address sender = holders[from % HOLDERS];
        _send(sender, holders[to % HOLDERS], _bound(value, 0, _shares.balanceOf(sender)));
    }

    function claimIncome(uint256 who) external {
        uint128[] memory amounts = _shares.claimIncome(holders[who % HOLDERS]);
        for (uint256 i; i < 2; ++i) paid[i] += amounts[i];
    }

    function redeem(uint256 key) external {
        if (key % 16 != 0 || _shares.totalSupply() == 0) return;
        for (uint256 i = 1; i < HOLDERS; ++i) _send(holders[i], holders[0], _shares.balanceOf(holders[i]));
        _redeem(holders[0], _alice);
        ++redemptions;
    }
}

/// @notice Whatever happens, the shares hold what they owe, and owe all that they counted but fractions.
contract RoyaltySharesInvariantsTest is Test {
    uint256 private constant SUPPLY = 1e6;

    SharesHandler private _handler;

    function setUp() public {
        _handler = new SharesHandler();
        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = SharesHandler.earn.selector;
        selectors[1] = SharesHandler.claimDirectly.selector;
        selectors[2] = SharesHandler.donate.selector;
        selectors[3] = SharesHandler.collect.selector;
        selectors[4] = SharesHandler.transfer.selector;
        selectors[5] = SharesHandler.claimIncome.selector;
        selectors[6] = SharesHandler.redeem.selector;
        targetContract(address(_handler));
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
    }

    function test_HandlerReachesEveryStep() public {
        _handler.earn(0, 100);
        _handler.collect(0);
        _handler.transfer(0, 1, SUPPLY / 2);
        _handler.earn(1, 7);
        _handler.claimDirectly(1);
        _handler.donate(1, 4);
        _handler.claimIncome(0);
        _handler.redeem(16);
        assertEq(_handler.redemptions(), 1);
        assertEq(_handler.paid(0), 100);
        assertGt(_handler.paid(1), 4);
    }

    function invariant_HoldsWhatIsOwed() public view {
        RoyaltyShares shares = _handler.shares();
        for (uint256 i; i < 2; ++i) {
            assertGe(_handler.token(i).balanceOf(address(shares)), _owed(i));
        }
    }

    function invariant_OwesAllThatWasCountedButFractions() public view {
        RoyaltyShares shares = _handler.shares();
        for (uint256 i; i < 2; ++i) {
            IRoyaltyShares.Stream memory stream = shares.streamOf(address(_handler.token(i)));
            assertEq(stream.paid, _handler.paid(i));
            // Before redemption the views include what arrived and is not counted.
            uint256 held =
                _handler.redemptions() == 0
                    ? _handler.token(i).balanceOf(address(shares))
                    : stream.received - stream.paid;
            assertLe(_owed(i), held);
            assertLt(held - _owed(i), _handler.HOLDERS());
        }
    }

    function invariant_PositionIsLockedUntilRedeemed() public view {
        RoyaltyShares shares = _handler.shares();
        bool isRedeemed = _handler.redemptions() != 0;
        assertEq(shares.totalSupply(), isRedeemed ? 0 : SUPPLY);
        bool isLocked = _handler.positions().ownerOf(PositionId.unwrap(shares.position())) == address(shares);
        assertEq(isLocked, !isRedeemed);
    }

    function _owed(uint256 i) private view returns (uint256 owed) {
        for (uint256 j; j < _handler.HOLDERS(); ++j) {
            owed += _handler.shares().incomeOf(_handler.holders(j), address(_handler.token(i)));
        }
    }
}
