// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Where a frame's body is read on, in memory.
struct Body {
    uint256 place;
    uint256 end;
}

/// Reads the columns of a body. What no decoder accepts reverts.
library BodyReader {
    /// A limit of the format is exceeded, or the bytes contradict one another.
    error Malformed();

    uint256 private constant PLAIN = 0;
    uint256 private constant DELTA = 1;
    uint256 private constant DICTIONARY = 2;

    function fail() internal pure {
        revert Malformed();
    }

    function open(bytes memory body) internal pure returns (Body memory reader) {
        assembly ("memory-safe") {
            let start := add(body, 0x20)
            mstore(reader, start)
            mstore(add(reader, 0x20), add(start, mload(body)))
        }
    }

    function remaining(Body memory body) internal pure returns (uint256) {
        unchecked {
            return body.end - body.place;
        }
    }

    /// @return place of the bytes that are passed over
    function skip(Body memory body, uint256 size) internal pure returns (uint256 place) {
        if (size > remaining(body)) fail();
        unchecked {
            place = body.place;
            body.place = place + size;
        }
    }

    function byteAt(uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(place))
        }
    }

    function wordAt(uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(place)
        }
    }

    function oneByte(Body memory body) internal pure returns (uint256) {
        return byteAt(skip(body, 1));
    }

    /// Little-endian base 128 in its shortest form, at most 256 bits.
    function varint(Body memory body) internal pure returns (uint256 value) {
        bool malformed;
        assembly ("memory-safe") {
            let place := mload(body)
            let end := mload(add(body, 0x20))
            for { let shift := 0 } 1 { shift := add(shift, 7) } {
                if iszero(lt(place, end)) {
                    malformed := 1
                    break
                }
                let part := byte(0, mload(place))
                place := add(place, 1)
                let bits := and(part, 127)
                let placed := shl(shift, bits)
                value := or(value, placed)
                if sub(shr(shift, placed), bits) {
                    malformed := 1
                    break
                }
                if lt(part, 128) {
                    malformed := and(iszero(part), gt(shift, 0))
                    break
                }
            }
            mstore(body, place)
        }
        if (malformed) fail();
    }

    /// A varint that counts or indexes something in memory.
    function count(Body memory body, uint256 limit) internal pure returns (uint256 value) {
        value = varint(body);
        if (value > limit) fail();
    }

    /// A column of `size` integers.
    function integers(Body memory body, uint256 size) internal pure returns (uint256[] memory values) {
        if (size == 0) return values;
        uint256 mode = oneByte(body);
        // Every number takes a byte or more, so no memory is taken for a count that the body does not hold.
        if (size > remaining(body)) fail();
        values = new uint256[](size);
        unchecked {
            if (mode == PLAIN) {
                for (uint256 i = 0; i < size; i++) values[i] = varint(body);
            } else if (mode == DELTA) {
                _deltas(body, values);
            } else if (mode == DICTIONARY) {
                _fromDictionary(body, values);
            } else {
                fail();
            }
        }
    }

    /// Counts of things that take `size` bytes each and all follow in the body.
    function counts(Body memory body, uint256 number, uint256 size)
        internal
        pure
        returns (uint256[] memory values, uint256 total)
    {
        values = integers(body, number);
        uint256 most = remaining(body) / size;
        unchecked {
            for (uint256 i = 0; i < number; i++) {
                if (values[i] > most) fail();
                total += values[i];
            }
        }
        if (total > most) fail();
    }

    /// Zigzag of the difference to the number before, of the first to 0.
    function _deltas(Body memory body, uint256[] memory values) private pure {
        uint256 previous = 0;
        unchecked {
            for (uint256 i = 0; i < values.length; i++) {
                uint256 code = varint(body);
                uint256 half = code >> 1;
                if (code & 1 == 0) {
                    previous += half;
                    if (previous < half) fail();
                } else {
                    // Minus (half + 1), which has no overflow: half has 255 bits.
                    if (previous <= half) fail();
                    previous -= half + 1;
                }
                values[i] = previous;
            }
        }
    }

    function _fromDictionary(Body memory body, uint256[] memory values) private pure {
        unchecked {
            uint256[] memory known = new uint256[](count(body, values.length));
            for (uint256 i = 0; i < known.length; i++) known[i] = varint(body);
            for (uint256 i = 0; i < values.length; i++) {
                uint256 index = varint(body);
                if (index >= known.length) fail();
                values[i] = known[index];
            }
        }
    }
}
