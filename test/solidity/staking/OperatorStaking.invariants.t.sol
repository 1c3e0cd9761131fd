// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {DatanetId, ModelId, PoolId} from "../../../contracts/types/Ids.sol";
import {AnswerableSlasher, CountedRegistries} from "../support/StakingFixture.sol";

/// @notice Calls staking at random as stakers, payers, the slasher and donors, and keeps books of its own.
contract StakingHandler is Test {
    uint48 public constant UNBONDING = 14 days;
    uint48 public constant STREAM = 7 days;
    uint256 public constant POOLS = 4;
    uint256 public constant ACCOUNTS = 4;
    address private constant PROVER = address(0xBEEF);

    OpenToken public immutable open;
    /// @dev A second reward token.
    OpenToken public immutable other;
    OperatorStaking public immutable staking;
    AnswerableSlasher private immutable _slasher;
    address[4] public accounts;

    uint256 public staked;
    uint256 public withdrawn;
    uint256 public slashed;
    mapping(IERC20 => uint256) public funded;
    mapping(IERC20 => uint256) public claimed;
    mapping(IERC20 => uint256) public donated;
    uint256 public requests;
    mapping(uint256 unbonding => uint256) private _requestedAt;
    mapping(uint256 unbonding => bool) public isWithdrawn;
    uint256 private _cases;

    constructor() {
        vm.warp(1_800_000_000);
        open = new OpenToken(address(this));
        other = new OpenToken(address(this));
        staking = new OperatorStaking(open, address(this), IOperatorStaking.Parameters(UNBONDING, UNBONDING, STREAM));
        _slasher = new AnswerableSlasher(1 days);
        address registries = address(new CountedRegistries());
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](1);
        faults[0] = IOperatorStaking.Fault(address(_slasher), 10_000, 5_000);
        staking.bind(IModelRegistry(registries), IDatanetRegistry(registries), faults);
        staking.addRewardToken(address(other));
        open.approve(address(staking), type(uint256).max);
        other.approve(address(staking), type(uint256).max);
        for (uint256 i; i < ACCOUNTS; ++i) {
            accounts[i] = address(uint160(0xA000 + i));
            open.transfer(accounts[i], 1e26);
            vm.prank(accounts[i]);
            open.approve(address(staking), type(uint256).max);
        }
        vm.startPrank(accounts[0]);
        staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 500);
        staking.openPool(IOperatorStaking.PoolKind.Validator, 1, 0);
        staking.openPool(IOperatorStaking.PoolKind.Validator, 2, 5_000);
        vm.stopPrank();
        staking.openModelPool(ModelId.wrap(1));
    }

    /// @dev Checks that the worth of a share falls or stays, but for dust, unless the generation was empty.
    modifier raisesNoPrice(uint256 pool) {
        PoolId id = _pool(pool);
        uint32 generation = staking.poolOf(id).generation;
        (uint256 stakeBefore, uint256 sharesBefore) = staking.generationOf(id, generation);
        _;
        (uint256 stakeNow, uint256 sharesNow) = staking.generationOf(id, generation);
        assertLe(stakeNow, sharesNow);
        if (sharesBefore != 0) assertLe(stakeNow * sharesBefore, stakeBefore * sharesNow + sharesBefore);
    }

    function stake(uint256 pool, uint256 account, uint96 amount) external raisesNoPrice(pool) {
        amount = uint96(bound(amount, 1, 1e25 >> (amount % 80)));
        vm.prank(_account(account));
        try staking.stake(_pool(pool), amount) {
            staked += amount;
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IOperatorStaking.PoolDepleted.selector);
        }
    }

    function unbond(uint256 pool, uint256 account, uint128 shares, uint32 age) external raisesNoPrice(pool) {
        PoolId id = _pool(pool);
        uint32 generation = staking.poolOf(id).generation;
        generation -= uint32(bound(age % 4 == 0 ? age : 0, 0, generation));
        (uint128 held, ) = staking.sharesOf(id, generation, _account(account));
        if (held == 0) return;
        shares = shares % 3 == 0 ? held : uint128(bound(shares, 1, held));
        vm.prank(_account(account));
        try staking.unbond(id, generation, shares) returns (uint256 unbonding) {
            assertEq(unbonding, ++requests);
            _requestedAt[unbonding] = vm.getBlockTimestamp();
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IOperatorStaking.SharesWorthNothing.selector);
        }
    }

    function withdraw(uint256 unbonding) external {
        if (requests == 0) return;
        unbonding = bound(unbonding, 1, requests);
        bool isDue = vm.getBlockTimestamp() >= _requestedAt[unbonding] + UNBONDING;
        try staking.withdraw(unbonding) returns (uint128 amount) {
            assertTrue(isDue);
            assertFalse(isWithdrawn[unbonding]);
            isWithdrawn[unbonding] = true;
            withdrawn += amount;
        } catch {
            assertTrue(!isDue || isWithdrawn[unbonding]);
        }
    }

    function slash(uint256 pool, uint16 bps) external raisesNoPrice(pool) {
        bps =
            bps % 8 == 0
                ? 10_000
                : bps % 4 == 0
                    ? 9_999
                    : uint16(bound(bps, 0, 10_000));
        vm.prank(address(_slasher));
        try staking.slash(0, _pool(pool), bps, PROVER, bytes32(++_cases)) returns (uint128 amount, uint128) {
            slashed += amount;
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IOperatorStaking.PoolNotSlashable.selector);
        }
    }

    function fund(uint256 pool, bool isOther, uint96 amount) external raisesNoPrice(pool) {
        amount = uint96(bound(amount, 1, 1e24 >> (amount % 80)));
        IERC20 token = isOther ? other : open;
        staking.fund(_pool(pool), address(token), amount);
        funded[token] += amount;
    }

    function claim(uint256 pool, uint256 account, bool isOther) external raisesNoPrice(pool) {
        PoolId id = _pool(pool);
        _claim(id, staking.poolOf(id).generation, _account(account), isOther ? other : open);
    }

    /// @dev Pays everybody all that was earned until now.
    function claimAll() public {
        for (uint256 i; i < POOLS; ++i) {
            PoolId id = _pool(i);
            uint32 last = staking.poolOf(id).generation;
            for (uint32 generation; generation <= last; ++generation) {
                for (uint256 j; j < ACCOUNTS; ++j) {
                    _claim(id, generation, accounts[j], open);
                    _claim(id, generation, accounts[j], other);
                }
            }
        }
    }

    function donate(bool isOther, uint64 amount) external {
        IERC20 token = isOther ? other : open;
        donated[token] += amount;
        token.transfer(address(staking), amount);
    }

    function wait(uint32 time) external {
        vm.warp(vm.getBlockTimestamp() + bound(time, 1, 20 days));
    }

    function _claim(PoolId id, uint32 generation, address account, IERC20 token) private {
        uint256 before = token.balanceOf(account);
        uint128 told = staking.rewardsOf(id, generation, address(token), account);
        uint128 paid = staking.claimRewards(id, generation, address(token), account);
        assertEq(paid, told);
        assertEq(token.balanceOf(account), before + paid);
        claimed[token] += paid;
    }

    function _pool(uint256 seed) private pure returns (PoolId) {
        return PoolId.wrap(uint64(1 + (seed % POOLS)));
    }

    function _account(uint256 seed) private view returns (address) {
        return accounts[seed % ACCOUNTS];
    }
}

/// @notice Whatever stakers, operators, payers and slashers do, stake and rewards are conserved and never mix.
contract OperatorStakingInvariantsTest is Test {
    StakingHandler private _handler;
    OperatorStaking private _staking;
    OpenToken private _open;
    OpenToken private _other;

    function setUp() public {
        _handler = new StakingHandler();
        _staking = _handler.staking();
        _open = _handler.open();
        _other = _handler.other();
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = StakingHandler.stake.selector;
        selectors[1] = StakingHandler.unbond.selector;
        selectors[2] = StakingHandler.withdraw.selector;
        selectors[3] = StakingHandler.slash.selector;
        selectors[4] = StakingHandler.fund.selector;
        selectors[5] = StakingHandler.claim.selector;
        selectors[6] = StakingHandler.donate.selector;
        selectors[7] = StakingHandler.wait.selector;
        targetContract(address(_handler));
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
    }

    function test_HandlerReachesEveryStep() public {
        _handler.stake(0, 1, 1e20);
        _handler.fund(0, true, 1e20);
        _handler.wait(5 days);
        _handler.slash(0, 5);
        _handler.unbond(0, 1, 3, 0);
        _handler.wait(15 days);
        _handler.withdraw(1);
        _handler.claim(0, 1, true);
        _handler.slash(0, 8);
        assertEq(_staking.poolOf(PoolId.wrap(1)).generation, 0);
        _handler.stake(0, 1, 80);
        _handler.slash(0, 8);
        assertEq(_staking.poolOf(PoolId.wrap(1)).generation, 1);
        assertGt(_handler.withdrawn(), 0);
        assertGt(_handler.slashed(), 0);
        assertGt(_handler.claimed(_other), 0);
    }

    function invariant_BalancesAreWhatIsOwed() public view {
        (uint256 stakes, uint256 rewards) = _staking.owed(address(_open));
        assertEq(_open.balanceOf(address(_staking)), stakes + rewards + _handler.donated(_open));
        (stakes, rewards) = _staking.owed(address(_other));
        assertEq(stakes, 0);
        assertEq(_other.balanceOf(address(_staking)), rewards + _handler.donated(_other));
    }

    function invariant_StakeIsConserved() public view {
        (uint256 stakes, ) = _staking.owed(address(_open));
        assertEq(_handler.staked(), _handler.withdrawn() + _handler.slashed() + stakes);
        uint256 sum;
        for (uint64 pool = 1; pool <= _handler.POOLS(); ++pool) {
            IOperatorStaking.Pool memory current = _staking.poolOf(PoolId.wrap(pool));
            sum += current.unbonding;
            for (uint32 generation; generation <= current.generation; ++generation) {
                (uint256 stake, uint256 shares) = _staking.generationOf(PoolId.wrap(pool), generation);
                assertLe(stake, shares);
                sum += stake;
            }
        }
        assertEq(sum, stakes);
    }

    function invariant_SharesAndRequestsAreCovered() public view {
        for (uint64 pool = 1; pool <= _handler.POOLS(); ++pool) {
            PoolId id = PoolId.wrap(pool);
            uint32 last = _staking.poolOf(id).generation;
            for (uint32 generation; generation <= last; ++generation) {
                (uint256 stake, uint256 shares) = _staking.generationOf(id, generation);
                for (uint256 i; i < _handler.ACCOUNTS(); ++i) {
                    (uint128 held, uint128 worth) = _staking.sharesOf(id, generation, _handler.accounts(i));
                    shares -= held;
                    stake -= worth;
                }
                assertEq(shares, 0);
            }
        }
        uint256[5] memory leaving;
        for (uint256 i = 1; i <= _handler.requests(); ++i) {
            if (_handler.isWithdrawn(i)) continue;
            IOperatorStaking.Unbonding memory unbonding = _staking.unbondingOf(i);
            leaving[PoolId.unwrap(unbonding.pool)] += unbonding.stake;
        }
        for (uint64 pool = 1; pool <= _handler.POOLS(); ++pool) {
            assertLe(leaving[pool], _staking.poolOf(PoolId.wrap(pool)).unbonding);
        }
    }

    function invariant_SumsOfStakeAreThoseOfThePools() public view {
        assertEq(_staking.totalAttributorStake(), _staking.poolOf(PoolId.wrap(1)).stake);
        uint48 past = uint48(vm.getBlockTimestamp()) - 1;
        uint256 one = _staking.stakeAt(PoolId.wrap(2), past);
        uint256 two = _staking.stakeAt(PoolId.wrap(3), past);
        assertEq(_staking.validatorStakeAt(DatanetId.wrap(1), past), one);
        assertEq(_staking.validatorStakeAt(DatanetId.wrap(2), past), two);
        assertEq(_staking.validatorStakeAt(DatanetId.wrap(0), past), one + two);
        assertEq(_staking.attributorStakeAt(past), _staking.stakeAt(PoolId.wrap(1), past));
    }

    /// @dev Everything earned can be paid at any time, and adds up with what is on its way to what was funded; the rest is fractions of a unit.
    function invariant_RewardsAreConserved() public {
        _handler.claimAll();
        _assertRewards(_open);
        _assertRewards(_other);
    }

    function _assertRewards(OpenToken token) private view {
        (, uint256 rewards) = _staking.owed(address(token));
        assertEq(_handler.funded(token), _handler.claimed(token) + rewards);
        uint256 left;
        for (uint64 pool = 1; pool <= _handler.POOLS(); ++pool) {
            (uint128 onItsWay, ) = _staking.streamOf(PoolId.wrap(pool), address(token));
            left += onItsWay;
        }
        assertGe(rewards, left);
        // For each pool: one fraction an account, and what cannot be divided over the shares, less than a scaled unit each.
        assertLe(rewards - left, _handler.POOLS() * (_handler.ACCOUNTS() + 1 + uint256(type(uint128).max >> 96)));
    }
}
