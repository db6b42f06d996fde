// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FrameReader} from "../../rollup/frames/FrameReader.sol";
import {IStep} from "../IStep.sol";
import {Env, Frame, FrameContext, MachineState, Run, Transaction} from "../MachineState.sol";
import {
    AppendingWords, Kinds, Preimage, Purposes, ReadingWords, ReceiptWords, TransactionWords
} from "../Words.sol";
import {Hashing} from "../lib/Hashing.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {FrameTrees} from "./FrameTrees.sol";

/// The reading of a pack's frames: what happens around the runs of FrameReader's code, one for each frame. A state READING is
/// followed by the first state of a run, whose calldata is the frame; the RECEIPT of the run by APPENDING, in which what the
/// reader found is put into the trees of blocks and transactions; that by READING again, and the last one by READ.
/// packages/dispute/src/reading is the other implementation. It keeps frames itself, so that nothing has to be told where.
contract ReadingStep is IStep, FrameTrees {
    using WitnessReader for Witness;
    using Preimage for Witness;
    using MachineState for Run;
    using MachineState for Frame;
    using MachineState for FrameContext;

    /// Somebody must show that frame first: `register`.
    error UnknownFrame(bytes32 frameHash);

    /// More than any frame takes.
    uint256 private constant READER_GAS = 1 << 40;
    uint256 private constant MAX_FRAMES = 256;
    /// Digests that one step puts into a tree.
    uint256 private constant APPENDED_AT_ONCE = 128;
    /// Words of the block that goes on.
    uint256 private constant OPEN_BLOCK_WORDS = 5;
    /// Of the reader's log before digests; the third says whether a block goes on, whose words follow.
    uint256 private constant HEAD_WORDS = 8;
    /// Root of a word tree of zeros.
    bytes32 private constant EMPTY_TREE = 0xc65e9645644786b620e2dd2ad648ddfcbf4a7e5b1a3a4ecfe7f64667a3f0b7e2;
    uint256 private constant BLOCK_CONTEXT_WORDS = 13;
    uint256 private constant HISTORY_DEPTH = 8;

    /// Of FrameReader's code.
    bytes32 public immutable readerHash = keccak256(type(FrameReader).runtimeCode);

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata data) external view returns (bytes32) {
        Witness memory witness = WitnessReader.open(data);
        uint256 kind = witness.word();
        // It is the first word of the state, too.
        witness = WitnessReader.open(data);
        if (kind == Kinds.READING) return _read(witness, pre);
        if (kind == Kinds.RECEIPT) return _takeOutput(witness, pre);
        if (kind == Kinds.APPENDING) return _append(witness, pre);
        revert WrongState();
    }

    function _read(Witness memory witness, bytes32 pre) private view returns (bytes32) {
        uint256[] memory reading = witness.open(pre, ReadingWords.COUNT);
        uint256 count = reading[ReadingWords.FRAME_COUNT];
        uint256 next = reading[ReadingWords.NEXT_FRAME];
        if (count > MAX_FRAMES) return _invalid();
        if (next < count) return _run(witness, pre, reading);
        bool isWhole = reading[ReadingWords.CARRY] == 0
            && reading[ReadingWords.BLOCKS_DONE] == reading[ReadingWords.BLOCK_COUNT];
        if (!isWhole) return _invalid();
        bytes32 contentRoot = keccak256(
            abi.encode(
                reading[ReadingWords.BLOCKS_ROOT],
                reading[ReadingWords.TXS_ROOT],
                reading[ReadingWords.TX_COUNT],
                reading[ReadingWords.BLOCK_COUNT]
            )
        );
        return keccak256(abi.encode(Kinds.READ, contentRoot));
    }

    /// First state of the reader's run over the next frame.
    function _run(Witness memory witness, bytes32 pre, uint256[] memory reading) private view returns (bytes32) {
        uint256[] memory frames = witness.words(reading[ReadingWords.FRAME_COUNT]);
        if (Preimage.hash(frames) != bytes32(reading[ReadingWords.FRAMES])) revert WrongState();
        FrameTree memory shown = treeOf(bytes32(frames[reading[ReadingWords.NEXT_FRAME]]));
        if (!shown.known) revert UnknownFrame(bytes32(frames[reading[ReadingWords.NEXT_FRAME]]));
        bytes32 place = _placeRoot(witness, reading, shown.length);
        bytes32 input = _widened(Hashing.pair(shown.root, place), SLOT_DEPTH + 1);
        // The frame, its length and the nine words of the place.
        uint256 size = SLOT + 32 * 10;

        Frame memory frame;
        frame.codeHash = readerHash;
        frame.gas = READER_GAS;
        (frame.memoryRoot, frame.returnRoot) = (EMPTY_TREE, EMPTY_TREE);
        frame.context = _context(input, size);
        Run memory run;
        run.kind = Kinds.RUN;
        run.transaction = _transaction(pre, input, size);
        run.blockContext = _blockContext();
        run.frame = frame.hash();
        run.logs = EMPTY_TREE;
        return run.hash();
    }

    function _context(bytes32 input, uint256 size) private pure returns (bytes32) {
        FrameContext memory context;
        (context.inputRoot, context.inputLength) = (input, size);
        context.logs = EMPTY_TREE;
        return context.hash();
    }

    function _transaction(bytes32 pre, bytes32 input, uint256 size) private pure returns (bytes32) {
        Transaction memory transaction;
        (transaction.dataRoot, transaction.dataLength) = (input, size);
        transaction.gasLimit = READER_GAS;
        transaction.blobHashes = EMPTY_TREE;
        transaction.accessList = EMPTY_TREE;
        transaction.authorizations = EMPTY_TREE;
        transaction.purpose = Purposes.READING;
        transaction.progress = pre;
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := transaction
        }
        return Hashing.range(pointer, TransactionWords.COUNT);
    }

    /// A block of zeros: the reader does not ask for it.
    function _blockContext() private pure returns (bytes32) {
        uint256[] memory words = new uint256[](BLOCK_CONTEXT_WORDS);
        words[BLOCK_CONTEXT_WORDS - 1] = uint256(_zeros(HISTORY_DEPTH));
        return Preimage.hash(words);
    }

    /// What lies behind the frame: its length, how far the pack was read, the block that goes on.
    function _placeRoot(Witness memory witness, uint256[] memory reading, uint256 length) private pure returns (bytes32) {
        bytes32 carry = bytes32(reading[ReadingWords.CARRY]);
        uint256[] memory words = new uint256[](10);
        words[0] = length;
        words[1] = reading[ReadingWords.FIRST_BLOCK] + reading[ReadingWords.BLOCKS_DONE];
        words[2] = reading[ReadingWords.BLOCK_COUNT] - reading[ReadingWords.BLOCKS_DONE];
        words[3] = reading[ReadingWords.TX_COUNT];
        if (carry != 0) {
            words[4] = 1;
            uint256[] memory open = witness.open(carry, OPEN_BLOCK_WORDS);
            for (uint256 i = 0; i < OPEN_BLOCK_WORDS; i++) {
                words[5 + i] = open[i];
            }
        }
        return WordTree.build(words, SLOT_DEPTH);
    }

    /// What follows the end of the reader's run: INVALID where it refused the frame.
    function _takeOutput(Witness memory witness, bytes32 pre) private pure returns (bytes32) {
        uint256[] memory receipt = witness.open(pre, ReceiptWords.COUNT);
        uint256[] memory transaction =
            witness.open(bytes32(receipt[ReceiptWords.TRANSACTION]), TransactionWords.COUNT);
        if (transaction[TransactionWords.PURPOSE] != Purposes.READING) revert WrongState();
        if (receipt[ReceiptWords.SUCCEEDED] == 0) return _invalid();
        bytes32 readingBefore = bytes32(transaction[TransactionWords.PROGRESS]);
        uint256[] memory reading = witness.open(readingBefore, ReadingWords.COUNT);

        // The reader logs once: address 0, no topics, where its data lies.
        (uint256[] memory leaf,) = WordTree.words(witness, bytes32(receipt[ReceiptWords.LOGS]), 0, 1);
        uint256[] memory log = witness.open(bytes32(leaf[0]), 5);
        (bytes32 root, uint256 first) = (bytes32(log[2]), log[3] >> 5);
        (uint256[] memory head,) = WordTree.words(witness, root, first, HEAD_WORDS);

        uint256[] memory appending = new uint256[](AppendingWords.COUNT);
        appending[0] = Kinds.APPENDING;
        appending[AppendingWords.READING] = uint256(readingBefore);
        appending[AppendingWords.OUTPUT] = uint256(root);
        appending[AppendingWords.FIRST_WORD] = first + HEAD_WORDS;
        appending[AppendingWords.BLOCKS] = head[0];
        appending[AppendingWords.TRANSACTIONS] = head[1];
        if (head[2] != 0) appending[AppendingWords.CARRY] = uint256(_openBlock(head));
        appending[AppendingWords.BLOCKS_ROOT] = reading[ReadingWords.BLOCKS_ROOT];
        appending[AppendingWords.TXS_ROOT] = reading[ReadingWords.TXS_ROOT];
        return Preimage.hash(appending);
    }

    function _openBlock(uint256[] memory head) private pure returns (bytes32) {
        return keccak256(abi.encode(head[3], head[4], head[5], head[6], head[7]));
    }

    /// Some of the digests, first those of blocks; behind the last one the state before the next frame.
    function _append(Witness memory witness, bytes32 pre) private pure returns (bytes32) {
        uint256[] memory state = witness.open(pre, AppendingWords.COUNT);
        uint256[] memory reading = witness.open(bytes32(state[AppendingWords.READING]), ReadingWords.COUNT);
        uint256 blocks = state[AppendingWords.BLOCKS];
        uint256 done = state[AppendingWords.DONE];
        uint256 all = blocks + state[AppendingWords.TRANSACTIONS];
        if (done == all) return _next(state, reading);

        bool areBlocks = done < blocks;
        uint256 count = (areBlocks ? blocks : all) - done;
        if (count > APPENDED_AT_ONCE) count = APPENDED_AT_ONCE;
        (uint256[] memory digests,) = WordTree.words(
            witness, bytes32(state[AppendingWords.OUTPUT]), state[AppendingWords.FIRST_WORD] + done, count
        );
        uint256 target = areBlocks
            ? reading[ReadingWords.BLOCKS_DONE] + done
            : reading[ReadingWords.TX_COUNT] + done - blocks;
        uint256 root = areBlocks ? AppendingWords.BLOCKS_ROOT : AppendingWords.TXS_ROOT;
        // What was there are zeros; that they are is not asked, for all behind the last one are.
        (, Witness memory siblings) = WordTree.words(witness, bytes32(state[root]), target, count);
        state[root] = uint256(WordTree.withWords(siblings, digests, target));
        state[AppendingWords.DONE] = done + count;
        return Preimage.hash(state);
    }

    function _next(uint256[] memory state, uint256[] memory reading) private pure returns (bytes32) {
        reading[ReadingWords.NEXT_FRAME]++;
        reading[ReadingWords.BLOCKS_DONE] += state[AppendingWords.BLOCKS];
        reading[ReadingWords.TX_COUNT] += state[AppendingWords.TRANSACTIONS];
        reading[ReadingWords.BLOCKS_ROOT] = state[AppendingWords.BLOCKS_ROOT];
        reading[ReadingWords.TXS_ROOT] = state[AppendingWords.TXS_ROOT];
        reading[ReadingWords.CARRY] = state[AppendingWords.CARRY];
        return Preimage.hash(reading);
    }

    function _invalid() private pure returns (bytes32) {
        return keccak256(abi.encode(Kinds.INVALID));
    }

    /// Root of a whole word tree whose first leaves are the tree of `depth` levels; zeros follow.
    function _widened(bytes32 node, uint256 depth) private pure returns (bytes32) {
        bytes32 beside = _zeros(depth);
        for (uint256 level = depth; level < WordTree.DEPTH; level++) {
            node = Hashing.pair(node, beside);
            beside = Hashing.pair(beside, beside);
        }
        return node;
    }

    /// Root of a tree of zeros.
    function _zeros(uint256 depth) private pure returns (bytes32 node) {
        for (uint256 level = 0; level < depth; level++) {
            node = Hashing.pair(node, node);
        }
    }
}
