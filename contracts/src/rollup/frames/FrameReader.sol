// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Frame, FrameDecoder} from "../FrameDecoder.sol";
import {Body, BodyReader} from "./BodyReader.sol";
import {Columns, FrameColumns} from "./FrameColumns.sol";
import {TransactionWriter} from "./TransactionWriter.sol";

/// How far a pack was read before a frame; behind the frame in the calldata.
struct Place {
    /// Number of the first block that is not complete.
    uint256 nextBlock;
    /// Blocks of the pack that are not complete.
    uint256 blocksLeft;
    /// Transactions that are complete.
    uint256 txCount;
    /// 1 when a block goes on; what follows is of it.
    uint256 isOpen;
    uint256 timestamp;
    uint256 origin;
    /// Transactions before it.
    uint256 firstTx;
    /// Digest of the pieces of the transaction that goes on, and their bytes; 0 when none does.
    bytes32 pieces;
    uint256 piecesSize;
}

/// What a frame says of its blocks.
struct Blocks {
    bool goesOn;
    bool transactionGoesOn;
    uint256[] timestamps;
    uint256[] origins;
    uint256[] sizes;
    /// Transactions that begin in the frame.
    uint256 total;
    /// Rest of the transaction that went on.
    uint256 carry;
    uint256 carrySize;
}

/// Reads a batch frame (packages/protocol/src/batch/README.md) into what disputes need of it: digests of its blocks and
/// transactions. It is never called: a dispute about what frames hold runs this very code step by step
/// (packages/dispute/src/reading), and its hash is what the L1 knows of it.
///
/// Calldata: the frame, filled up with zeros to 65,536 bytes; a word with its length; then the words of `Place`.
/// It logs these words, without topics, and reverts for a frame that is malformed or does not go on from that place:
/// number of blocks that are complete now; of transactions; the words of `Place` from `isOpen` on as they are then, zeros when
/// no block goes on; for each such block keccak256(abi.encode(number, timestamp, origin, firstTx, txCount)), and for each
/// such transaction its digest (packages/protocol/src/content).
contract FrameReader {
    using BodyReader for Body;

    /// Bytes of the calldata that the frame has.
    uint256 private constant SLOT = 65_536;
    uint256 private constant HEAD_WORDS = 8;

    fallback() external {
        uint256 length;
        Place memory place;
        assembly ("memory-safe") {
            length := calldataload(SLOT)
            calldatacopy(place, add(SLOT, 0x20), 0x120)
        }
        if (length > SLOT) BodyReader.fail();
        (bool wellFormed, Frame memory frame) = FrameDecoder.decode(msg.data[0:length]);
        if (!wellFormed || frame.firstBlock != place.nextBlock) BodyReader.fail();
        Body memory body = BodyReader.open(frame.body);
        Blocks memory blocks = _blocks(body, place);
        Columns memory columns = FrameColumns.read(body, blocks.total);
        _signatures(columns, frame.signaturesOffset, length);
        _digest(place, blocks, columns);
    }

    function _blocks(Body memory body, Place memory place) private pure returns (Blocks memory blocks) {
        uint256 flags = body.oneByte();
        if (flags > 7) BodyReader.fail();
        blocks.goesOn = flags & 2 != 0;
        blocks.transactionGoesOn = flags & 4 != 0;
        if ((flags & 1) != place.isOpen || (blocks.transactionGoesOn && !blocks.goesOn)) BodyReader.fail();
        uint256 count = body.count(FrameColumns.MAX_ITEMS);
        if (count == 0 || count > place.blocksLeft) BodyReader.fail();
        blocks.timestamps = body.integers(count);
        blocks.origins = body.integers(count);
        blocks.sizes = body.integers(count);
        uint256 total = 0;
        unchecked {
            for (uint256 i = 0; i < count; i++) {
                if (blocks.sizes[i] > FrameColumns.MAX_ITEMS) BodyReader.fail();
                total += blocks.sizes[i];
            }
        }
        // Each transaction takes a byte of the template column or more.
        if (total > FrameColumns.MAX_ITEMS || total > body.remaining()) BodyReader.fail();
        blocks.total = total;
        if (place.isOpen != 0) {
            if (blocks.timestamps[0] != place.timestamp || blocks.origins[0] != place.origin) BodyReader.fail();
        }
        blocks.carrySize = body.count(FrameColumns.MAX_TRANSACTION_SIZE);
        blocks.carry = body.skip(blocks.carrySize);
    }

    /// @param offset where they begin in the frame, whose rest they are
    function _signatures(Columns memory columns, uint256 offset, uint256 length) private pure {
        unchecked {
            uint256 count = columns.signedCount;
            uint256 parityBytes = (count + 7) >> 3;
            if (length - offset != parityBytes + 64 * count) BodyReader.fail();
            columns.parities = offset;
            columns.signatures = offset + parityBytes;
            if (count & 7 != 0 && uint8(msg.data[columns.signatures - 1]) >> (count & 7) != 0) BodyReader.fail();
        }
    }

    function _digest(Place memory place, Blocks memory blocks, Columns memory columns) private {
        uint256 count = blocks.timestamps.length;
        uint256 complete = blocks.goesOn ? count - 1 : count;
        uint256[] memory output = new uint256[](HEAD_WORDS + complete + blocks.total + 1);
        // What transactions are put together in lies behind all else.
        uint256[5] memory scratch;
        uint256 buffer;
        uint256 to;
        assembly ("memory-safe") {
            buffer := mload(0x40)
            to := add(output, shl(5, add(9, complete)))
        }
        uint256 start = to;
        to = _takeCarry(place, blocks, scratch, to);
        uint256 next = 0;
        unchecked {
            for (uint256 i = 0; i < count; i++) {
                if (i > 0 || place.isOpen == 0) {
                    place.timestamp = blocks.timestamps[i];
                    place.origin = blocks.origins[i];
                    place.firstTx = place.txCount;
                }
                bool isLast = i + 1 == count;
                uint256 end = next + blocks.sizes[i];
                for (; next < end; next++) {
                    bool isPiece = isLast && blocks.transactionGoesOn && next + 1 == end;
                    to = _take(place, columns, next, buffer, scratch, to, isPiece);
                }
                if (i < complete) output[HEAD_WORDS + i] = _row(place, scratch);
            }
        }
        if (blocks.transactionGoesOn != (place.pieces != 0)) BodyReader.fail();
        output[0] = complete;
        unchecked {
            output[1] = (to - start) >> 5;
        }
        if (blocks.goesOn) {
            place.isOpen = 1;
            assembly ("memory-safe") {
                mcopy(add(output, 0x60), add(place, 0x60), 0xc0)
            }
        }
        assembly ("memory-safe") {
            log0(add(output, 0x20), sub(to, add(output, 0x20)))
        }
    }

    /// The rest of a transaction that went on, or one more piece of it.
    function _takeCarry(Place memory place, Blocks memory blocks, uint256[5] memory scratch, uint256 to)
        private
        pure
        returns (uint256)
    {
        uint256 size = blocks.carrySize;
        if ((size != 0) != (place.pieces != 0)) BodyReader.fail();
        if (size == 0) return to;
        place.pieces = _piece(place.pieces, blocks.carry, size, scratch);
        place.piecesSize += size;
        if (place.piecesSize > FrameColumns.MAX_TRANSACTION_SIZE) BodyReader.fail();
        if (blocks.transactionGoesOn && blocks.total == 0) {
            // It does not outlive its block.
            if (blocks.timestamps.length > 1) BodyReader.fail();
            return to;
        }
        to = _put(to, place.pieces);
        place.txCount++;
        (place.pieces, place.piecesSize) = (0, 0);
        return to;
    }

    /// A transaction that begins in the frame. @param isPiece whether it goes on in the next one
    function _take(
        Place memory place,
        Columns memory columns,
        uint256 index,
        uint256 buffer,
        uint256[5] memory scratch,
        uint256 to,
        bool isPiece
    ) private pure returns (uint256) {
        (uint256 start, uint256 size) = TransactionWriter.write(columns, index, buffer);
        if (size > FrameColumns.MAX_TRANSACTION_SIZE) BodyReader.fail();
        bytes32 digest = _piece(0, start, size, scratch);
        if (isPiece) {
            if (columns.templates[columns.indexes[index]].kind != FrameColumns.OPAQUE) BodyReader.fail();
            (place.pieces, place.piecesSize) = (digest, size);
            return to;
        }
        if (size == 0) BodyReader.fail();
        unchecked {
            place.txCount++;
        }
        return _put(to, digest);
    }

    function _put(uint256 to, bytes32 word) private pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore(to, word)
            next := add(to, 0x20)
        }
    }

    function _piece(bytes32 before, uint256 start, uint256 size, uint256[5] memory scratch)
        private
        pure
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            mstore(scratch, before)
            mstore(add(scratch, 0x20), keccak256(start, size))
            mstore(add(scratch, 0x40), size)
            digest := keccak256(scratch, 0x60)
        }
    }

    function _row(Place memory place, uint256[5] memory scratch) private pure returns (uint256 row) {
        unchecked {
            uint256 blockNumber = place.nextBlock++;
            uint256 count = place.txCount - place.firstTx;
            assembly ("memory-safe") {
                mstore(scratch, blockNumber)
                mcopy(add(scratch, 0x20), add(place, 0x80), 0x60)
                mstore(add(scratch, 0x80), count)
                row := keccak256(scratch, 0xa0)
            }
        }
    }
}
