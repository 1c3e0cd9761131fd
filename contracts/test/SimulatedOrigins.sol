// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {ContributionId, ModelVersion, PositionId, SettlementId} from "../types/Ids.sol";
import {Method} from "../types/Method.sol";
import {Root} from "../types/Root.sol";

/// @notice SIMULATED models, datanets, tills and attributors in one, so that a test can put any epoch on a real ledger: it says what it was told, and signs everything.
contract SimulatedOrigins is IERC1271 {
    mapping(ModelVersion => IModelRegistry.Index) private _indexes;
    mapping(ModelVersion => Method) private _methods;
    mapping(ContributionId => PositionId) private _earners;

    function setModel(ModelVersion version, IModelRegistry.Index calldata index, Method calldata method) external {
        _indexes[version] = index;
        _methods[version] = method;
    }

    function setEarner(ContributionId contribution, PositionId position) external {
        _earners[contribution] = position;
    }

    function mintPositions(IRoyaltyPositions positions, uint256 count) external {
        for (uint256 i; i < count; ++i) positions.mint(msg.sender, IRoyaltyPositions.PositionKind.Contributor, 1);
    }

    // --- as a till; it holds the tokens ---

    function openSettlement(
        IRoyaltyLedger ledger,
        ModelVersion version,
        Root calldata receipts,
        uint32 count,
        uint128 pool
    ) external returns (SettlementId) {
        IERC20(ledger.token()).approve(address(ledger), pool);
        return ledger.openSettlement(version, receipts, count, pool);
    }

    function addPlainIncome(IRoyaltyLedger ledger, ModelVersion version, uint128 amount) external {
        IERC20(ledger.token()).approve(address(ledger), amount);
        ledger.addPlainIncome(version, amount);
    }

    function isTill(address till) external view returns (bool) {
        return till == address(this);
    }

    // --- as the model registry ---

    function indexOf(ModelVersion version) external view returns (IModelRegistry.Index memory index) {
        return _indexes[version];
    }

    function methodOf(ModelVersion version) external view returns (Method memory) {
        return _methods[version];
    }

    function indexStatus(ModelVersion) external pure returns (IModelRegistry.IndexStatus) {
        return IModelRegistry.IndexStatus.Usable;
    }

    function isCourt(address) external pure returns (bool) {
        return false;
    }

    // --- as the datanet registry ---

    function earnerOf(ContributionId contribution, uint48) external view returns (PositionId) {
        return _earners[contribution];
    }

    function datanetCount() external pure returns (uint64) {
        return 1;
    }

    // --- as the attributors, and the one that signs ---

    function weightOf(address) external pure returns (uint256) {
        return 1;
    }

    function quorum() external pure returns (uint256) {
        return 1;
    }

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}
