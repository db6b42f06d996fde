// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Frame, FrameDecoder} from "./FrameDecoder.sol";
import {IBatchRegistry} from "./IBatchRegistry.sol";

/// Stateless towards chains: whoever posts, the hash is what counts.
contract BatchRegistry is IBatchRegistry {
    uint256 public constant MAX_FRAME_SIZE = 65_536;

    /// @inheritdoc IBatchRegistry
    mapping(bytes32 frameHash => uint64 l1Block) public postedAt;

    /// @inheritdoc IBatchRegistry
    function post(bytes calldata frame) external returns (bytes32 frameHash) {
        // An EIP-7702 account that calls itself is both origin and sender, but the frame is then not in the transaction's
        // top-level call: such accounts are told apart by their code.
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert NotTopLevelCall();
        if (frame.length > MAX_FRAME_SIZE) revert FrameTooLarge(frame.length);
        frameHash = keccak256(frame);
        if (postedAt[frameHash] == 0) postedAt[frameHash] = uint64(block.number);
        emit FramePosted(frameHash, frame.length);
    }

    /// @inheritdoc IBatchRegistry
    function decode(bytes calldata frameData)
        external
        pure
        returns (bool wellFormed, uint256 firstBlock, uint256 bodySize, bytes32 bodyHash)
    {
        Frame memory frame;
        if (frameData.length <= MAX_FRAME_SIZE) (wellFormed, frame) = FrameDecoder.decode(frameData);
        if (wellFormed) (firstBlock, bodySize, bodyHash) = (frame.firstBlock, frame.body.length, keccak256(frame.body));
    }
}
