// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Body, BodyReader} from "./BodyReader.sol";

/// What equal transactions have in common.
struct Template {
    uint256 kind;
    uint256 chainId;
    /// Place of the sender (kind 0x7e).
    uint256 sender;
    /// Place of the recipient; 0 for a creation.
    uint256 recipient;
    uint256 dataSize;
    /// Place and size of the first bytes of the data.
    uint256 prefix;
    uint256 prefixSize;
    /// How many transactions are of it, and how many of these were read.
    uint256 count;
    uint256 taken;
    /// Place of their tails, and whether these lie byte by byte.
    uint256 tails;
    bool inPlanes;
}

/// Columns of a body, and for each how far it was read.
struct Columns {
    Template[] templates;
    uint256[] indexes;
    uint256[] nonces;
    uint256[] gasLimits;
    uint256[] fees;
    uint256[] priorityFees;
    uint256[] values;
    /// Entries of each access list; place of their addresses; keys of each entry; place of the keys.
    uint256[] listSizes;
    uint256 listAddresses;
    uint256[] keyCounts;
    uint256 keys;
    /// Likewise of authorisations: chain ids, nonces, parities, signatures.
    uint256[] authorizationCounts;
    uint256 delegates;
    uint256[] chainIds;
    uint256[] authorizationNonces;
    uint256 authorizationParities;
    uint256 authorizationSignatures;
    uint256 sourceHashes;
    /// Bits, then r of each signed transaction, then s of each.
    uint256 parities;
    uint256 signatures;
    uint256 signedCount;
    uint256 nextSigned;
    uint256 nextPriced;
    uint256 nextPriority;
    uint256 nextList;
    uint256 nextEntry;
    uint256 nextAuthorized;
    uint256 nextAuthorization;
}

/// Reads the columns of transactions (packages/protocol/src/batch/README.md, "Body").
library FrameColumns {
    using BodyReader for Body;

    uint256 internal constant SYSTEM = 0x7e;
    uint256 internal constant OPAQUE = 0xff;
    uint256 internal constant MAX_TRANSACTION_SIZE = 98_304;
    /// Most transactions that begin in a frame, and most templates and blocks: 64 KiB hold no more than a quarter of that
    /// many signatures or source hashes. It bounds the work of reading a frame and the trees over a pack of 256.
    uint256 internal constant MAX_ITEMS = 4_096;
    /// Chain ids of kind 3 stay below it, so that v has 256 bits.
    uint256 private constant CHAIN_ID_LIMIT = 1 << 254;
    uint256 private constant PREFIX_SIZE = 4;

    function hasPriorityFee(uint256 kind) internal pure returns (bool) {
        return kind == 2 || kind == 4;
    }

    function hasAccessList(uint256 kind) internal pure returns (bool) {
        return kind == 1 || kind == 2 || kind == 4;
    }

    /// @param body at the templates; it is read to its end
    function read(Body memory body, uint256 total) internal pure returns (Columns memory columns) {
        unchecked {
            columns.templates = new Template[](body.count(MAX_ITEMS));
            for (uint256 i = 0; i < columns.templates.length; i++) {
                _template(body, columns.templates[i]);
            }
            columns.indexes = body.integers(total);
            (uint256 opaque, uint256 systems, uint256 prioritised, uint256 listed, uint256 authorized) = _counts(columns);
            uint256 priced = total - opaque;
            uint256 signed = priced - systems;
            columns.signedCount = signed;
            columns.nonces = body.integers(signed);
            columns.gasLimits = body.integers(priced);
            columns.fees = body.integers(signed);
            columns.priorityFees = body.integers(prioritised);
            columns.values = body.integers(priced);
            _readLists(body, columns, listed);
            _readAuthorizations(body, columns, authorized);
            columns.sourceHashes = body.skip(32 * systems);
        }
        _readData(body, columns);
        if (body.remaining() != 0) BodyReader.fail();
    }

    function _template(Body memory body, Template memory template) private pure {
        uint256 kind = body.oneByte();
        if (kind > 4 && kind != SYSTEM && kind != OPAQUE) BodyReader.fail();
        template.kind = kind;
        if (kind > 0 && kind <= 4) template.chainId = body.varint();
        if (kind == 3 && template.chainId >= CHAIN_ID_LIMIT) BodyReader.fail();
        if (kind == SYSTEM) template.sender = body.skip(20);
        if (kind != OPAQUE) {
            uint256 flag = body.oneByte();
            if (flag > 1 || (flag == 0 && kind == SYSTEM)) BodyReader.fail();
            if (flag == 1) template.recipient = body.skip(20);
        }
        uint256 size = body.count(MAX_TRANSACTION_SIZE);
        template.dataSize = size;
        if (kind != OPAQUE) {
            template.prefixSize = size < PREFIX_SIZE ? size : PREFIX_SIZE;
            template.prefix = body.skip(template.prefixSize);
        }
    }

    /// Counts transactions by what columns they are in, and by template.
    function _counts(Columns memory columns)
        private
        pure
        returns (uint256 opaque, uint256 systems, uint256 prioritised, uint256 listed, uint256 authorized)
    {
        uint256[] memory indexes = columns.indexes;
        Template[] memory templates = columns.templates;
        unchecked {
            for (uint256 i = 0; i < indexes.length; i++) {
                if (indexes[i] >= templates.length) BodyReader.fail();
                Template memory template = templates[indexes[i]];
                template.count++;
                uint256 kind = template.kind;
                if (kind == OPAQUE) opaque++;
                else if (kind == SYSTEM) systems++;
                if (hasPriorityFee(kind)) prioritised++;
                if (hasAccessList(kind)) listed++;
                if (kind == 4) authorized++;
            }
        }
    }

    function _readLists(Body memory body, Columns memory columns, uint256 number) private pure {
        uint256 entries;
        uint256 keys;
        (columns.listSizes, entries) = body.counts(number, 20);
        unchecked {
            columns.listAddresses = body.skip(20 * entries);
            (columns.keyCounts, keys) = body.counts(entries, 32);
            columns.keys = body.skip(32 * keys);
        }
    }

    function _readAuthorizations(Body memory body, Columns memory columns, uint256 number) private pure {
        uint256 entries;
        // An address, r and s.
        (columns.authorizationCounts, entries) = body.counts(number, 20 + 64);
        unchecked {
            columns.delegates = body.skip(20 * entries);
            columns.chainIds = body.integers(entries);
            columns.authorizationNonces = body.integers(entries);
            columns.authorizationParities = body.skip(entries);
            columns.authorizationSignatures = body.skip(64 * entries);
        }
    }

    function _readData(Body memory body, Columns memory columns) private pure {
        Template[] memory templates = columns.templates;
        unchecked {
            for (uint256 i = 0; i < templates.length; i++) {
                Template memory template = templates[i];
                uint256 order = body.oneByte();
                if (order > 1) BodyReader.fail();
                template.inPlanes = order == 1;
                template.tails = body.skip(template.count * (template.dataSize - template.prefixSize));
            }
        }
    }
}
