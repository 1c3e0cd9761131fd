// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ModelId, ModelVersion, SettlementId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";

/// @notice The `payTo` address of one model at one gateway: receives fees, and at close divides them to the unit.
/// The stakers' part of a fee funds the model's pool of stake. While staking does not list the till's token as a reward token, that part joins the
/// data's, so that no fee waits for governance; `FeeSplit` says what each part got, so the stakers' is 0 then.
interface IModelTill {
    event Closed(
        SettlementId indexed settlement,
        ModelVersion indexed version,
        Root receipts,
        uint32 count,
        uint128 fee,
        uint128 pool,
        bytes32 bundleHash
    );
    event ClosedPlain(ModelVersion indexed version, uint128 fee, uint128 pool);
    /// @notice What each part of a fee got, in the order of docs/formats.md §6.2 (ancestors and curators summed).
    event FeeSplit(
        ModelVersion indexed version,
        uint128 treasury,
        uint128 gateway,
        uint128 ancestors,
        uint128 curators,
        uint128 stakers,
        uint128 developer,
        uint128 data
    );

    error NotGateway(address caller);
    error WrongModel(ModelVersion version);
    error IndexNotUsable(ModelVersion version);
    error NoReceipts();
    error TooManyReceipts(uint32 count);
    error NotCovered(uint256 balance, uint128 fee);
    error NothingToClose();

    /// @notice Books the receipts of a period as one settlement; only the till's gateway. The fee is `receipts.sum` and must be in the till.
    /// @param bundleHash Manifest of the published receipts.
    function close(
        ModelVersion version,
        Root calldata receipts,
        uint32 count,
        bytes32 bundleHash
    ) external returns (SettlementId);

    /// @notice Books everything in the till that no receipt covers; only the till's gateway. The data share joins the pool of the version's next group.
    function closePlain(ModelVersion version) external;

    function model() external view returns (ModelId);

    function gateway() external view returns (address);

    /// @notice EIP-712 digest of a receipt of this till with the given struct hash (docs/formats.md §7.1).
    function receiptDigest(bytes32 receiptHash) external view returns (bytes32);
}
