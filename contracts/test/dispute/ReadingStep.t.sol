// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IFrameTrees} from "../../src/dispute/IFrameTrees.sol";
import {IStep} from "../../src/dispute/IStep.sol";
import {Env} from "../../src/dispute/MachineState.sol";
import {AppendingWords, Kinds, Purposes, ReadingWords, ReceiptWords, TransactionWords} from "../../src/dispute/Words.sol";
import {WordTree} from "../../src/dispute/lib/WordTree.sol";
import {ReadingStep} from "../../src/dispute/ops/ReadingStep.sol";
import {FrameReader} from "../../src/rollup/frames/FrameReader.sol";
import {Test} from "../support/Test.sol";

/// Whole readings are compared with the machine's in packages/dispute (reading/readingMachine.test.ts); here each step stands alone.
contract ReadingStepTest is Test {
    ReadingStep private steps;
    Env private env;

    function setUp() public {
        steps = new ReadingStep();
    }

    function test_Code_FitsAndNamesItsReader() public view {
        assertAtMost(address(steps).code.length, 24_576, "size");
        assertEq(steps.readerHash(), keccak256(type(FrameReader).runtimeCode), "reader");
        assertAtMost(type(FrameReader).runtimeCode.length, 24_576, "size of the reader");
    }

    function testFuzz_Register_KeepsTheTreeOfAFrame(bytes calldata frame) public {
        bytes32 hash = steps.register(frame);
        assertEq(hash, keccak256(frame), "hash");
        IFrameTrees.FrameTree memory tree = steps.treeOf(hash);
        assertTrue(tree.known && tree.length == frame.length, "known");
        uint256[] memory words = new uint256[]((frame.length + 31) / 32);
        for (uint256 i = 0; i < frame.length; i++) {
            words[i / 32] |= uint256(uint8(frame[i])) << (248 - 8 * (i % 32));
        }
        assertEq(tree.root, WordTree.build(words, 11), "root");
        steps.register(frame);
        assertEq(steps.treeOf(hash).root, tree.root, "the same again");
        assertTrue(!steps.treeOf(keccak256(abi.encode(hash))).known, "others are not");
    }

    function test_Register_TakesTheLargestFrame() public {
        uint256 before = gasleft();
        steps.register(new bytes(65_536));
        vm.snapshotValue("reading", "registerFrame", before - gasleft());
        vm.expectRevert(abi.encodeWithSelector(IFrameTrees.FrameTooLong.selector, 65_537));
        steps.register(new bytes(65_537));
    }

    function testFuzz_Reading_EndsBehindItsLastFrame(bytes32[6] calldata seeds, uint16 frames, uint64 blocks) public view {
        uint256[] memory state = _reading(seeds, bound(frames, 1, 256), blocks);
        state[ReadingWords.NEXT_FRAME] = state[ReadingWords.FRAME_COUNT];
        state[ReadingWords.BLOCKS_DONE] = blocks;
        state[ReadingWords.CARRY] = 0;
        bytes32 root = keccak256(
            abi.encode(
                state[ReadingWords.BLOCKS_ROOT], state[ReadingWords.TXS_ROOT], state[ReadingWords.TX_COUNT], blocks
            )
        );
        assertEq(_step(state, ""), keccak256(abi.encode(Kinds.READ, root)), "read");
        state[ReadingWords.CARRY] = uint256(seeds[4]) | 1;
        assertEq(_step(state, ""), _invalid(), "a block goes on");
        state[ReadingWords.CARRY] = 0;
        state[ReadingWords.BLOCKS_DONE] = uint256(blocks) + 1;
        assertEq(_step(state, ""), _invalid(), "another number of blocks");
    }

    function testFuzz_Reading_OfTooManyFrames_IsImpossible(bytes32[6] calldata seeds, uint256 frames) public view {
        uint256[] memory state = _reading(seeds, bound(frames, 257, type(uint256).max), 1);
        assertEq(_step(state, ""), _invalid(), "too many");
    }

    function testFuzz_Reading_BeginsWithTheFrame(bytes calldata frame, bytes32[6] calldata seeds, uint8 place, bool isOpen)
        public
    {
        bytes32[] memory frames = new bytes32[](5);
        uint256 next = bound(place, 0, 4);
        for (uint256 i = 0; i < 5; i++) {
            frames[i] = i == next ? keccak256(frame) : keccak256(abi.encode(seeds[0], i));
        }
        uint256[] memory state = _reading(seeds, 5, 1_000);
        state[ReadingWords.FRAMES] = uint256(keccak256(abi.encodePacked(frames)));
        state[ReadingWords.NEXT_FRAME] = next;
        bytes memory open = isOpen ? abi.encode(seeds[1], seeds[2], seeds[3], seeds[4], seeds[5]) : bytes("");
        state[ReadingWords.CARRY] = isOpen ? uint256(keccak256(open)) : 0;
        bytes memory shown = bytes.concat(abi.encodePacked(frames), open);
        vm.expectRevert(abi.encodeWithSelector(ReadingStep.UnknownFrame.selector, keccak256(frame)));
        this.take(state, shown);
        steps.register(frame);
        bytes32 run = _step(state, shown);
        // All that the first state of the run depends on.
        assertTrue(run != 0 && run != _invalid(), "runs");
        state[ReadingWords.TX_COUNT]++;
        assertTrue(_step(state, shown) != run, "transactions so far");
        frames[(next + 1) % 5] = 0;
        vm.expectRevert(IStep.WrongState.selector);
        this.take(state, bytes.concat(abi.encodePacked(frames), open));
        if (!isOpen) return;
        vm.expectRevert(IStep.WrongState.selector);
        this.take(state, _flipped(shown));
    }

    function testFuzz_Receipt_OfARefusedFrame_EndsTheClaim(bytes32[6] calldata seeds, uint8 purpose) public {
        uint256[] memory transaction = new uint256[](TransactionWords.COUNT);
        for (uint256 i = 0; i < transaction.length; i++) {
            transaction[i] = uint256(keccak256(abi.encode(seeds[0], i)));
        }
        uint256[] memory receipt = new uint256[](ReceiptWords.COUNT);
        receipt[0] = Kinds.RECEIPT;
        transaction[TransactionWords.PURPOSE] = Purposes.READING;
        receipt[ReceiptWords.TRANSACTION] = uint256(_hash(transaction));
        assertEq(_step(receipt, abi.encodePacked(transaction)), _invalid(), "refused");
        // What a user's transaction comes to says nothing of frames.
        transaction[TransactionWords.PURPOSE] = bound(purpose, 0, 3);
        receipt[ReceiptWords.TRANSACTION] = uint256(_hash(transaction));
        vm.expectRevert(IStep.WrongState.selector);
        this.take(receipt, abi.encodePacked(transaction));
    }

    /// Digests of a frame go behind those of the frames before, whatever their numbers are, and in bounded steps.
    function testFuzz_Appending_PutsDigestsIntoTheirTrees(bytes32 seed, uint16[4] calldata numbers) public view {
        uint256[] memory blocks = _digests(seed, bound(numbers[0], 0, 200), bound(numbers[1], 0, 300));
        uint256[] memory txs = _digests(keccak256(abi.encode(seed)), bound(numbers[2], 0, 200), bound(numbers[3], 0, 300));
        (uint256 blocksBefore, uint256 txsBefore) = (bound(numbers[0], 0, 200), bound(numbers[2], 0, 200));
        bytes32[6] memory seeds;
        uint256[] memory reading = _reading(seeds, 3, 1_000);
        reading[ReadingWords.BLOCKS_DONE] = blocksBefore;
        reading[ReadingWords.TX_COUNT] = txsBefore;
        reading[ReadingWords.BLOCKS_ROOT] = uint256(_root(_first(blocks, blocksBefore)));
        reading[ReadingWords.TXS_ROOT] = uint256(_root(_first(txs, txsBefore)));
        uint256[] memory output = _output(blocks, blocksBefore, txs, txsBefore);

        uint256[] memory state = new uint256[](AppendingWords.COUNT);
        state[0] = Kinds.APPENDING;
        state[AppendingWords.READING] = uint256(_hash(reading));
        state[AppendingWords.OUTPUT] = uint256(_root(output));
        state[AppendingWords.FIRST_WORD] = 11;
        state[AppendingWords.BLOCKS] = blocks.length - blocksBefore;
        state[AppendingWords.TRANSACTIONS] = txs.length - txsBefore;
        state[AppendingWords.CARRY] = uint256(seed);
        state[AppendingWords.BLOCKS_ROOT] = reading[ReadingWords.BLOCKS_ROOT];
        state[AppendingWords.TXS_ROOT] = reading[ReadingWords.TXS_ROOT];
        _append(state, reading, output, blocks, blocksBefore, false);
        _append(state, reading, output, txs, txsBefore, true);
        assertEq(bytes32(state[AppendingWords.BLOCKS_ROOT]), _root(blocks), "blocks");
        assertEq(bytes32(state[AppendingWords.TXS_ROOT]), _root(txs), "transactions");

        bytes memory opened = abi.encodePacked(reading);
        reading[ReadingWords.NEXT_FRAME]++;
        reading[ReadingWords.BLOCKS_DONE] = blocks.length;
        reading[ReadingWords.TX_COUNT] = txs.length;
        reading[ReadingWords.BLOCKS_ROOT] = uint256(_root(blocks));
        reading[ReadingWords.TXS_ROOT] = uint256(_root(txs));
        reading[ReadingWords.CARRY] = uint256(seed);
        assertEq(_step(state, opened), _hash(reading), "next frame");
    }

    function testFuzz_AnyOtherState_IsRefused(uint256[] calldata words) public {
        vm.assume(words.length > 0);
        uint256 kind = words[0];
        vm.assume(kind != Kinds.READING && kind != Kinds.RECEIPT && kind != Kinds.APPENDING);
        vm.expectRevert(IStep.WrongState.selector);
        this.take(words, "");
    }

    /// What the reader says of a frame with one block of one transaction, byte for byte.
    function test_FrameReader_ReadsAFrame() public {
        // Flags, one block at time 5 and origin 6 with one transaction; no carry; a template of two bytes as they are; its data.
        bytes memory body = hex"00010005000600010001ff02000000abcd";
        bytes memory frame = bytes.concat(hex"01071113f002", body);
        address reader = address(new FrameReader());
        bytes memory slot = new bytes(65_536);
        for (uint256 i = 0; i < frame.length; i++) {
            slot[i] = frame[i];
        }
        bytes memory place = abi.encode(7, 1, 40, 0, 0, 0, 0, 0, 0);
        vm.recordLogs();
        (bool success,) = reader.call(bytes.concat(slot, abi.encode(frame.length), place));
        assertTrue(success, "read");
        bytes32 row = keccak256(abi.encode(7, 5, 6, 40, 1));
        bytes32 digest = keccak256(abi.encode(bytes32(0), keccak256(hex"abcd"), 2));
        bytes memory expected = abi.encode(1, 1, 0, 0, 0, 0, 0, 0, row, digest);
        assertEq(keccak256(vm.getRecordedLogs()[0].data), keccak256(expected), "log");
        // The next frame must go on with another block.
        (success,) = reader.call(bytes.concat(slot, abi.encode(frame.length), abi.encode(8, 1, 40, 0, 0, 0, 0, 0, 0)));
        assertTrue(!success, "another block");
    }

    /// For `expectRevert`, which is about the next call.
    function take(uint256[] memory state, bytes memory rest) external view returns (bytes32) {
        return steps.step(env, _hash(state), bytes.concat(abi.encodePacked(state), rest));
    }

    function _step(uint256[] memory state, bytes memory rest) private view returns (bytes32) {
        return this.take(state, rest);
    }

    /// Steps until all digests of one kind are in their tree.
    function _append(
        uint256[] memory state,
        uint256[] memory reading,
        uint256[] memory output,
        uint256[] memory all,
        uint256 before,
        bool areTxs
    ) private view {
        uint256 root = areTxs ? AppendingWords.TXS_ROOT : AppendingWords.BLOCKS_ROOT;
        for (uint256 done = before; done < all.length;) {
            uint256 count = all.length - done > 128 ? 128 : all.length - done;
            uint256[] memory old = _first(all, done);
            bytes memory witness = bytes.concat(
                abi.encodePacked(reading), _range(output, 11 + state[AppendingWords.DONE], count), _range(old, done, count)
            );
            bytes32 post = _step(state, witness);
            done += count;
            state[AppendingWords.DONE] += count;
            state[root] = uint256(_root(_first(all, done)));
            assertEq(post, _hash(state), "appended");
        }
    }

    function _reading(bytes32[6] memory seeds, uint256 frames, uint256 blocks)
        private
        pure
        returns (uint256[] memory state)
    {
        state = new uint256[](ReadingWords.COUNT);
        state[0] = Kinds.READING;
        state[ReadingWords.FRAMES] = uint256(seeds[0]);
        state[ReadingWords.FRAME_COUNT] = frames;
        state[ReadingWords.FIRST_BLOCK] = uint64(uint256(seeds[1]));
        state[ReadingWords.BLOCK_COUNT] = blocks;
        state[ReadingWords.TX_COUNT] = uint16(uint256(seeds[2]));
        state[ReadingWords.TXS_ROOT] = uint256(seeds[3]);
        state[ReadingWords.BLOCKS_ROOT] = uint256(seeds[5]);
    }

    /// Eleven words of something else, then digests of blocks, then of transactions.
    function _output(uint256[] memory blocks, uint256 blocksBefore, uint256[] memory txs, uint256 txsBefore)
        private
        pure
        returns (uint256[] memory output)
    {
        output = new uint256[](11 + blocks.length - blocksBefore + txs.length - txsBefore);
        for (uint256 i = 0; i < 11; i++) {
            output[i] = 7;
        }
        uint256 to = 11;
        for (uint256 i = blocksBefore; i < blocks.length; i++) {
            output[to++] = blocks[i];
        }
        for (uint256 i = txsBefore; i < txs.length; i++) {
            output[to++] = txs[i];
        }
    }

    function _digests(bytes32 seed, uint256 before, uint256 count) private pure returns (uint256[] memory digests) {
        digests = new uint256[](before + count);
        for (uint256 i = 0; i < digests.length; i++) {
            digests[i] = uint256(keccak256(abi.encode(seed, i)));
        }
    }

    function _first(uint256[] memory words, uint256 count) private pure returns (uint256[] memory some) {
        some = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            some[i] = words[i];
        }
    }

    function _root(uint256[] memory words) private pure returns (bytes32) {
        return WordTree.build(_first(words, words.length), WordTree.DEPTH);
    }

    /// Words of a tree from `first` on and the digests beside them, level by level.
    function _range(uint256[] memory words, uint256 first, uint256 count) private pure returns (bytes memory proof) {
        uint256[] memory row = _first(words, words.length);
        (uint256 low, uint256 high) = (first, first + count - 1);
        for (uint256 i = first; i <= high; i++) {
            proof = bytes.concat(proof, bytes32(i < words.length ? words[i] : 0));
        }
        uint256 zero = 0;
        for (uint256 level = 0; level < WordTree.DEPTH; level++) {
            if (low & 1 == 1) proof = bytes.concat(proof, bytes32(low - 1 < row.length ? row[low - 1] : zero));
            if (high & 1 == 0) proof = bytes.concat(proof, bytes32(high + 1 < row.length ? row[high + 1] : zero));
            uint256[] memory above = new uint256[]((row.length + 1) / 2);
            for (uint256 i = 0; i < above.length; i++) {
                uint256 right = 2 * i + 1 < row.length ? row[2 * i + 1] : zero;
                above[i] = uint256(keccak256(abi.encode(row[2 * i], right)));
            }
            row = above;
            zero = uint256(keccak256(abi.encode(zero, zero)));
            (low, high) = (low >> 1, high >> 1);
        }
    }

    function _flipped(bytes memory data) private pure returns (bytes memory) {
        data[data.length - 1] ^= 0x01;
        return data;
    }

    function _hash(uint256[] memory words) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(words));
    }

    function _invalid() private pure returns (bytes32) {
        return keccak256(abi.encode(Kinds.INVALID));
    }
}
