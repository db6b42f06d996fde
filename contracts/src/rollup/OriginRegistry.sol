// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IOriginRegistry} from "./IOriginRegistry.sol";

/// See IOriginRegistry.
contract OriginRegistry is IOriginRegistry {
    /// Where a header's fields lie that are read: its list has a length of two bytes, and all before the bloom filter is of a
    /// fixed size: parent hash, uncles' hash, coinbase, three roots, each with one byte of head.
    uint256 private constant PARENT = 4;
    /// Behind the bloom filter (a head of 3 bytes, 256 bytes): difficulty, then the number.
    uint256 private constant DIFFICULTY = 3 + 33 + 33 + 21 + 3 * 33 + 259;
    /// No header is shorter than the fields up to there, and four more.
    uint256 private constant SHORTEST = DIFFICULTY + 6;

    /// @inheritdoc IOriginRegistry
    mapping(uint64 number => bytes32) public hashOf;

    /// @inheritdoc IOriginRegistry
    function record(uint64 number) external returns (bytes32 hash) {
        hash = hashOf[number];
        if (hash != 0) return hash;
        // Beyond the last 256 blocks the library asks the EIP-2935 history contract; zero means unknown to both.
        hash = Blockhash.blockHash(number);
        if (hash == 0) revert UnknownBlock(number);
        _keep(number, hash);
    }

    /// @inheritdoc IOriginRegistry
    function recordParent(bytes calldata header) external {
        uint64 number = _numberOf(header);
        _keepParent(number, _parentOf(header, hashOf[number]));
    }

    /// @inheritdoc IOriginRegistry
    function recordAncestor(bytes[] calldata headers) external {
        if (headers.length == 0) revert NotParent();
        uint64 number = _numberOf(headers[0]);
        bytes32 hash = hashOf[number];
        for (uint256 i = 0; i < headers.length; i++) {
            hash = _parentOf(headers[i], hash);
            // The number of the block that `hash` is of follows from how many were shown.
            if (i > 0) number--;
        }
        _keepParent(number, hash);
    }

    /// The first block has no parent: what its header names as such is no block's hash.
    function _keepParent(uint64 number, bytes32 hash) private {
        if (number == 0) revert NotParent();
        if (hashOf[number - 1] == 0) _keep(number - 1, hash);
    }

    function _parentOf(bytes calldata header, bytes32 hash) private pure returns (bytes32) {
        // Unknown blocks have hash 0, which no header has.
        if (header.length < SHORTEST || keccak256(header) != hash) revert NotParent();
        return bytes32(header[PARENT:PARENT + 32]);
    }

    /// A header that is not one gives a number without meaning: its hash is then not what is recorded there.
    function _numberOf(bytes calldata header) private pure returns (uint64) {
        return header.length < SHORTEST ? 0 : _number(header);
    }

    function _keep(uint64 number, bytes32 hash) private {
        hashOf[number] = hash;
        emit OriginRecorded(number, hash);
    }

    /// The field behind the difficulty, which is 0 of every block since the merge but may be longer.
    function _number(bytes calldata header) private pure returns (uint64 number) {
        uint256 position = DIFFICULTY + _size(header, DIFFICULTY);
        if (position >= header.length) return 0;
        uint8 head = uint8(header[position]);
        if (head < 0x80) return head;
        uint256 length = head - 0x80;
        if (length > 8 || position + 1 + length > header.length) return 0;
        for (uint256 i = 1; i <= length; i++) {
            number = number << 8 | uint8(header[position + i]);
        }
    }

    /// Bytes that a short item takes, its head included.
    function _size(bytes calldata header, uint256 position) private pure returns (uint256) {
        uint8 head = uint8(header[position]);
        return head <= 0x80 ? 1 : 1 + uint256(head) - 0x80;
    }
}
