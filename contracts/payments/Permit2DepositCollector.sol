// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IDepositCollector} from "../interfaces/IDepositCollector.sol";
import {IPermit2} from "../interfaces/IPermit2.sol";
import {DepositCollector} from "./DepositCollector.sol";

/// @notice Deposits by Permit2: the payer signs a transfer of any ERC-20 together with the channel that it is for.
contract Permit2DepositCollector is DepositCollector {
    /// @dev An ERC-2612 permit that gives Permit2 its allowance.
    struct TokenPermit {
        uint256 value;
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    string public constant DEPOSIT_WITNESS_TYPE_STRING =
        "DepositWitness witness)DepositWitness(bytes32 channelId)TokenPermissions(address token,uint256 amount)";
    bytes32 public constant DEPOSIT_WITNESS_TYPEHASH = keccak256("DepositWitness(bytes32 channelId)");

    /// @notice The Permit2 contract.
    // The name is part of the scheme's public ABI.
    // solhint-disable-next-line immutable-vars-naming
    IPermit2 public immutable PERMIT2;

    /// @notice The token refused the permit; the deposit went on, since the allowance may be there already.
    event EIP2612PermitFailedWithReason(address indexed token, address indexed owner, string reason);
    event EIP2612PermitFailedWithPanic(address indexed token, address indexed owner, uint256 errorCode);
    event EIP2612PermitFailedWithData(address indexed token, address indexed owner, bytes data);

    error InvalidPermit2Address();
    /// @notice The permit is for another amount than the deposit.
    error Permit2612AmountMismatch();

    constructor(address batchSettlement, address permit2) DepositCollector(batchSettlement) {
        if (permit2 == address(0)) revert InvalidPermit2Address();
        PERMIT2 = IPermit2(permit2);
    }

    /// @inheritdoc IDepositCollector
    /// @param collectorData `abi.encode(uint256 nonce, uint256 deadline, bytes signature, bytes permit)`; `permit` is empty, or of ERC-2612:
    /// `abi.encode(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)`
    function collect(
        address payer,
        address token,
        uint256 amount,
        bytes32 channelId,
        bytes calldata collectorData
    ) external onlyBatchSettlement {
        (uint256 nonce, uint256 deadline, bytes memory signature, bytes memory permit) = abi.decode(
            collectorData,
            (uint256, uint256, bytes, bytes)
        );
        if (permit.length != 0) _permit(payer, token, amount, abi.decode(permit, (TokenPermit)));
        PERMIT2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(token, amount), nonce, deadline),
            IPermit2.SignatureTransferDetails(msg.sender, amount),
            payer,
            keccak256(abi.encode(DEPOSIT_WITNESS_TYPEHASH, channelId)),
            DEPOSIT_WITNESS_TYPE_STRING,
            signature
        );
    }

    /// @dev Anybody can use a permit that they see before it gets here; its allowance is there then all the same.
    function _permit(address owner, address token, uint256 amount, TokenPermit memory permit) private {
        if (permit.value != amount) revert Permit2612AmountMismatch();
        try
            IERC20Permit(token).permit(
                owner,
                address(PERMIT2),
                permit.value,
                permit.deadline,
                permit.v,
                permit.r,
                permit.s
            )
        {} catch Error(string memory reason) {
            emit EIP2612PermitFailedWithReason(token, owner, reason);
        } catch Panic(uint256 code) {
            emit EIP2612PermitFailedWithPanic(token, owner, code);
        } catch (bytes memory data) {
            emit EIP2612PermitFailedWithData(token, owner, data);
        }
    }
}
