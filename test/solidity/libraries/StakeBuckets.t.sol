// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {StakeBuckets} from "../../../contracts/libraries/StakeBuckets.sol";

/// @notice Shares of common stake: whatever is rounded stays with the bucket, and a share is never worth more than a unit.
contract StakeBucketsTest is Test {
    using StakeBuckets for StakeBuckets.Bucket;

    uint256 private constant SUPPLY = uint256(type(uint128).max) / 1e9;

    StakeBuckets.Bucket private _bucket;

    function test_Join_MintsAShareAUnit() public {
        assertEq(_bucket.join(7), 7);
        assertEq(_bucket.stake, 7);
        assertEq(_bucket.shares, 7);
    }

    function testFuzz_Join_NeverGivesMoreThanItTakes(uint128 stake, uint128 shares, uint128 amount) public {
        _fill(stake, shares);
        StakeBuckets.Bucket memory before = _bucket;
        amount = uint128(bound(amount, 0, SUPPLY - before.stake));
        uint128 minted = _bucket.join(amount);
        assertGe(minted, amount);
        assertLe(_bucket.worth(minted), amount);
        assertGe(_bucket.worth(before.shares), before.stake);
        _assertPriceRoseByDustOnly(before);
    }

    function testFuzz_Redeem_NeverPaysMoreThanThePart(uint128 stake, uint128 shares, uint128 burned) public {
        _fill(stake, shares);
        StakeBuckets.Bucket memory before = _bucket;
        burned = uint128(bound(burned, 0, before.shares));
        uint128 amount = _bucket.redeem(burned);
        assertLe(uint256(amount) * before.shares, uint256(burned) * before.stake);
        assertEq(_bucket.stake + amount, before.stake);
        _assertPriceRoseByDustOnly(before);
    }

    function testFuzz_Redeem_PaysAllForAll(uint128 stake, uint128 shares) public {
        _fill(stake, shares);
        uint128 all = _bucket.stake;
        assertEq(_bucket.redeem(_bucket.shares), all);
        assertEq(_bucket.stake, 0);
    }

    function testFuzz_Cut_TakesThePart(uint128 stake, uint128 shares, uint16 bps) public {
        _fill(stake, shares);
        bps = uint16(bound(bps, 0, 10_000));
        uint256 before = _bucket.stake;
        uint256 taken = _bucket.cut(bps);
        assertEq(taken, (before * bps) / 10_000);
        assertEq(_bucket.stake, before - taken);
    }

    function test_Worth_IsZeroInAnEmptyBucket() public view {
        assertEq(_bucket.worth(1), 0);
    }

    function test_IsDepleted_BeyondABillionSharesAUnit() public pure {
        assertFalse(StakeBuckets.Bucket(0, 0).isDepleted());
        assertFalse(StakeBuckets.Bucket(2, 2e9).isDepleted());
        assertTrue(StakeBuckets.Bucket(2, 2e9 + 1).isDepleted());
        assertTrue(StakeBuckets.Bucket(0, 1).isDepleted());
    }

    /// @dev Any bucket that can come about: stake up to OPEN's supply, at least as many shares, and not depleted.
    function _fill(uint128 stake, uint128 shares) private {
        stake = uint128(bound(stake, 1, SUPPLY));
        _bucket.stake = stake;
        _bucket.shares = uint128(bound(shares, stake, uint256(stake) * 1e9));
    }

    /// @dev What the shares that are left are worth exceeds what they were worth by less than a unit.
    function _assertPriceRoseByDustOnly(StakeBuckets.Bucket memory before) private view {
        assertLe(_bucket.stake, _bucket.shares);
        uint256 worthBefore = uint256(before.stake) * _bucket.shares;
        uint256 worthNow = uint256(_bucket.stake) * before.shares;
        assertGe(worthNow, worthBefore);
        assertLt(worthNow, worthBefore + before.shares);
    }
}
