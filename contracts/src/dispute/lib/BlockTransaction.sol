// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SYSTEM} from "../../predeploys/IPredeploys.sol";
import {Transaction} from "../MachineState.sol";
import {FactsWords, Kinds, Preimage, ProgressWords, Purposes, TransactionWords} from "../Words.sol";
import {Hashing} from "./Hashing.sol";
import {IndexTrie} from "./IndexTrie.sol";
import {TransactionDecoder} from "./TransactionDecoder.sol";
import {Witness} from "./Witness.sol";
import {WordTree} from "./WordTree.sol";

/// A block at one of its transactions.
struct InBlock {
    Witness witness;
    /// Words of ProgressWords and FactsWords.
    uint256[] progress;
    uint256[] facts;
    bytes32 blockContext;
    bytes32 blockJournal;
}

/// Begins the transactions of a block; packages/dispute/src/transaction is the other implementation.
library BlockTransaction {
    using Preimage for Witness;

    /// Root of a tree of zeros.
    bytes32 internal constant EMPTY_TREE = 0xc65e9645644786b620e2dd2ad648ddfcbf4a7e5b1a3a4ecfe7f64667a3f0b7e2;

    // Phases of a start (packages/dispute/src/machine/state.ts).
    uint256 internal constant SENDER = 0;
    uint256 internal constant CHECK = 5;

    // Domains of source hashes (packages/protocol/src/sourceHash.ts).
    uint256 internal constant FROM_ORIGIN = 0;
    uint256 internal constant FROM_MESSAGE = 1;
    uint256 internal constant FROM_SKIP = 3;

    uint256 private constant TRANSACTION_GAS = 21_000;

    /// Transactions that follow from the L1.
    function originCount(InBlock memory b) internal pure returns (uint256) {
        return b.facts[FactsWords.ADVANCES] == 0 ? 0 : 1 + b.facts[FactsWords.MESSAGE_COUNT];
    }

    /// Digest of the state of a claim that can't be true.
    function invalid() internal pure returns (bytes32) {
        return keccak256(abi.encode(Kinds.INVALID));
    }

    /// Digest of the state between two transactions.
    function between(InBlock memory b) internal pure returns (bytes32) {
        return keccak256(abi.encode(Kinds.BETWEEN, b.blockContext, b.blockJournal, Preimage.hash(b.progress)));
    }

    /// The same behind a call of a fork. @param fork as in Env
    function afterCall(InBlock memory b, uint256 fork) internal pure returns (bytes32) {
        bool isFirst = b.progress[ProgressWords.PHASE] == ProgressWords.ORIGIN_CALL;
        b.progress[ProgressWords.PHASE] =
            isFirst && fork != 0 ? ProgressWords.PARENT_CALL : ProgressWords.TRANSACTIONS;
        return between(b);
    }

    /// Puts the next transaction, `size` bytes at `pointer`, into the trie of transactions.
    function keep(InBlock memory b, uint256 pointer, uint256 size) internal pure {
        bytes memory node = _leaf(b, pointer, size);
        _put(b, b.progress[ProgressWords.RECEIPTS], uint256(keccak256(node)));
        if (node.length < 32) _put(b, _shortPlace(b), _short(node));
    }

    /// Puts a transaction in the place of one that was kept.
    function replace(InBlock memory b, bytes memory raw) internal pure {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(raw, 0x20)
        }
        // Never shorter than a hash.
        bytes memory node = _leaf(b, pointer, raw.length);
        _put(b, b.progress[ProgressWords.RECEIPTS], uint256(keccak256(node)));
        _put(b, _shortPlace(b), 0);
    }

    function _shortPlace(InBlock memory b) private pure returns (uint256) {
        return IndexTrie.SHORT_LEAVES + b.progress[ProgressWords.RECEIPTS];
    }

    function _put(InBlock memory b, uint256 place, uint256 word) private pure {
        bytes32 root = bytes32(b.progress[ProgressWords.TRANSACTION_LEAVES]);
        (uint256[] memory words, Witness memory siblings) = WordTree.words(b.witness, root, place, 1);
        words[0] = word;
        b.progress[ProgressWords.TRANSACTION_LEAVES] = uint256(WordTree.withWords(siblings, words, place));
    }

    /// A node of less than 32 bytes in a word, its length in the last byte.
    function _short(bytes memory node) private pure returns (uint256 word) {
        uint256 size = node.length;
        assembly ("memory-safe") {
            word := mload(add(node, 0x20))
        }
        word = (word & ~(type(uint256).max >> (8 * size))) | size;
    }

    function _leaf(InBlock memory b, uint256 pointer, uint256 size) private pure returns (bytes memory) {
        bytes memory path =
            IndexTrie.leafPath(b.progress[ProgressWords.RECEIPTS], b.facts[FactsWords.TOTAL]);
        return leafNode(path, pointer, size);
    }

    /// Leaf of a trie: a list of its path, and of the `size` > 1 bytes at `pointer`.
    function leafNode(bytes memory path, uint256 pointer, uint256 size) internal pure returns (bytes memory) {
        bytes memory value = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(value, 0x20), pointer, size)
        }
        return bytes.concat(leafHead(path, size), value);
    }

    /// What stands before the value.
    function leafHead(bytes memory path, uint256 size) internal pure returns (bytes memory) {
        // One byte below 0x80 is its own encoding.
        bytes memory first = path.length == 1 ? path : abi.encodePacked(uint8(0x80 + path.length), path);
        bytes memory valueHead = head(0x80, size);
        return bytes.concat(head(0xc0, first.length + valueHead.length + size), first, valueHead);
    }

    /// Head of a string (0x80) or list (0xc0) of less than 16 MiB.
    function head(uint256 short, uint256 size) internal pure returns (bytes memory) {
        if (size < 56) return abi.encodePacked(uint8(short + size));
        if (size < 1 << 8) return abi.encodePacked(uint8(short + 56), uint8(size));
        if (size < 1 << 16) return abi.encodePacked(uint8(short + 57), uint16(size));
        return abi.encodePacked(uint8(short + 58), uint24(size));
    }

    /// Digest of the state with which a transaction begins. @param item, key of its first phase
    function begin(InBlock memory b, Transaction memory transaction, uint256 phase, uint256 item, uint256 key)
        internal
        pure
        returns (bytes32)
    {
        transaction.progress = Preimage.hash(b.progress);
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := transaction
        }
        return keccak256(
            abi.encode(
                Kinds.START,
                Hashing.range(pointer, TransactionWords.COUNT),
                b.blockContext,
                bytes32(0),
                b.blockJournal,
                phase,
                item,
                key,
                uint256(0)
            )
        );
    }

    /// Wire form of a transaction that the protocol makes.
    function protocolRaw(uint256 chainId, uint256 domain, uint256 number, address to, uint256 gas, bytes memory data)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 source = keccak256(abi.encode(chainId, domain, number));
        // Data of one byte below 0x80 would be its own encoding: there is none.
        bytes memory content = bytes.concat(
            abi.encodePacked(bytes1(0xa0), source, bytes1(0x94), SYSTEM, bytes1(0x94), to, bytes2(0x8080)),
            abi.encodePacked(bytes1(0x83), uint24(gas), bytes1(0x80)),
            head(0x80, data.length),
            data
        );
        return bytes.concat(bytes1(uint8(TransactionDecoder.SYSTEM)), head(0xc0, content.length), content);
    }

    /// What a transaction that the protocol makes is.
    function protocol(address to, uint256 gas, bytes memory data) internal pure returns (Transaction memory) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(data, 0x20)
        }
        return system(uint160(SYSTEM), uint160(to), gas, pointer, data.length);
    }

    /// One of type 0x7e with `size` bytes of data at `pointer`.
    function system(uint256 sender, uint256 to, uint256 gas, uint256 pointer, uint256 size)
        internal
        pure
        returns (Transaction memory transaction)
    {
        transaction.sender = sender;
        transaction.to = to;
        transaction.gasLimit = gas;
        (transaction.dataRoot, transaction.dataLength) = (dataRoot(pointer, size), size);
        transaction.intrinsicGas = TRANSACTION_GAS + 4 * tokens(pointer, size);
        empty(transaction);
        transaction.purpose = Purposes.PROTOCOL;
        transaction.kind = TransactionDecoder.SYSTEM;
    }

    /// Lists without entries.
    function empty(Transaction memory transaction) internal pure {
        transaction.blobHashes = EMPTY_TREE;
        transaction.accessList = EMPTY_TREE;
        transaction.authorizations = EMPTY_TREE;
    }

    /// Word tree of `size` bytes at `pointer`.
    function dataRoot(uint256 pointer, uint256 size) internal pure returns (bytes32) {
        if (size == 0) return EMPTY_TREE;
        uint256[] memory words = new uint256[]((size + 31) >> 5);
        assembly ("memory-safe") {
            mcopy(add(words, 0x20), pointer, size)
        }
        return WordTree.build(words, WordTree.DEPTH);
    }

    /// A zero byte counts once, any other four times (EIP-2028, EIP-7623).
    function tokens(uint256 pointer, uint256 size) internal pure returns (uint256) {
        uint256 others = 0;
        assembly ("memory-safe") {
            let end := add(pointer, size)
            for { let p := pointer } lt(p, end) { p := add(p, 0x20) } {
                let word := mload(p)
                if gt(add(p, 0x20), end) {
                    // Nothing behind the data.
                    word := shl(shl(3, sub(add(p, 0x20), end)), shr(shl(3, sub(add(p, 0x20), end)), word))
                }
                // The lowest bit of each byte becomes 1 where any of its bits is.
                word := and(or(word, shr(4, word)), 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f)
                word := or(word, shr(2, word))
                word := and(or(word, shr(1, word)), 0x0101010101010101010101010101010101010101010101010101010101010101)
                others := add(
                    others,
                    shr(248, mul(word, 0x0101010101010101010101010101010101010101010101010101010101010101))
                )
            }
        }
        return size + 3 * others;
    }
}
