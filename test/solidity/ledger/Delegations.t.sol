// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Claims by delegation, branch by branch (Delegations.tree).
contract DelegationsTest is LedgerFixture {
    address private _recipient = makeAddr("recipient");

    function setUp() public override {
        super.setUp();
        accrue(ALICES, 100);
    }

    function test_ClaimFor_RevertsForAnotherPosition() public {
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(_delegation());
        claims[0].claim.position = BOBS;
        _expect(abi.encodeWithSelector(IRoyaltyLedger.WrongDelegation.selector, BOBS, ALICES), claims);
    }

    function test_ClaimFor_RevertsForAnotherCaller() public {
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotDelegate.selector, ALICES, rival));
        vm.prank(rival);
        ledger.claimFor(claims);
    }

    function test_ClaimFor_RevertsForZeroRecipient() public {
        IRoyaltyLedger.Delegation memory delegation = _delegation();
        delegation.recipient = address(0);
        _expect(abi.encodeWithSelector(IRoyaltyLedger.ZeroRecipient.selector), _signed(delegation));
    }

    function test_ClaimFor_RevertsAfterDeadline() public {
        IRoyaltyLedger.Delegation memory delegation = _delegation();
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(delegation);
        vm.warp(uint256(delegation.deadline) + 1);
        _expect(abi.encodeWithSelector(IRoyaltyLedger.DelegationExpired.selector, ALICES, delegation.deadline), claims);
    }

    function test_ClaimFor_RevertsAfterRevocation() public {
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.prank(alice);
        ledger.revokeDelegations(ALICES);
        _expect(abi.encodeWithSelector(IRoyaltyLedger.WrongNonce.selector, ALICES, 0, 1), claims);
    }

    function test_ClaimFor_RevertsAfterSaleAndReturn() public {
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        vm.prank(bob);
        positions.transferFrom(bob, alice, 2);
        _expect(abi.encodeWithSelector(IRoyaltyLedger.WrongNonce.selector, ALICES, 0, uint256(2) << 64), claims);
    }

    function test_ClaimFor_RevertsForForgedSignature() public {
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(_delegation());
        claims[0].delegation.recipient = stranger;
        _expect(abi.encodeWithSelector(IRoyaltyLedger.InvalidDelegation.selector, ALICES), claims);
    }

    function test_ClaimFor_PaysRecipientAsOftenAsWanted() public {
        IRoyaltyLedger.Delegation memory delegation = _delegation();
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(delegation);
        vm.prank(stranger);
        assertEq(ledger.claimFor(claims), 100);
        accrue(ALICES, 11);
        vm.warp(delegation.deadline);
        vm.expectEmit();
        emit IRoyaltyLedger.Claimed(ALICES, _recipient, 0, 11);
        vm.prank(stranger);
        ledger.claimFor(claims);
        assertEq(token.balanceOf(_recipient), 111);
        assertCovered();
    }

    function test_ClaimFor_ServesSeveralDelegations() public {
        IRoyaltyLedger.DelegatedClaim memory alices = _signed(_delegation())[0];
        (address owner, uint256 key) = makeAddrAndKey("owner");
        vm.prank(bob);
        positions.transferFrom(bob, owner, 3);
        accrue(BOBS, 50);
        IRoyaltyLedger.Delegation memory second = IRoyaltyLedger.Delegation(
            BOBS,
            stranger,
            rival,
            ledger.delegationNonceOf(BOBS),
            uint48(block.timestamp)
        );
        uint256 before = token.balanceOf(rival);
        IRoyaltyLedger.DelegatedClaim[] memory claims = new IRoyaltyLedger.DelegatedClaim[](2);
        claims[0] = alices;
        claims[1] = IRoyaltyLedger.DelegatedClaim(second, sign(key, _digest(second)), accruedOnly(BOBS));
        vm.prank(stranger);
        ledger.claimFor(claims);
        assertEq(token.balanceOf(_recipient), 100);
        assertEq(token.balanceOf(rival) - before, 50);
    }

    function test_ClaimFor_AcceptsContractOwner() public {
        SmartAccount account = new SmartAccount(alice);
        vm.prank(alice);
        positions.transferFrom(alice, address(account), 2);
        IRoyaltyLedger.DelegatedClaim[] memory claims = _signed(_delegation());
        vm.prank(stranger);
        ledger.claimFor(claims);
        assertEq(token.balanceOf(_recipient), 100);
    }

    function test_RevokeDelegations_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotPositionOwner.selector, ALICES, bob));
        vm.prank(bob);
        ledger.revokeDelegations(ALICES);
    }

    function test_RevokeDelegations_ChangesNonce() public {
        vm.expectEmit();
        emit IRoyaltyLedger.DelegationsRevoked(ALICES, alice, 1);
        vm.prank(alice);
        ledger.revokeDelegations(ALICES);
    }

    function test_DelegationNonceOf_CountsBoth() public {
        vm.prank(alice);
        ledger.revokeDelegations(ALICES);
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        assertEq(ledger.delegationNonceOf(ALICES), (uint256(1) << 64) | 1);
        assertEq(ledger.delegationNonceOf(BOBS), 0);
    }

    function _delegation() private view returns (IRoyaltyLedger.Delegation memory) {
        return
            IRoyaltyLedger.Delegation(
                ALICES,
                stranger,
                _recipient,
                ledger.delegationNonceOf(ALICES),
                uint48(block.timestamp + 1_000)
            );
    }

    function _signed(
        IRoyaltyLedger.Delegation memory delegation
    ) private view returns (IRoyaltyLedger.DelegatedClaim[] memory claims) {
        claims = new IRoyaltyLedger.DelegatedClaim[](1);
        claims[0] = IRoyaltyLedger.DelegatedClaim(delegation, sign(aliceKey, _digest(delegation)), accruedOnly(ALICES));
    }

    function _digest(IRoyaltyLedger.Delegation memory d) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tributary RoyaltyLedger"),
                keccak256("1"),
                block.chainid,
                address(ledger)
            )
        );
        bytes32 hash = LedgerData.delegationHash(d.position, d.claimer, d.recipient, d.nonce, d.deadline);
        return keccak256(abi.encodePacked("\x19\x01", domain, hash));
    }

    function _expect(bytes memory failure, IRoyaltyLedger.DelegatedClaim[] memory claims) private {
        vm.expectRevert(failure);
        vm.prank(stranger);
        ledger.claimFor(claims);
    }
}
