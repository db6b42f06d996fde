// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "../IStep.sol";
import {BlockTransaction} from "./BlockTransaction.sol";
import {Rlp} from "./Rlp.sol";
import {Witness, WitnessReader} from "./Witness.sol";
import {WordTree} from "./WordTree.sol";

/// A log as it was shown; its data lies in a word tree.
struct Log {
    uint256 account;
    uint256[] topics;
    bytes32 root;
    uint256 offset;
    uint256 length;
}

/// Bytes that are put together.
struct Buffer {
    /// Room for them.
    bytes content;
    uint256 length;
}

/// Receipts in their consensus form (EIP-658, EIP-2718), in parts; packages/dispute/src/transaction/receiptBytes.ts is the other
/// implementation.
library ReceiptBytes {
    using WitnessReader for Witness;

    uint256 private constant MAX_TOPICS = 4;

    /// Reads what a log consists of.
    function readLog(Witness memory witness, bytes32 digest) internal pure returns (Log memory log) {
        log.account = witness.word();
        uint256 count = witness.word();
        if (count > MAX_TOPICS) revert IStep.WrongState();
        log.topics = witness.words(count);
        log.root = witness.digest();
        (log.offset, log.length) = (witness.word(), witness.word());
        bytes32 shown = keccak256(
            bytes.concat(
                abi.encode(log.account, count), abi.encodePacked(log.topics), abi.encode(log.root, log.offset, log.length)
            )
        );
        if (shown != digest) revert IStep.WrongState();
    }

    /// Bytes `from` to before `to` of a log's data.
    function dataOf(Witness memory witness, Log memory log, uint256 from, uint256 to)
        internal
        pure
        returns (bytes memory data)
    {
        if (from >= to) return data;
        data = new bytes(to - from);
        (uint256[] memory words,) = WordTree.span(witness, log.root, log.offset + from, to - from);
        uint256 place = (log.offset + from) & 31;
        assembly ("memory-safe") {
            mcopy(add(data, 0x20), add(add(words, 0x20), place), mload(data))
        }
    }

    /// What stands before a log's data. @param first its first byte, which counts where there is no other
    function logHead(Log memory log, uint256 first) internal pure returns (bytes memory) {
        bytes memory topics;
        for (uint256 i = 0; i < log.topics.length; i++) {
            topics = abi.encodePacked(topics, bytes1(0xa0), log.topics[i]);
        }
        // One byte below 0x80 is its own encoding.
        bytes memory dataHead =
            log.length == 1 && first < 0x80 ? bytes("") : BlockTransaction.head(0x80, log.length);
        bytes memory fields =
            abi.encodePacked(bytes1(0x94), address(uint160(log.account)), Rlp.list(topics), dataHead);
        return abi.encodePacked(BlockTransaction.head(0xc0, fields.length + log.length), fields);
    }

    function firstOf(bytes memory data) internal pure returns (uint256) {
        return data.length == 0 ? 0 : uint8(data[0]);
    }

    /// Puts a log into a bloom (yellow paper 4.3.1).
    function addToBloom(bytes memory bloom, Log memory log) internal pure {
        _add(bloom, keccak256(abi.encodePacked(uint160(log.account))));
        for (uint256 i = 0; i < log.topics.length; i++) {
            _add(bloom, keccak256(abi.encode(log.topics[i])));
        }
    }

    function _add(bytes memory bloom, bytes32 hash) private pure {
        for (uint256 i = 0; i < 3; i++) {
            uint256 bit = (uint256(hash) >> (240 - 16 * i)) & 2047;
            uint256 place = 255 - (bit >> 3);
            bloom[place] = bytes1(uint8(bloom[place]) | uint8(1 << (bit & 7)));
        }
    }

    /// The leaf of a trie of receipts up to the first log. @param payload bytes that the logs take
    function head(
        bytes memory path,
        uint256 kind,
        bool succeeded,
        uint256 cumulativeGas,
        bytes memory bloom,
        uint256 payload
    ) internal pure returns (bytes memory) {
        bytes memory fields = abi.encodePacked(
            succeeded ? bytes1(0x01) : bytes1(0x80),
            Rlp.number(cumulativeGas),
            bytes3(0xb90100),
            bloom,
            BlockTransaction.head(0xc0, payload)
        );
        bytes memory receipt = abi.encodePacked(BlockTransaction.head(0xc0, fields.length + payload), fields);
        if (kind != 0) receipt = abi.encodePacked(uint8(kind), receipt);
        return abi.encodePacked(BlockTransaction.leafHead(path, receipt.length + payload), receipt);
    }

    function room(uint256 size) internal pure returns (Buffer memory buffer) {
        buffer.content = new bytes(size);
    }

    /// Appends bytes `from` to before `to`; what is beyond their end is left out.
    function append(Buffer memory buffer, bytes memory part, uint256 from, uint256 to) internal pure {
        if (to > part.length) to = part.length;
        if (from >= to) return;
        uint256 size = to - from;
        uint256 start = buffer.length;
        if (start + size > buffer.content.length) revert IStep.WrongState();
        bytes memory content = buffer.content;
        assembly ("memory-safe") {
            mcopy(add(add(content, 0x20), start), add(add(part, 0x20), from), size)
        }
        buffer.length = start + size;
    }
}
