// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {Epoch, PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {PayoutTree} from "../support/PayoutTree.sol";
import {IncomeActions} from "./IncomeActions.sol";

/// @notice What proposers and claimers do. Proposed roots are of any kind, as long as their sum is what the ledger asks for.
abstract contract ClaimActions is IncomeActions {
    /// @dev Honest: everybody keeps what they had and gets a part of the pools. Rewritten: any division of everything. Hidden: honest in its left
    /// half, and as much again for everybody in a half that the root does not count. Closed: a hash that nobody can open.
    enum RootKind {
        Honest,
        Rewritten,
        Hidden,
        Closed
    }

    struct Payouts {
        RootKind kind;
        uint128 sum;
        uint128[32] leaves;
    }

    struct Held {
        Epoch epoch;
        uint32 proposal;
        bool isOver;
    }

    /// @notice Bonds of proposals that are held; attributed income that was paid.
    mapping(uint256 ledger => uint256) public proposalBonds;
    mapping(uint256 ledger => uint256) public attributedPaid;
    mapping(uint256 ledger => mapping(Epoch => mapping(uint32 proposal => Payouts))) private _proposed;
    mapping(uint256 ledger => Payouts) internal _payouts;
    mapping(uint256 ledger => Held[]) private _held;
    uint256 private _roots;

    // --- actions ---

    /// @dev From a payment to a claim, so that the later steps are reached often.
    function runEpoch(uint256 which, uint256 seed, uint256 amount) external {
        uint256 ledger = which % 2;
        if (_settleOne(ledger, seed, amount) && _propose(ledger, _person(seed), RootKind(seed % 4), amount)) {
            _finalize(ledger);
            _did();
        }
    }

    function propose(uint256 who, uint256 which, uint256 seed) external {
        uint256 ledger = which % 2;
        if (_epochs(ledger) == 0 && !_settleOne(ledger, which, seed)) return;
        if (_propose(ledger, _person(who), RootKind(seed % 4), seed >> 2)) _did();
    }

    function finalize(uint256 which) external {
        uint256 ledger = which % 2;
        if (_epochs(ledger) == 0 || ledgers[ledger].proposalCount(ledgers[ledger].nextEpoch()) == 0) return;
        _finalize(ledger);
        _did();
    }

    function returnProposalBond(uint256 which, uint256 seed) external {
        uint256 ledger = which % 2;
        uint256 count = _held[ledger].length;
        for (uint256 i; i < count; ++i) {
            Held storage held = _held[ledger][((seed % count) + i) % count];
            if (held.isOver) continue;
            IRoyaltyLedger.Proposal memory lost = ledgers[ledger].proposalOf(held.epoch, held.proposal);
            if (lost.status != IRoyaltyLedger.ProposalStatus.Superseded) continue;
            held.isOver = true;
            _bookReturn(ledger, lost);
            ledgers[ledger].returnBond(held.epoch, held.proposal);
            _did();
            return;
        }
    }

    /// @dev For several owners at once, by anybody.
    function claim(uint256 which, uint256 from, uint256 count) external {
        uint256 ledger = which % 2;
        IRoyaltyVault.Claim[] memory claims = _claims(ledger, from, 1 + (count % 4), address(0));
        uint256 paid = _totalOf(ledger, claims);
        bool isSound = _isSound(ledger, claims);
        try vaults[ledger].claim(claims) returns (uint256 total) {
            if (!isSound || total != paid) _violate("a claim was paid that is not owed");
            for (uint256 i; i < claims.length; ++i) _bookClaim(ledger, claims[i], _ownerOf(claims[i].position));
            if (paid != 0) _did();
        } catch {
            if (isSound) _violate("a sound claim was refused");
        }
    }

    function claimTo(uint256 which, uint256 from, uint256 recipient) external {
        uint256 ledger = which % 2;
        address owner = _personWithPosition(from);
        if (owner == address(0)) return;
        IRoyaltyVault.Claim[] memory claims = _claims(ledger, from, 3, owner);
        if (!_isSound(ledger, claims)) return;
        uint256 paid = _totalOf(ledger, claims);
        for (uint256 i; i < claims.length; ++i) _bookClaim(ledger, claims[i], _person(recipient));
        address claimer = owner;
        if (recipient % 3 == 0) {
            // By an account that the owner appointed.
            claimer = _person(recipient >> 8);
            for (uint256 i; i < claims.length; ++i) {
                vm.prank(owner);
                vaults[ledger].setClaimer(claims[i].position, claimer);
            }
        }
        vm.prank(claimer);
        vaults[ledger].claimTo(_person(recipient), claims);
        if (paid != 0) _did();
    }

    function claimFor(uint256 which, uint256 from, uint256 recipient) external {
        uint256 ledger = which % 2;
        address owner = _personWithPosition(from);
        if (owner == address(0)) return;
        IRoyaltyVault.Claim[] memory claims = _claims(ledger, from, 1, owner);
        if (!_isSound(ledger, claims) || _totalOf(ledger, claims) == 0) return;
        address claimer = _person(recipient >> 8);
        IRoyaltyVault.DelegatedClaim[] memory items = _delegated(ledger, claims[0], claimer, owner, _person(recipient));
        if (recipient % 3 == 0) {
            vm.prank(owner);
            vaults[ledger].revokeDelegations(claims[0].position);
            vm.prank(claimer);
            try vaults[ledger].claimFor(items) {
                _violate("a revoked delegation was used");
            } catch {}
            return;
        }
        _bookClaim(ledger, claims[0], _person(recipient));
        vm.prank(claimer);
        vaults[ledger].claimFor(items);
        _did();
    }

    function accrueTo(uint256 who, uint256 which, uint256 amount) external {
        uint256 ledger = which % 2;
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        to[0] = PositionId.wrap(1 + uint64((which >> 1) % _p.positions.positionCount()));
        amounts[0] = _amount(amount);
        spent[ledger][_person(who)] += amounts[0];
        _accrue(ledger, to[0], amounts[0]);
        vm.prank(_person(who));
        ledgers[ledger].accrue(to, amounts);
        _did();
    }

    // --- steps ---

    function _settleOne(uint256 ledger, uint256 seed, uint256 amount) private returns (bool) {
        ModelTill till = _tillOf(ledger, seed);
        uint128 fee = _amount(amount);
        _pay(accounts[seed % USERS], till, fee);
        return _attest(ledger, _close(till, _versionOf(till, seed), fee));
    }

    function _propose(uint256 ledger, address by, RootKind kind, uint256 seed) private returns (bool) {
        RoyaltyLedger target = ledgers[ledger];
        vm.warp(vm.getBlockTimestamp() + SKETCH_WINDOW_SECONDS);
        target.advance(type(uint256).max);
        if (_epochs(ledger) == 0) return false;
        Epoch epoch = target.nextEpoch();
        _reach(target.epochEnd(epoch));
        target.advance(type(uint256).max);
        uint128 pools = target.epochPools(epoch);
        uint32 id = target.proposalCount(epoch);
        Payouts storage proposed = _proposed[ledger][epoch][id];
        (proposed.kind, proposed.sum) = (kind, target.payoutsRoot().sum + pools);
        proposed.leaves = _leaves(ledger, kind, proposed.sum, seed);
        Root memory root = Root(keccak256(abi.encode(++_roots)), proposed.sum);
        if (kind != RootKind.Closed) root.hash = PayoutTree.rootOf(proposed.leaves, kind == RootKind.Hidden).hash;
        uint256 bond = target.requiredBond(epoch);
        _takeBond(_bondOf(ledger), by, bond);
        proposalBonds[ledger] += bond;
        _held[ledger].push(Held(epoch, id, false));
        vm.prank(by);
        target.propose(epoch, Root(keccak256(abi.encode(_roots)), pools), root, 0);
        return true;
    }

    function _finalize(uint256 ledger) private {
        RoyaltyLedger target = ledgers[ledger];
        Epoch epoch = target.nextEpoch();
        IRoyaltyLedger.Proposal memory winner = target.proposalOf(epoch, 0);
        _reach(winner.finalizableAt);
        _bookReturn(ledger, winner);
        uint256 pools = target.epochPools(epoch);
        uint256 fee = target.parameters().proposerFee;
        if (fee > pools / 100) fee = pools / 100;
        if (fee > accrued[ledger][1]) fee = accrued[ledger][1];
        accrued[ledger][1] -= fee;
        due[ledger][winner.proposer] += fee;
        finalized[ledger] += pools;
        _payouts[ledger] = _proposed[ledger][epoch][0];
        for (uint256 i; i < _held[ledger].length; ++i) {
            Held storage held = _held[ledger][i];
            if (Epoch.unwrap(held.epoch) == Epoch.unwrap(epoch) && held.proposal == 0) held.isOver = true;
        }
        target.finalize(epoch);
    }

    // --- books ---

    function _bookReturn(uint256 ledger, IRoyaltyLedger.Proposal memory proposal) private {
        _returnBond(_bondOf(ledger), proposal.proposer, proposal.bond);
        proposalBonds[ledger] -= proposal.bond;
    }

    function _bookClaim(uint256 ledger, IRoyaltyVault.Claim memory item, address recipient) internal {
        uint64 position = PositionId.unwrap(item.position);
        uint256 attributed = _attributed(ledger, item);
        due[ledger][recipient] += attributed + accrued[ledger][position];
        attributedPaid[ledger] += attributed;
        claimed[ledger][position] += attributed;
        accrued[ledger][position] = 0;
    }

    /// @dev What an opening shows beyond what was claimed before.
    function _attributed(uint256 ledger, IRoyaltyVault.Claim memory item) private view returns (uint256) {
        return item.opening.length == 0 ? 0 : item.cumulative - claimed[ledger][PositionId.unwrap(item.position)];
    }

    /// @dev Whether the vault must pay these claims: all open, none goes back, and together they are not more than is there, donations included.
    function _isSound(uint256 ledger, IRoyaltyVault.Claim[] memory claims) internal view returns (bool) {
        uint256 total;
        for (uint256 i; i < claims.length; ++i) {
            if (claims[i].opening.length == 0) continue;
            uint64 position = PositionId.unwrap(claims[i].position);
            RootKind kind = _payouts[ledger].kind;
            if (kind == RootKind.Closed || (kind == RootKind.Hidden && position > 15)) return false;
            if (claims[i].cumulative < claimed[ledger][position]) return false;
            total += _attributed(ledger, claims[i]);
        }
        return total <= finalized[ledger] - attributedPaid[ledger] + donated[ledger][address(vaults[ledger])];
    }

    function _totalOf(uint256 ledger, IRoyaltyVault.Claim[] memory claims) internal view returns (uint256 total) {
        if (!_isSound(ledger, claims)) return 0;
        for (uint256 i; i < claims.length; ++i) {
            total += _attributed(ledger, claims[i]) + accrued[ledger][PositionId.unwrap(claims[i].position)];
        }
    }

    function _leaves(
        uint256 ledger,
        RootKind kind,
        uint128 sum,
        uint256 seed
    ) private view returns (uint128[32] memory leaves) {
        Payouts memory last = _payouts[ledger];
        uint128 left = sum;
        if (kind != RootKind.Rewritten) {
            uint256 count = last.kind == RootKind.Hidden ? 16 : 32;
            for (uint256 i; i < count; ++i) (leaves[i], left) = (last.leaves[i], left - last.leaves[i]);
        }
        uint64 positions = _p.positions.positionCount();
        for (uint256 i; left != 0; ++i) {
            uint128 part = i == 5 ? left : uint128(uint256(keccak256(abi.encode(seed, i))) % (uint256(left) + 1));
            uint256 place = 1 + (uint256(keccak256(abi.encode(i, seed))) % positions);
            (leaves[place], left) = (leaves[place] + part, left - part);
        }
        if (kind != RootKind.Hidden) return leaves;
        for (uint256 i = 16; i < 32; ++i) (leaves[1], leaves[i]) = (leaves[1] + leaves[i], sum);
    }

    // --- views ---

    function _bondOf(uint256 ledger) private pure returns (Bond) {
        return ledger == OPEN ? Bond.Proposal : Bond.UsdProposal;
    }

    /// @dev 1 if there is an epoch to propose for.
    function _epochs(uint256 ledger) private view returns (uint256) {
        try ledgers[ledger].nextEpoch() {
            return 1;
        } catch {
            return 0;
        }
    }

    function _ownerOf(PositionId position) internal view returns (address) {
        return _p.positions.ownerOf(PositionId.unwrap(position));
    }

    /// @dev A person who owns a position, looked for from a place on.
    function _personWithPosition(uint256 from) internal view returns (address) {
        uint64 count = _p.positions.positionCount();
        for (uint256 i; i < count; ++i) {
            address owner = _p.positions.ownerOf(1 + (((from % count) + i) % count));
            if (_keyOf[owner] != 0) return owner;
        }
        return address(0);
    }

    /// @dev Claims of up to so many positions, of one owner if there is one to name.
    function _claims(
        uint256 ledger,
        uint256 from,
        uint256 most,
        address owner
    ) internal view returns (IRoyaltyVault.Claim[] memory claims) {
        claims = new IRoyaltyVault.Claim[](most);
        uint64 count = _p.positions.positionCount();
        uint256 found;
        for (uint256 i; i < count && found < most; ++i) {
            uint64 place = 1 + uint64(((from % count) + i) % count);
            if (owner != address(0) && _p.positions.ownerOf(place) != owner) continue;
            claims[found++] = _claimOf(ledger, place);
        }
        assembly ("memory-safe") {
            mstore(claims, found)
        }
    }

    function _claimOf(uint256 ledger, uint64 place) internal view returns (IRoyaltyVault.Claim memory item) {
        item.position = PositionId.wrap(place);
        Payouts memory last = _payouts[ledger];
        if (last.leaves[place] == 0) return item;
        item.cumulative = last.leaves[place];
        item.payloadHash = PayoutTree.PAYLOAD;
        item.opening = PayoutTree.open(last.leaves, last.kind == RootKind.Hidden, place);
    }

    function _delegated(
        uint256 ledger,
        IRoyaltyVault.Claim memory item,
        address claimer,
        address owner,
        address recipient
    ) private view returns (IRoyaltyVault.DelegatedClaim[] memory items) {
        items = new IRoyaltyVault.DelegatedClaim[](1);
        uint256 nonce = vaults[ledger].delegationNonceOf(item.position);
        uint48 deadline = _now();
        bytes32 message = LedgerData.delegationHash(item.position, claimer, recipient, nonce, deadline);
        items[0].delegation = IRoyaltyVault.Delegation(item.position, claimer, recipient, nonce, deadline);
        items[0].signature = _sign(owner, keccak256(abi.encodePacked(hex"1901", _domainOf(ledger), message)));
        items[0].claim = item;
    }

    function _domainOf(uint256 ledger) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Tributary RoyaltyVault"),
                    keccak256("1"),
                    block.chainid,
                    address(vaults[ledger])
                )
            );
    }
}
