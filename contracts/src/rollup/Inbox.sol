// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IInbox, MessageKind} from "./IInbox.sol";

/// One inbox per chain; clone implementation.
contract Inbox is IInbox, Initializable {
    struct Entry {
        bytes32 accumulator;
        uint64 timestamp;
        uint64 l1Block;
    }

    uint256 public constant MAX_MESSAGES_PER_BLOCK = 64;
    uint256 public constant MAX_FORCED_PER_BLOCK = 16;
    uint256 public constant MAX_MESSAGE_SIZE = 16_384;

    address public rollup;
    /// @inheritdoc IInbox
    bool public closed;
    /// L1 block of the newest forced transaction, and how many there are of that block.
    uint64 private _forcedBlock;
    uint16 private _forcedCount;
    address public bridge;
    Entry[] private _entries;

    constructor() {
        _disableInitializers();
    }

    function initialize(address rollup_, address bridge_) external initializer {
        rollup = rollup_;
        bridge = bridge_;
    }

    /// @inheritdoc IInbox
    function deliver(MessageKind kind, address sender, bytes calldata data) external returns (uint64 index) {
        bool isClose = kind == MessageKind.Close;
        // Only the rollup ends a chain, only the bridge brings value: neither can forge the other's messages.
        if (msg.sender != (isClose ? rollup : bridge)) revert OnlyBridgeOrRollup();
        if (closed) revert InboxClosed();
        if (data.length > MAX_MESSAGE_SIZE) revert MessageTooLarge(data.length);
        index = uint64(_entries.length);
        // CLOSE is exempt from the cap, so that a full block cannot keep a chain alive.
        if (isClose) closed = true;
        else _checkCapacity(index);
        if (kind == MessageKind.ForcedTransaction) _countForced();

        bytes32 accumulator = keccak256(
            abi.encode(
                accumulatorAt(index), index, kind, sender, uint64(block.number), uint64(block.timestamp), keccak256(data)
            )
        );
        _entries.push(
            Entry({accumulator: accumulator, timestamp: uint64(block.timestamp), l1Block: uint64(block.number)})
        );
        emit MessageDelivered(index, kind, sender, uint64(block.number), uint64(block.timestamp), data, accumulator);
    }

    /// @inheritdoc IInbox
    function messageCount() external view returns (uint64) {
        return uint64(_entries.length);
    }

    /// @inheritdoc IInbox
    function accumulatorAt(uint64 position) public view returns (bytes32) {
        if (position > _entries.length) revert UnknownPosition(position);
        return position == 0 ? bytes32(0) : _entries[position - 1].accumulator;
    }

    /// @inheritdoc IInbox
    function timestampOf(uint64 index) external view returns (uint64) {
        return index < _entries.length ? _entries[index].timestamp : 0;
    }

    /// @inheritdoc IInbox
    function l1BlockOf(uint64 index) external view returns (uint64) {
        return index < _entries.length ? _entries[index].l1Block : 0;
    }

    /// The chain executes each with up to 2,000,000 gas beyond what its blocks hold.
    function _countForced() private {
        if (_forcedBlock != block.number) (_forcedBlock, _forcedCount) = (uint64(block.number), 0);
        if (_forcedCount == MAX_FORCED_PER_BLOCK) revert InboxFull(uint64(block.number));
        _forcedCount++;
    }

    /// Message `count - 64` must be of an older block, else 64 messages of this block exist already.
    function _checkCapacity(uint64 count) private view {
        if (count < MAX_MESSAGES_PER_BLOCK) return;
        if (_entries[count - MAX_MESSAGES_PER_BLOCK].l1Block == block.number) revert InboxFull(uint64(block.number));
    }
}
