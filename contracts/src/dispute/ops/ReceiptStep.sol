// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE} from "../../predeploys/IPredeploys.sol";
import {BlockAccount, BlockSlot, Journal} from "../Journal.sol";
import {Env, Machine} from "../MachineState.sol";
import {
    BlockWords,
    FactsWords,
    Kinds,
    Preimage,
    ProgressWords,
    Purposes,
    ReceiptWords,
    TransactionWords
} from "../Words.sol";
import {IStep} from "../IStep.sol";
import {BlockTransaction, InBlock} from "../lib/BlockTransaction.sol";
import {IndexTrie} from "../lib/IndexTrie.sol";
import {MerklePatricia} from "../lib/MerklePatricia.sol";
import {Buffer, Log, ReceiptBytes} from "../lib/ReceiptBytes.sol";
import {Path, SparseTree} from "../lib/SparseTree.sol";
import {Sponge} from "../lib/Sponge.sol";
import {TransactionDecoder} from "../lib/TransactionDecoder.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {Bringing} from "./Bringing.sol";

/// Makes a transaction's receipt: in one step where it is small, else its logs are measured first and then hashed, some of them
/// in each step. packages/dispute/src/transaction/receipt.ts is the other implementation.
contract ReceiptStep is Bringing {
    using WitnessReader for Witness;
    using Preimage for Witness;
    using BlockTransaction for InBlock;
    using Journal for Path;
    using MerklePatricia for MerklePatricia.Item;
    using ReceiptBytes for Buffer;
    using Sponge for uint256[];

    // A receipt within these bounds is made in one step.
    uint256 private constant MAX_LOGS = 48;
    uint256 private constant MAX_LOG_BYTES = 16_384;
    /// Logs whose size is added up in one step where there are more.
    uint256 private constant MEASURED_LOGS = 64;
    /// Bytes that are hashed in one step of a longer receipt: each log among them is opened by itself.
    uint256 private constant PART = 8 * Sponge.RATE;
    /// More than a log has beside its data.
    uint256 private constant LOG_HEAD = 176;

    // Phases.
    uint256 private constant WHOLE = 0;
    uint256 private constant MEASURE = 1;
    uint256 private constant ABSORB = 2;

    /// Bits above the mode in slot 0 of ChainState.
    uint256 private constant MODE_SHIFT = 192;

    /// A receipt on its way.
    struct Work {
        InBlock b;
        /// ReceiptWords.
        uint256[] words;
        /// TransactionWords.
        uint256[] transaction;
        bool rereads;
        /// The mode as it is now, where it is read again.
        uint256 mode;
    }

    /// @inheritdoc IStep
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external pure returns (bytes32) {
        Work memory work;
        Witness memory w = WitnessReader.open(witness);
        work.b.witness = w;
        work.words = w.open(pre, ReceiptWords.COUNT);
        if (work.words[0] != Kinds.RECEIPT) revert WrongState();
        work.transaction = w.open(bytes32(work.words[ReceiptWords.TRANSACTION]), TransactionWords.COUNT);
        uint256 purpose = work.transaction[TransactionWords.PURPOSE];
        if (purpose == Purposes.READING) revert WrongState();
        work.b.progress = w.open(bytes32(work.transaction[TransactionWords.PROGRESS]), ProgressWords.COUNT);
        work.b.blockContext = bytes32(work.words[ReceiptWords.BLOCK_CONTEXT]);
        work.b.blockJournal = bytes32(work.words[ReceiptWords.BLOCK_JOURNAL]);
        if (purpose > Purposes.PROTOCOL) return work.b.afterCall(env.fork);
        work.b.facts = w.open(bytes32(work.b.progress[ProgressWords.FACTS]), FactsWords.COUNT);
        work.rereads = _rereads(work);
        uint256 phase = work.words[ReceiptWords.PHASE];
        if (phase == WHOLE) return _whole(work);
        return phase == MEASURE ? _measure(work) : _absorb(work);
    }

    /// Whether the chain's mode is read again behind this transaction (packages/engine/assembly/block.ts).
    function _rereads(Work memory work) private pure returns (bool) {
        uint256 index = work.b.progress[ProgressWords.RECEIPTS];
        uint256 ofOrigin = work.b.originCount();
        if (index < ofOrigin) return index + 1 == ofOrigin;
        return work.transaction[TransactionWords.TYPE] == TransactionDecoder.SYSTEM;
    }

    function _whole(Work memory work) private pure returns (bytes32) {
        if (work.rereads && !_readMode(work)) {
            work.words[ReceiptWords.BLOCK_JOURNAL] = uint256(work.b.blockJournal);
            return Preimage.hash(work.words);
        }
        uint256 count = work.words[ReceiptWords.LOG_COUNT];
        if (count > MAX_LOGS) return _beginMeasure(work);
        Witness memory w = work.b.witness;
        Log[] memory logs = new Log[](count);
        uint256 total = 0;
        if (count > 0) {
            (uint256[] memory digests,) = WordTree.words(w, bytes32(work.words[ReceiptWords.LOGS]), 0, count);
            for (uint256 i = 0; i < count; i++) {
                logs[i] = ReceiptBytes.readLog(w, bytes32(digests[i]));
                total += logs[i].length;
            }
        }
        if (total > MAX_LOG_BYTES) return _beginMeasure(work);
        bytes memory bloom = new bytes(256);
        Buffer memory buffer = ReceiptBytes.room(total + count * LOG_HEAD);
        for (uint256 i = 0; i < count; i++) {
            bytes memory data = ReceiptBytes.dataOf(w, logs[i], 0, logs[i].length);
            buffer.append(ReceiptBytes.logHead(logs[i], ReceiptBytes.firstOf(data)), 0, LOG_HEAD);
            buffer.append(data, 0, data.length);
            ReceiptBytes.addToBloom(bloom, logs[i]);
        }
        bytes memory content = buffer.content;
        uint256 length = buffer.length;
        assembly ("memory-safe") {
            mstore(content, length)
        }
        return _finish(work, bloom, keccak256(bytes.concat(_head(work, bloom, length), content)));
    }

    /// Mode in the block's journal. @return isThere false where it was brought a step nearer instead
    function _readMode(Work memory work) private pure returns (bool isThere) {
        Witness memory w = work.b.witness;
        Path memory way = SparseTree.open(w, work.b.blockJournal, uint160(CHAIN_STATE));
        if (!way.found) {
            uint256[] memory context = w.open(work.b.blockContext, BlockWords.COUNT);
            Machine memory m;
            m.witness = w;
            BlockAccount memory account =
                _worldAccount(m, bytes32(context[BlockWords.WORLD_ROOT]), uint160(CHAIN_STATE));
            work.b.blockJournal = way.put(account);
            return false;
        }
        BlockAccount memory known = Journal.blockAccount(w, way);
        Path memory slotWay = SparseTree.open(w, known.slots, 0);
        if (slotWay.found) {
            work.mode = uint8(Journal.blockSlot(w, slotWay).value >> MODE_SHIFT);
            return true;
        }
        (bool found, MerklePatricia.Item memory value) =
            MerklePatricia.get(w, known.storageRoot, keccak256(abi.encode(uint256(0))));
        known.slots = slotWay.put(BlockSlot(0, found ? MerklePatricia._content(value, false).number() : 0));
        work.b.blockJournal = way.put(known);
        return false;
    }

    function _beginMeasure(Work memory work) private pure returns (bytes32) {
        work.words[ReceiptWords.PHASE] = MEASURE;
        work.words[ReceiptWords.BLOOM] = uint256(keccak256(new bytes(256)));
        return Preimage.hash(work.words);
    }

    function _measure(Work memory work) private pure returns (bytes32) {
        uint256[] memory words = work.words;
        Witness memory w = work.b.witness;
        bytes memory bloom = _bloom(w, words[ReceiptWords.BLOOM]);
        uint256 first = words[ReceiptWords.ITEM];
        uint256 count = words[ReceiptWords.LOG_COUNT] - first;
        bool isLast = count <= MEASURED_LOGS;
        if (!isLast) count = MEASURED_LOGS;
        (uint256[] memory digests,) = WordTree.words(w, bytes32(words[ReceiptWords.LOGS]), first, count);
        uint256 payload = words[ReceiptWords.PAYLOAD];
        for (uint256 i = 0; i < count; i++) {
            Log memory log = ReceiptBytes.readLog(w, bytes32(digests[i]));
            // Of data of one byte it counts which one.
            bytes memory data = log.length == 1 ? ReceiptBytes.dataOf(w, log, 0, 1) : bytes("");
            payload += ReceiptBytes.logHead(log, ReceiptBytes.firstOf(data)).length + log.length;
            ReceiptBytes.addToBloom(bloom, log);
        }
        words[ReceiptWords.PAYLOAD] = payload;
        words[ReceiptWords.BLOOM] = uint256(keccak256(bloom));
        words[ReceiptWords.ITEM] = first + count;
        if (isLast) {
            words[ReceiptWords.PHASE] = ABSORB;
            words[ReceiptWords.ITEM] = 0;
            words[ReceiptWords.SPONGE] = uint256(Sponge.hash(new uint256[](Sponge.LANES)));
        }
        return Preimage.hash(words);
    }

    /// 256 bytes behind their number.
    function _bloom(Witness memory w, uint256 expected) private pure returns (bytes memory bloom) {
        if (w.word() != 256) revert WrongState();
        bloom = new bytes(256);
        uint256 target;
        assembly ("memory-safe") {
            target := add(bloom, 0x20)
        }
        w.wordsTo(8, target);
        if (uint256(keccak256(bloom)) != expected) revert WrongState();
    }

    /// Hashes the next part: the head is item 0, the logs follow.
    function _absorb(Work memory work) private pure returns (bytes32) {
        uint256[] memory words = work.words;
        Witness memory w = work.b.witness;
        bytes memory bloom = _bloom(w, words[ReceiptWords.BLOOM]);
        uint256[] memory sponge = w.open(bytes32(words[ReceiptWords.SPONGE]), Sponge.LANES);
        Buffer memory buffer = ReceiptBytes.room(PART);
        uint256 item = words[ReceiptWords.ITEM];
        uint256 offset = words[ReceiptWords.OFFSET];
        while (item <= words[ReceiptWords.LOG_COUNT] && buffer.length < PART) {
            uint256 end = offset + PART - buffer.length;
            uint256 length;
            if (item == 0) {
                bytes memory head = _head(work, bloom, words[ReceiptWords.PAYLOAD]);
                length = head.length;
                buffer.append(head, offset, end);
            } else {
                length = _appendLog(work, buffer, item - 1, offset, end);
            }
            if (end < length) {
                offset = end;
            } else {
                (item, offset) = (item + 1, 0);
            }
        }
        uint256 pointer = _pointer(buffer.content);
        if (buffer.length == PART) {
            sponge.absorb(pointer, PART / Sponge.RATE);
            words[ReceiptWords.SPONGE] = uint256(sponge.hash());
            (words[ReceiptWords.ITEM], words[ReceiptWords.OFFSET]) = (item, offset);
            return Preimage.hash(words);
        }
        uint256 blocks = buffer.length / Sponge.RATE;
        sponge.absorb(pointer, blocks);
        bytes32 leaf = sponge.finish(pointer + blocks * Sponge.RATE, buffer.length % Sponge.RATE);
        if (work.rereads && !_readMode(work)) revert WrongState();
        return _finish(work, bloom, leaf);
    }

    /// Appends the bytes of a log from `from` to before `to`. @return how many it has
    function _appendLog(Work memory work, Buffer memory buffer, uint256 index, uint256 from, uint256 to)
        private
        pure
        returns (uint256)
    {
        Witness memory w = work.b.witness;
        (uint256[] memory digests,) = WordTree.words(w, bytes32(work.words[ReceiptWords.LOGS]), index, 1);
        Log memory log = ReceiptBytes.readLog(w, bytes32(digests[0]));
        bytes memory data;
        if (log.length == 1) data = ReceiptBytes.dataOf(w, log, 0, 1);
        bytes memory head = ReceiptBytes.logHead(log, ReceiptBytes.firstOf(data));
        buffer.append(head, from, to);
        uint256 length = head.length + log.length;
        if (to > length) to = length;
        if (to <= head.length) return length;
        from = from > head.length ? from - head.length : 0;
        to -= head.length;
        if (log.length != 1) data = ReceiptBytes.dataOf(w, log, from, to);
        else if (from == 1) return length;
        buffer.append(data, 0, to - from);
        return length;
    }

    function _pointer(bytes memory content) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(content, 0x20)
        }
    }

    function _head(Work memory work, bytes memory bloom, uint256 payload) private pure returns (bytes memory) {
        uint256[] memory progress = work.b.progress;
        bytes memory path =
            IndexTrie.leafPath(progress[ProgressWords.RECEIPTS], work.b.facts[FactsWords.TOTAL]);
        return ReceiptBytes.head(
            path,
            work.transaction[TransactionWords.TYPE],
            work.words[ReceiptWords.SUCCEEDED] != 0,
            progress[ProgressWords.CUMULATIVE_GAS] + work.words[ReceiptWords.GAS_USED],
            bloom,
            payload
        );
    }

    /// The block with this receipt. @param bloom the transaction's
    function _finish(Work memory work, bytes memory bloom, bytes32 leaf) private pure returns (bytes32) {
        uint256[] memory progress = work.b.progress;
        Witness memory w = work.b.witness;
        bytes memory all = _bloom(w, progress[ProgressWords.BLOOM]);
        assembly ("memory-safe") {
            for { let i := 0x20 } lt(i, 0x120) { i := add(i, 0x20) } {
                mstore(add(all, i), or(mload(add(all, i)), mload(add(bloom, i))))
            }
        }
        progress[ProgressWords.BLOOM] = uint256(keccak256(all));
        uint256 index = progress[ProgressWords.RECEIPTS]++;
        (uint256[] memory leaves, Witness memory siblings) =
            WordTree.words(w, bytes32(progress[ProgressWords.RECEIPT_LEAVES]), index, 1);
        leaves[0] = uint256(leaf);
        progress[ProgressWords.RECEIPT_LEAVES] = uint256(WordTree.withWords(siblings, leaves, index));
        progress[ProgressWords.CUMULATIVE_GAS] += work.words[ReceiptWords.GAS_USED];
        if (work.rereads) progress[ProgressWords.MODE] = work.mode;
        return work.b.between();
    }
}
