// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CurrencyMode} from "../rollup/IRollupFactory.sol";
import {IChainState, Mode, OnlySystem, SETTLER, SYSTEM} from "./IPredeploys.sol";

/// Genesis writes the storage; there is no constructor.
contract ChainState is IChainState {
    struct Currency {
        CurrencyMode mode;
        address token;
    }

    /// @inheritdoc IChainState
    uint64 public l1OriginNumber;
    /// @inheritdoc IChainState
    uint64 public l1OriginTimestamp;
    /// @inheritdoc IChainState
    uint64 public inboxPosition;
    /// @inheritdoc IChainState
    Mode public mode;
    /// @inheritdoc IChainState
    bytes32 public l1OriginHash;
    /// @inheritdoc IChainState
    bytes32 public inboxAccumulator;
    /// @inheritdoc IChainState
    address public owner;
    /// @inheritdoc IChainState
    address public faucetOperator;
    /// A struct, so that it has a slot of its own.
    Currency private _currency;

    modifier onlySystem() {
        if (msg.sender != SYSTEM) revert OnlySystem();
        _;
    }

    /// @inheritdoc IChainState
    function advance(uint64 number, bytes32 hash, uint64 timestamp, uint64 position, bytes32 accumulator)
        external
        onlySystem
    {
        l1OriginNumber = number;
        l1OriginTimestamp = timestamp;
        inboxPosition = position;
        l1OriginHash = hash;
        inboxAccumulator = accumulator;
        emit OriginAdvanced(number, hash, position);
    }

    /// @inheritdoc IChainState
    function enterSettle() external onlySystem {
        mode = Mode.Settle;
        emit ModeChanged(Mode.Settle);
    }

    /// @inheritdoc IChainState
    function currencyMode() external view returns (CurrencyMode) {
        return _currency.mode;
    }

    /// @inheritdoc IChainState
    function currencyToken() external view returns (address) {
        return _currency.token;
    }

    /// @inheritdoc IChainState
    function skipForced(uint64 inboxIndex, bytes32 transactionHash, uint8 reason) external onlySystem {
        emit ForcedTransactionSkipped(inboxIndex, transactionHash, reason);
    }

    /// @inheritdoc IChainState
    function enterSettled() external {
        if (msg.sender != SETTLER) revert OnlySystem();
        mode = Mode.Settled;
        emit ModeChanged(Mode.Settled);
    }
}
