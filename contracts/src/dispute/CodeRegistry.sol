// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICodeRegistry} from "./ICodeRegistry.sol";
import {WordTree} from "./lib/WordTree.sol";

/// See ICodeRegistry.
contract CodeRegistry is ICodeRegistry {
    uint256 public constant MAX_LENGTH = 49_152;
    uint256 public constant CHUNK = 31;
    /// Levels of the tree over chunks.
    uint256 public constant CHUNK_DEPTH = 11;

    mapping(bytes32 codeHash => Code) private _codes;

    /// @inheritdoc ICodeRegistry
    function register(bytes calldata code) external returns (bytes32 codeHash) {
        if (code.length > MAX_LENGTH) revert CodeTooLong(code.length);
        codeHash = keccak256(code);
        if (_codes[codeHash].known) return codeHash;
        _codes[codeHash] = Code({
            chunks: WordTree.build(_chunks(code), CHUNK_DEPTH),
            bytesRoot: WordTree.build(_words(code), WordTree.DEPTH),
            length: uint64(code.length),
            known: true,
            delegate: _delegate(code)
        });
        emit CodeRegistered(codeHash, code.length);
    }

    /// @inheritdoc ICodeRegistry
    function codeOf(bytes32 codeHash) external view returns (Code memory) {
        return _codes[codeHash];
    }

    function _chunks(bytes calldata code) private pure returns (uint256[] memory chunks) {
        uint256 count = (code.length + CHUNK - 1) / CHUNK;
        chunks = new uint256[](count);
        /// Place of the next instruction in the code.
        uint256 next = 0;
        for (uint256 i = 0; i < count; i++) {
            uint256 start = i * CHUNK;
            uint256 chunk = _wordAt(code, start) & ~uint256(0xff);
            uint256 end = start + CHUNK;
            chunks[i] = chunk | (next < end ? next - start : CHUNK);
            // In assembly, for it is done for every instruction, and the longest code must fit one transaction.
            assembly ("memory-safe") {
                for {} lt(next, end) {} {
                    let op := byte(sub(next, start), chunk)
                    next := add(next, 1)
                    // PUSH1 to PUSH32 have operands.
                    if lt(sub(op, 0x60), 0x20) { next := add(next, sub(op, 0x5f)) }
                }
            }
        }
    }

    function _words(bytes calldata code) private pure returns (uint256[] memory words) {
        uint256 count = (code.length + 31) / 32;
        words = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            words[i] = _wordAt(code, 32 * i);
        }
    }

    /// 32 bytes, zeros beyond the end.
    function _wordAt(bytes calldata code, uint256 start) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(code.offset, start))
        }
        uint256 left = code.length - start;
        if (left < 32) word &= ~(type(uint256).max >> (8 * left));
    }

    function _delegate(bytes calldata code) private pure returns (address) {
        if (code.length != 23 || bytes3(code[0:3]) != 0xef0100) return address(0);
        return address(bytes20(code[3:23]));
    }
}
