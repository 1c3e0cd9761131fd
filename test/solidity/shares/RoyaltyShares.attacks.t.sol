// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// An attacker's call is made from its bytes.
// solhint-disable avoid-low-level-calls

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {FaultyToken, PlainToken, ReentrantToken} from "../support/Tokens.sol";
import {SharesFixture} from "./SharesFixture.sol";

/// @notice A vault that says what the factory wants to hear and pays nothing; during a claim it makes a call of the attacker's.
contract FalseVault {
    address public immutable positions;
    address public immutable token;
    address private _target;
    bytes private _call;
    bytes4 public refusal;

    error Unwilling();

    constructor(address positions_, address token_) {
        positions = positions_;
        token = token_;
    }

    function arm(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    function claimOne(PositionId, uint128, bytes32, bytes calldata) external returns (uint256) {
        if (_target == address(0)) revert Unwilling();
        (bool success, bytes memory result) = _target.call(_call);
        refusal = success ? bytes4(0) : bytes4(result);
        return type(uint256).max;
    }
}

/// @notice A holder that calls back when it receives a position.
contract CallingReceiver is IERC721Receiver {
    RoyaltyShares private immutable _shares;
    bytes[] private _calls;
    bytes4[] public refusals;

    constructor(RoyaltyShares shares) {
        _shares = shares;
    }

    function arm(bytes calldata call) external {
        _calls.push(call);
    }

    function redeem() external {
        _shares.redeem(address(this), new IERC20[](0));
    }

    function refusalCount() external view returns (uint256) {
        return refusals.length;
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        for (uint256 i; i < _calls.length; ++i) {
            (bool success, bytes memory result) = address(_shares).call(_calls[i]);
            refusals.push(success ? bytes4(0) : bytes4(result));
        }
        return this.onERC721Received.selector;
    }
}

/// @notice Attacks on shares of a position: by tokens, vaults and receivers that call back or lie, and by the order of transactions.
contract RoyaltySharesAttacksTest is SharesFixture {
    bytes4 private constant REENTRANT = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;

    ReentrantToken private _reentrant;
    FaultyToken private _faulty;

    function setUp() public {
        _reentrant = new ReentrantToken();
        _faulty = new FaultyToken();
        IERC20[] memory tokens = new IERC20[](3);
        tokens[0] = new PlainToken();
        tokens[1] = _reentrant;
        tokens[2] = _faulty;
        _prepare(tokens);
    }

    /// @dev The token itself holds shares, so that each call would do something if it were let in.
    function test_AToken_CannotCallBackWhilePaid() public {
        _create(SUPPLY);
        _send(_alice, address(_reentrant), 400);
        bytes[] memory calls = _mutatingCalls();
        for (uint256 i; i < 2 * calls.length; ++i) {
            _earnAndCollect(1, 1_000);
            _reentrant.arm(address(_shares), calls[i / 2], i % 2 == 0);
            assertEq(_shares.claimIncome(_alice)[1], 600);
            assertTrue(_reentrant.wasRefused());
            assertEq(_reentrant.refusal(), REENTRANT);
        }
        assertEq(_incomeOf(address(_reentrant), 1), 400 * 2 * calls.length);
        assertEq(_reentrant.balanceOf(address(_shares)), 400 * 2 * calls.length);
    }

    function test_AToken_CannotCallBackWhileCollected() public {
        _create(SUPPLY);
        _send(_alice, address(_reentrant), 400);
        bytes[] memory calls = _mutatingCalls();
        for (uint256 i; i < 2 * calls.length; ++i) {
            _earn(1, 10);
            _reentrant.arm(address(_shares), calls[i / 2], i % 2 == 0);
            assertEq(_collect(1), 10);
            assertEq(_reentrant.refusal(), REENTRANT);
        }
        assertEq(_incomeOf(_alice, 1), 6 * 2 * calls.length);
    }

    /// @dev Past the shares' own function nothing is half written: a call is let in, and gains nothing.
    function test_AToken_GainsNothingByCallsDuringADirectClaim() public {
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            _create(SUPPLY);
            _send(_alice, address(_reentrant), 400);
            _earn(1, 1_000);
            _reentrant.arm(address(_shares), abi.encodeCall(IERC20.transfer, (_bob, 400)), i == 0);
            _claimDirectly(1);
            assertFalse(_reentrant.wasRefused());
            // Income belongs to those who hold when it arrives: moved before, the shares earn for Bob, moved after, for the token.
            assertEq(_incomeOf(_alice, 1), 600);
            assertEq(_incomeOf(_bob, 1), i == 0 ? 400 : 0);
            assertEq(_incomeOf(address(_reentrant), 1), i == 0 ? 0 : 400);
            vm.revertToState(snapshot);
        }
    }

    function test_ASweptToken_CannotCallBack() public {
        _vaults.pop();
        _tokens.pop();
        _create(SUPPLY);
        _earnAndCollect(0, 10);
        ReentrantToken swept = new ReentrantToken();
        swept.transfer(address(_shares), 1);
        swept.arm(address(_shares), abi.encodeCall(IRoyaltyShares.claimIncome, (_alice)), true);
        IERC20[] memory others = new IERC20[](1);
        others[0] = swept;
        vm.prank(_alice);
        _shares.redeem(_alice, others);
        assertEq(swept.refusal(), REENTRANT);
        assertEq(_shares.claimIncome(_alice)[0], 10);
    }

    function test_ALyingToken_HarmsItsOwnIncomeOnly() public {
        _create(SUPPLY);
        _earnAndCollect(0, 100);
        _earnAndCollect(2, 100);
        _faulty.state(type(uint256).max);
        _send(_alice, _bob, 500);
        _earnAndCollect(0, 100);
        // The books of the token are full of money that is not there.
        assertEq(_streamOf(2).received, type(uint128).max);
        _faulty.state(0);
        uint128[] memory amounts = _shares.claimIncome(_alice);
        assertEq(amounts[0], 150);
        assertEq(amounts[2], 0);
        assertEq(_shares.claimIncome(_bob)[0], 50);
        _faulty.state(1);
        _send(_bob, _alice, 500);
        assertEq(_collect(2), 0);
        _redeem(_alice, _alice);
        assertEq(_positions.ownerOf(2), _alice);
    }

    function test_ASilentToken_StopsNeitherTransfersNorRedemption() public {
        _create(SUPPLY);
        _earnAndCollect(0, 100);
        _earnAndCollect(2, 100);
        _faulty.silence(true);
        _send(_alice, _bob, SUPPLY);
        _earnAndCollect(0, 7);
        assertEq(_shares.claimIncome(_bob)[0], 7);
        _redeem(_bob, _carol);
        assertEq(_positions.ownerOf(2), _carol);
        _faulty.silence(false);
        assertEq(_incomeOf(_alice, 2), 100);
        assertEq(_incomeOf(_bob, 2), 0);
    }

    /// @dev A token that has no code answers with nothing.
    function test_AMissingToken_IsNoIncome() public {
        _vaults[2] = IRoyaltyVault(address(new FalseVault(address(_positions), _carol)));
        _create(SUPPLY);
        _earnAndCollect(0, 5);
        _send(_alice, _bob, 1);
        assertEq(_shares.incomeOf(_alice, _carol), 0);
    }

    function test_AFalseVault_HarmsNothing() public {
        FalseVault vault = new FalseVault(address(_positions), address(new PlainToken()));
        _vaults[2] = IRoyaltyVault(address(vault));
        _create(SUPPLY);
        vm.expectRevert(abi.encodeWithSelector(FalseVault.Unwilling.selector));
        _collect(2);
        _earnAndCollect(0, 100);
        bytes[] memory calls = _mutatingCalls();
        for (uint256 i; i < calls.length; ++i) {
            vault.arm(address(_shares), calls[i]);
            // It claims to have paid 2^256 - 1: nothing arrived, so nothing is counted.
            assertEq(_collect(2), 0);
            assertEq(vault.refusal(), REENTRANT);
        }
        assertEq(_shares.claimIncome(_alice)[0], 100);
    }

    function test_AReceiver_CannotCallBackWhileRedeeming() public {
        _create(SUPPLY);
        CallingReceiver receiver = new CallingReceiver(_shares);
        _send(_alice, address(receiver), SUPPLY);
        _earnAndCollect(0, 100);
        bytes[] memory calls = _mutatingCalls();
        for (uint256 i; i < calls.length; ++i) receiver.arm(calls[i]);
        receiver.redeem();
        assertEq(receiver.refusalCount(), calls.length);
        for (uint256 i; i < calls.length; ++i) assertEq(receiver.refusals(i), REENTRANT);
        assertEq(_positions.ownerOf(2), address(receiver));
        assertEq(_shares.claimIncome(address(receiver))[0], 100);
    }

    /// @dev The first holder's donation, or a tiny supply, cannot dilute or round away what later holders earn.
    function test_TheFirstHolder_CannotRoundOthersAway() public {
        _create(SUPPLY);
        _send(_alice, _bob, 1);
        _tokens[0].transfer(address(_shares), 1e30);
        assertEq(_collect(0), 1e30);
        for (uint256 i; i < SUPPLY; ++i) _earnAndCollect(0, 1);
        assertEq(_incomeOf(_bob, 0), 1e27 + 1);
        assertEq(_incomeOf(_alice, 0), 999 * (1e27 + 1));
    }

    /// @dev Claims, transfers to and fro, and collections by single units neither gain nor lose anything.
    function test_NoOrderOfCalls_GainsByRounding() public {
        _create(SUPPLY);
        _send(_alice, _bob, 333);
        for (uint256 i; i < 300; ++i) {
            _earnAndCollect(0, 1);
            _send(_bob, _carol, 333);
            _shares.claimIncome(_bob);
            _send(_carol, _bob, 333);
            _shares.claimIncome(_alice);
        }
        assertEq(_tokens[0].balanceOf(_bob) + _incomeOf(_bob, 0), 99);
        assertEq(_tokens[0].balanceOf(_alice) + _incomeOf(_alice, 0), 200);
        assertEq(_incomeOf(_carol, 0), 0);
    }

    /// @dev Who borrows shares for one transaction gets what waits in a ledger, and nothing that arrived: sellers collect first.
    function test_ABorrowerOfShares_GetsWhatWaitsInALedgerOnly() public {
        _create(SUPPLY);
        _earn(0, 100);
        _claimDirectly(0);
        _earn(0, 30);
        _send(_alice, _bob, SUPPLY);
        _collect(0);
        _send(_bob, _alice, SUPPLY);
        assertEq(_incomeOf(_alice, 0), 100);
        assertEq(_incomeOf(_bob, 0), 30);
    }

    /// @dev The shares are no ERC-721 receiver, so a safe transfer cannot put a second position where nobody could take it out.
    function test_ASecondPosition_IsNotTaken() public {
        _create(SUPPLY);
        PositionId second = _positions.mint(_bob, IRoyaltyPositions.PositionKind.Contributor, 2);
        vm.expectRevert(ERC721.TransferToNonERC721ReceiverImplementer.selector);
        vm.prank(_bob);
        _positions.safeTransferFrom(_bob, address(_shares), PositionId.unwrap(second));
    }

    /// @dev Sent past that, it stays, and its income is the shares' as any donation.
    function test_ASecondPosition_SentAnywayEarnsForTheShares() public {
        _create(SUPPLY);
        PositionId second = _positions.mint(_bob, IRoyaltyPositions.PositionKind.Contributor, 2);
        vm.prank(_bob);
        _positions.transferFrom(_bob, address(_shares), PositionId.unwrap(second));
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        (to[0], amounts[0]) = (second, 60);
        _ledgers[0].accrue(to, amounts);
        IRoyaltyVault.Claim[] memory claims = new IRoyaltyVault.Claim[](1);
        claims[0] = _accruedOnly(second);
        _vaults[0].claim(claims);
        assertEq(_incomeOf(_alice, 0), 60);
    }

    function _mutatingCalls() private view returns (bytes[] memory calls) {
        calls = new bytes[](6);
        calls[0] = abi.encodeCall(IERC20.transfer, (_bob, 1));
        calls[1] = abi.encodeCall(IERC20.transferFrom, (_alice, _bob, 0));
        calls[2] = abi.encodeCall(IRoyaltyShares.collect, (0, _accruedOnly(POSITION)));
        calls[3] = abi.encodeCall(IRoyaltyShares.claimIncome, (address(_reentrant)));
        calls[4] = abi.encodeCall(IRoyaltyShares.claimIncomeTo, (_bob));
        calls[5] = abi.encodeCall(IRoyaltyShares.redeem, (_bob, new IERC20[](0)));
    }
}
