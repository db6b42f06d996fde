// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BodyReader} from "./BodyReader.sol";
import {Columns, FrameColumns, Template} from "./FrameColumns.sol";
import {RlpWriter} from "./RlpWriter.sol";

/// Puts raw transactions together from their columns, one after the other.
library TransactionWriter {
    /// Room for what comes before a transaction's first field: a list's head and the type.
    uint256 private constant HEADROOM = 32;

    /// Writes the next transaction at `buffer`, behind which memory is free without end.
    /// @param index which of the frame's
    /// @return start place of its bytes
    function write(Columns memory columns, uint256 index, uint256 buffer)
        internal
        pure
        returns (uint256 start, uint256 size)
    {
        Template memory template = columns.templates[columns.indexes[index]];
        uint256 kind = template.kind;
        unchecked {
            if (kind == FrameColumns.OPAQUE) {
                start = buffer;
                size = _bytes(template, buffer) - buffer;
                return (start, size);
            }
            uint256 payload = buffer + HEADROOM;
            uint256 end = kind == FrameColumns.SYSTEM
                ? _system(columns, template, payload)
                : _signed(columns, template, payload);
            start = RlpWriter.headBefore(payload, end);
            if (kind != 0 && kind != 3) RlpWriter.shortItem(--start, kind);
            size = end - start;
        }
    }

    function _system(Columns memory columns, Template memory template, uint256 to) private pure returns (uint256) {
        unchecked {
            uint256 priced = columns.nextPriced++;
            to = RlpWriter.fixedBytes(to, columns.sourceHashes, 32);
            columns.sourceHashes += 32;
            to = RlpWriter.fixedBytes(to, template.sender, 20);
            to = RlpWriter.fixedBytes(to, template.recipient, 20);
            to = RlpWriter.shortItem(to, 0x80);
            to = RlpWriter.integer(to, columns.values[priced]);
            to = RlpWriter.integer(to, columns.gasLimits[priced]);
            to = RlpWriter.shortItem(to, 0x80);
            return _data(template, to);
        }
    }

    function _signed(Columns memory columns, Template memory template, uint256 to) private pure returns (uint256) {
        uint256 kind = template.kind;
        bool isTyped = FrameColumns.hasAccessList(kind);
        unchecked {
            uint256 signed = columns.nextSigned++;
            uint256 priced = columns.nextPriced++;
            if (isTyped) to = RlpWriter.integer(to, template.chainId);
            to = RlpWriter.integer(to, columns.nonces[signed]);
            if (FrameColumns.hasPriorityFee(kind)) {
                to = RlpWriter.integer(to, columns.priorityFees[columns.nextPriority++]);
            }
            to = RlpWriter.integer(to, columns.fees[signed]);
            to = RlpWriter.integer(to, columns.gasLimits[priced]);
            to = template.recipient == 0
                ? RlpWriter.shortItem(to, 0x80)
                : RlpWriter.fixedBytes(to, template.recipient, 20);
            to = RlpWriter.integer(to, columns.values[priced]);
            to = _data(template, to);
            if (isTyped) to = _accessList(columns, to);
            if (kind == 4) to = _authorizations(columns, to);
            uint256 v = _parity(columns, signed);
            if (kind == 0) v += 27;
            else if (kind == 3) v += 35 + 2 * template.chainId;
            to = RlpWriter.integer(to, v);
            to = RlpWriter.integer(to, _calldataWord(columns.signatures + 32 * signed));
            return RlpWriter.integer(to, _calldataWord(columns.signatures + 32 * (columns.signedCount + signed)));
        }
    }

    function _data(Template memory template, uint256 to) private pure returns (uint256) {
        uint256 size = template.dataSize;
        if (size == 1 && BodyReader.byteAt(template.prefix) < 0x80) {
            template.taken++;
            return RlpWriter.shortItem(to, BodyReader.byteAt(template.prefix));
        }
        return _bytes(template, RlpWriter.head(to, size, 0x80));
    }

    /// The data itself: the template's prefix, then the tail.
    function _bytes(Template memory template, uint256 to) private pure returns (uint256 end) {
        uint256 prefix = template.prefixSize;
        uint256 prefixAt = template.prefix;
        uint256 size = template.dataSize;
        unchecked {
            uint256 index = template.taken++;
            end = to + size;
            uint256 from = template.tails;
            // Tails by rows lie together; by planes a byte of each lies together.
            bool inPlanes = template.inPlanes;
            uint256 stride = template.count;
            assembly ("memory-safe") {
                if prefix { mstore(to, mload(prefixAt)) }
                to := add(to, prefix)
                let tail := sub(size, prefix)
                switch inPlanes
                case 0 { mcopy(to, add(from, mul(index, tail)), tail) }
                default {
                    from := add(from, index)
                    for {} lt(to, end) { to := add(to, 1) } {
                        mstore8(to, byte(0, mload(from)))
                        from := add(from, stride)
                    }
                }
            }
        }
    }

    function _accessList(Columns memory columns, uint256 to) private pure returns (uint256) {
        unchecked {
            uint256 first = columns.nextEntry;
            uint256 last = first + columns.listSizes[columns.nextList++];
            columns.nextEntry = last;
            uint256 total = 0;
            for (uint256 i = first; i < last; i++) {
                uint256 size = _entrySize(columns.keyCounts[i]);
                total += RlpWriter.headSize(size) + size;
            }
            to = RlpWriter.head(to, total, 0xc0);
            for (uint256 i = first; i < last; i++) {
                uint256 keys = columns.keyCounts[i];
                to = RlpWriter.head(to, _entrySize(keys), 0xc0);
                to = RlpWriter.fixedBytes(to, columns.listAddresses + 20 * i, 20);
                to = RlpWriter.head(to, 33 * keys, 0xc0);
                for (uint256 j = 0; j < keys; j++) {
                    to = RlpWriter.fixedBytes(to, columns.keys, 32);
                    columns.keys += 32;
                }
            }
            return to;
        }
    }

    /// Payload of an entry of an access list.
    function _entrySize(uint256 keys) private pure returns (uint256) {
        unchecked {
            return 21 + RlpWriter.headSize(33 * keys) + 33 * keys;
        }
    }

    function _authorizations(Columns memory columns, uint256 to) private pure returns (uint256) {
        unchecked {
            uint256 first = columns.nextAuthorization;
            uint256 last = first + columns.authorizationCounts[columns.nextAuthorized++];
            columns.nextAuthorization = last;
            uint256 total = 0;
            for (uint256 i = first; i < last; i++) {
                uint256 size = _authorizationSize(columns, i);
                total += RlpWriter.headSize(size) + size;
            }
            to = RlpWriter.head(to, total, 0xc0);
            for (uint256 i = first; i < last; i++) {
                to = RlpWriter.head(to, _authorizationSize(columns, i), 0xc0);
                to = RlpWriter.integer(to, columns.chainIds[i]);
                to = RlpWriter.fixedBytes(to, columns.delegates + 20 * i, 20);
                to = RlpWriter.integer(to, columns.authorizationNonces[i]);
                to = RlpWriter.integer(to, BodyReader.byteAt(columns.authorizationParities + i));
                to = RlpWriter.integer(to, BodyReader.wordAt(columns.authorizationSignatures + 64 * i));
                to = RlpWriter.integer(to, BodyReader.wordAt(columns.authorizationSignatures + 64 * i + 32));
            }
            return to;
        }
    }

    function _authorizationSize(Columns memory columns, uint256 i) private pure returns (uint256) {
        unchecked {
            return 21 + RlpWriter.integerSize(columns.chainIds[i])
                + RlpWriter.integerSize(columns.authorizationNonces[i])
                + RlpWriter.integerSize(BodyReader.byteAt(columns.authorizationParities + i))
                + RlpWriter.integerSize(BodyReader.wordAt(columns.authorizationSignatures + 64 * i))
                + RlpWriter.integerSize(BodyReader.wordAt(columns.authorizationSignatures + 64 * i + 32));
        }
    }

    function _parity(Columns memory columns, uint256 signed) private pure returns (uint256) {
        unchecked {
            return (_calldataWord(columns.parities + (signed >> 3)) >> (248 + (signed & 7))) & 1;
        }
    }

    function _calldataWord(uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(place)
        }
    }
}
