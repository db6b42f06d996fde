// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// The outer layer of a batch frame.
struct Frame {
    uint256 firstBlock;
    /// Columns of the blocks' content, decoded.
    bytes body;
    /// Where the signatures begin in the frame; they are its rest.
    uint256 signaturesOffset;
}

/// Reads batch frames of format 1 (packages/protocol/src/batch/README.md): header and LZ code, which is the LZ4 block
/// format. A malformed frame is an answer, not a failure: it proves that a pack is wrong.
/// Bound: 12M gas for any frame of 64 KiB, calldata included (contracts/snapshots/frames.json has the worst ones).
library FrameDecoder {
    uint256 internal constant VERSION = 1;
    uint256 internal constant MAX_BODY_SIZE = 262_144;
    /// Copies may write this far beyond the end of the body.
    uint256 private constant SLACK = 64;

    /// @return wellFormed false for a frame that no decoder accepts; `frame` is then meaningless
    function decode(bytes calldata data) internal pure returns (bool wellFormed, Frame memory frame) {
        if (data.length == 0 || uint8(data[0]) != VERSION) return (false, frame);
        uint256 position = 1;
        uint256 bodySize;
        uint256 codeSize;
        (wellFormed, frame.firstBlock, position) = _varint(data, position);
        if (wellFormed) (wellFormed, bodySize, position) = _varint(data, position);
        if (wellFormed) (wellFormed, codeSize, position) = _varint(data, position);
        if (!wellFormed || bodySize > MAX_BODY_SIZE || codeSize > data.length - position) return (false, frame);
        frame.signaturesOffset = position + codeSize;
        (wellFormed, frame.body) = decompress(data[position:position + codeSize], bodySize);
    }

    /// Decodes LZ code to exactly `size` bytes.
    function decompress(bytes calldata code, uint256 size) internal pure returns (bool wellFormed, bytes memory body) {
        uint256 reserved = size + SLACK;
        assembly ("memory-safe") {
            body := mload(0x40)
            mstore(body, size)
            mstore(0x40, and(add(add(body, reserved), 0x3f), not(0x1f)))

            /// A length's extension: bytes up to and including the first that is not 255. `next` is 0 past the end.
            function extended(value, source, sourceEnd) -> total, next {
                total := value
                for {} lt(source, sourceEnd) {} {
                    let extra := byte(0, calldataload(source))
                    source := add(source, 1)
                    total := add(total, extra)
                    if lt(extra, 255) {
                        next := source
                        leave
                    }
                }
            }

            /// A long copy that overlaps itself: what lies between source and target is a whole number of periods, and
            /// doubles with every step.
            function repeat(target, distance, length) {
                let source := sub(target, distance)
                for { let end := add(target, length) } lt(target, end) {} {
                    let part := sub(target, source)
                    if gt(part, sub(end, target)) { part := sub(end, target) }
                    mcopy(target, source, part)
                    target := add(target, part)
                }
            }

            /// For each distance d below 32: 0..010..010..01, which puts as many copies of d bytes side by side as a word
            /// holds when it is multiplied by them; and 0x400 further on how many bits of the word stay free.
            function makeTable(table) {
                for { let distance := 1 } lt(distance, 32) { distance := add(distance, 1) } {
                    let bits := shl(3, distance)
                    let filled := mul(bits, div(256, bits))
                    let entry := add(table, shl(5, distance))
                    mstore(entry, div(sub(shl(filled, 1), 1), sub(shl(bits, 1), 1)))
                    mstore(add(entry, 0x400), sub(256, filled))
                }
            }

            // Every sequence runs through here, up to 21,845 times a frame: each operation costs up to 0.06M gas. Nothing
            // is written more than 46 bytes beyond `end`.
            function decodeInto(start, end, source, sourceEnd, table) -> ok {
                let out := start
                for {} lt(source, sourceEnd) {} {
                    let word := calldataload(source)
                    let token := byte(0, word)
                    let length := shr(4, token)
                    switch length
                    case 0 {
                        source := add(source, 3)
                        word := shl(8, word)
                    }
                    default {
                        source := add(source, 1)
                        switch length
                        case 15 {
                            length, source := extended(length, source, sourceEnd)
                            if or(iszero(source), gt(length, sub(end, out))) { leave }
                            calldatacopy(out, source, length)
                        }
                        default { mstore(out, calldataload(source)) }
                        source := add(source, length)
                        out := add(out, length)
                        if iszero(lt(source, sourceEnd)) {
                            // The last sequence has no match.
                            ok := and(and(eq(source, sourceEnd), eq(out, end)), iszero(and(token, 15)))
                            leave
                        }
                        word := calldataload(source)
                        source := add(source, 2)
                    }
                    length := add(and(token, 15), 4)
                    if eq(length, 19) {
                        // Mostly one byte; past the end of the code the loop finds that out.
                        let extra := byte(0, calldataload(source))
                        source := add(source, 1)
                        length := add(length, extra)
                        if eq(extra, 255) {
                            length, source := extended(length, source, sourceEnd)
                            if iszero(source) { leave }
                        }
                    }
                    let next := add(out, length)
                    let distance := or(byte(0, word), shl(8, byte(1, word)))
                    // Distance 0 is as wrong as one beyond the start: subtracting 1 makes it the largest of all.
                    if or(iszero(lt(sub(distance, 1), sub(out, start))), gt(next, end)) {
                        // Unless this is an empty last sequence, which has no distance at all.
                        ok := and(and(eq(source, add(sourceEnd, 2)), eq(out, end)), iszero(token))
                        leave
                    }
                    switch lt(distance, length)
                    case 0 { mcopy(out, sub(out, distance), length) }
                    default {
                        switch or(gt(distance, 31), gt(length, 512))
                        case 1 { repeat(out, distance, length) }
                        default {
                            // A word of the period: whole copies of it, then its beginning once more.
                            let entry := add(table, shl(5, distance))
                            word := mul(shr(sub(256, shl(3, distance)), mload(sub(out, distance))), mload(entry))
                            entry := mload(add(entry, 0x400))
                            word := shl(entry, word)
                            entry := sub(256, entry)
                            word := or(word, shr(entry, word))
                            mstore(out, word)
                            if gt(length, 32) {
                                let step := shr(3, entry)
                                for { out := add(out, step) } lt(out, next) { out := add(out, step) } { mstore(out, word) }
                            }
                        }
                    }
                    out := next
                }
            }

            let table := mload(0x40)
            makeTable(table)
            let start := add(body, 0x20)
            wellFormed := decodeInto(start, add(start, size), code.offset, add(code.offset, code.length), table)
            // Copies beyond the end must not show in the padding of the last word.
            mstore(add(start, size), 0)
        }
    }

    /// Little-endian base 128 in its shortest form, at most 256 bits.
    function _varint(bytes calldata data, uint256 position)
        private
        pure
        returns (bool wellFormed, uint256 value, uint256 next)
    {
        for (uint256 shift = 0; position < data.length && shift < 256; shift += 7) {
            uint256 part = uint8(data[position++]);
            uint256 bits = part & 127;
            if (bits << shift >> shift != bits) return (false, 0, 0);
            value |= bits << shift;
            if (part < 128) return (part != 0 || shift == 0, value, position);
        }
        return (false, 0, 0);
    }
}
