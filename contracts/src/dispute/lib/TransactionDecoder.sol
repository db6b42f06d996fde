// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CanonicalRlp} from "./CanonicalRlp.sol";

/// A transaction as it was read. Places are in memory.
struct Decoded {
    /// Its wire form.
    uint256 raw;
    uint256 rawSize;
    uint256 kind;
    uint256 nonce;
    uint256 gasLimit;
    uint256 creates;
    uint256 to;
    uint256 value;
    uint256 data;
    uint256 dataSize;
    uint256 maxFee;
    uint256 priorityFee;
    /// For each entry of the list of accesses a word with its address and number of keys, and its keys.
    uint256[] accesses;
    uint256 accessCount;
    /// Hashes of the entries of the list of authorisations.
    uint256[] authorizations;
    uint256 sender;
}

/// Reads transactions: legacy with EIP-155, EIP-2930, EIP-1559, from Prague on EIP-7702, and the chain's own of type 0x7e, in
/// their canonical encoding only. packages/engine/assembly/transaction.ts is the other implementation; the order of its checks is
/// kept, because the chain records why it skips what was forced in.
library TransactionDecoder {
    // What is wrong with a transaction, as ChainState.skipForced numbers it.
    uint256 internal constant VALID = 0;
    uint256 internal constant MALFORMED = 1;
    uint256 internal constant WRONG_CHAIN = 2;
    uint256 internal constant WRONG_TYPE = 3;

    uint256 internal constant SYSTEM = 0x7e;
    uint256 private constant SET_CODE = 4;
    uint256 private constant MAX_FIELDS = 13;
    /// Most bytes of the numbers of an authorisation, the first in the lowest byte.
    uint256 private constant NUMBER_SIZES = 0x202001080020;

    /// Half of the order of secp256k1 (EIP-2), and the order.
    uint256 private constant HALF = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    /// Fields of a list: what each is, where its content is, and where it begins.
    struct Fields {
        uint256[] kinds;
        uint256[] data;
        uint256[] sizes;
        uint256[] starts;
    }

    /// Reads a transaction and recovers its sender. @param isPrague whether there is a type 4
    /// @return why what is wrong with it
    function decode(Decoded memory tx_, uint256 chainId, bool isPrague) internal pure returns (uint256 why) {
        if (tx_.rawSize == 0) return MALFORMED;
        uint256 start = tx_.raw;
        uint256 kind;
        assembly ("memory-safe") {
            kind := byte(0, mload(start))
        }
        bool isLegacy = kind >= 0xc0;
        if (!isLegacy) {
            bool isKnown = kind == 1 || kind == 2 || (kind == SET_CODE && isPrague) || kind == SYSTEM;
            if (!isKnown) return WRONG_TYPE;
            tx_.kind = kind;
            start++;
        }
        uint256 count = isLegacy ? 9 : kind == 1 ? 11 : kind == 2 ? 12 : kind == SYSTEM ? 8 : MAX_FIELDS;
        (bool fits, Fields memory f) = _fields(start, tx_.raw + tx_.rawSize, count);
        if (!fits) return MALFORMED;
        if (kind == SYSTEM) return _system(tx_, f) ? VALID : MALFORMED;
        why = isLegacy ? _legacy(tx_, f, chainId) : _typed(tx_, f, chainId);
        // What stands behind the chain's number was not looked at, and comes first.
        if (why == WRONG_CHAIN && !CanonicalRlp.isCanonical(start, tx_.raw + tx_.rawSize)) return MALFORMED;
    }

    function _fields(uint256 p, uint256 end, uint256 count) private pure returns (bool, Fields memory f) {
        (uint256 kind, uint256 data, uint256 size) = CanonicalRlp.read(p, end);
        if (kind != CanonicalRlp.LIST || data + size != end) return (false, f);
        f.kinds = new uint256[](count);
        f.data = new uint256[](count);
        f.sizes = new uint256[](count);
        f.starts = new uint256[](count);
        p = data;
        for (uint256 i = 0; i < count; i++) {
            (kind, data, size) = CanonicalRlp.read(p, end);
            if (kind == CanonicalRlp.WRONG) return (false, f);
            (f.kinds[i], f.data[i], f.sizes[i], f.starts[i]) = (kind, data, size, p);
            p = data + size;
        }
        return (p == end, f);
    }

    function _number(Fields memory f, uint256 i, uint256 most) private pure returns (bool, uint256) {
        return CanonicalRlp.number(f.kinds[i], f.data[i], f.sizes[i], most);
    }

    function _isFixed(Fields memory f, uint256 i, uint256 size) private pure returns (bool) {
        return f.kinds[i] == CanonicalRlp.STRING && f.sizes[i] == size;
    }

    /// 20 bytes.
    function _addressAt(uint256 pointer) private pure returns (uint256 account) {
        assembly ("memory-safe") {
            account := shr(96, mload(pointer))
        }
    }

    function _nonce(Decoded memory tx_, Fields memory f, uint256 i) private pure returns (bool isNumber) {
        (isNumber, tx_.nonce) = _number(f, i, 8);
        return isNumber && tx_.nonce != type(uint64).max;
    }

    function _fee(Fields memory f, uint256 i) private pure returns (bool, uint256) {
        return _number(f, i, 32);
    }

    /// Gas limit, recipient, value and data stand in one order in all types but 0x7e. @param i field with the gas limit
    function _call(Decoded memory tx_, Fields memory f, uint256 i) private pure returns (bool isCall) {
        (isCall, tx_.gasLimit) = _number(f, i, 8);
        if (!isCall || f.kinds[i + 1] != CanonicalRlp.STRING) return false;
        tx_.creates = f.sizes[i + 1] == 0 ? 1 : 0;
        if (tx_.creates == 0) {
            if (f.sizes[i + 1] != 20) return false;
            tx_.to = _addressAt(f.data[i + 1]);
        }
        (isCall, tx_.value) = _fee(f, i + 2);
        return isCall && _data(tx_, f, i + 3);
    }

    function _data(Decoded memory tx_, Fields memory f, uint256 i) private pure returns (bool) {
        (tx_.data, tx_.dataSize) = (f.data[i], f.sizes[i]);
        return f.kinds[i] == CanonicalRlp.STRING;
    }

    function _legacy(Decoded memory tx_, Fields memory f, uint256 chainId) private pure returns (uint256) {
        bool isNumber;
        if (!_nonce(tx_, f, 0)) return MALFORMED;
        (isNumber, tx_.maxFee) = _fee(f, 1);
        if (!isNumber) return MALFORMED;
        tx_.priorityFee = tx_.maxFee;
        uint256 v;
        (isNumber, v) = _fee(f, 6);
        if (!isNumber || !_isSignature(f, 7)) return MALFORMED;
        // v = 35 + 2 * chain id + parity (EIP-155).
        if (v < 35) return MALFORMED;
        if ((v - 35) >> 1 != chainId) return WRONG_CHAIN;
        if (!_call(tx_, f, 2)) return MALFORMED;
        // Signed are the fields before the signature, and [..., chain id, 0, 0].
        bytes memory tail = abi.encodePacked(_numberRlp(chainId), bytes2(0x8080));
        return _recover(tx_, f, 6, tail, (v - 35) & 1);
    }

    function _typed(Decoded memory tx_, Fields memory f, uint256 chainId) private pure returns (uint256) {
        (bool isNumber, uint256 chain) = _fee(f, 0);
        if (!isNumber) return MALFORMED;
        if (chain != chainId) return WRONG_CHAIN;
        if (!_nonce(tx_, f, 1)) return MALFORMED;
        (isNumber, tx_.priorityFee) = _fee(f, 2);
        if (!isNumber) return MALFORMED;
        uint256 i = 3;
        tx_.maxFee = tx_.priorityFee;
        if (tx_.kind != 1) {
            (isNumber, tx_.maxFee) = _fee(f, i++);
            if (!isNumber) return MALFORMED;
        }
        if (!_call(tx_, f, i)) return MALFORMED;
        i += 4;
        if (f.kinds[i] != CanonicalRlp.LIST || !_accesses(tx_, f.data[i], f.sizes[i])) return MALFORMED;
        i++;
        if (tx_.kind == SET_CODE) {
            bool isList = tx_.creates == 0 && f.kinds[i] == CanonicalRlp.LIST;
            if (!isList || !_authorizations(tx_, f.data[i], f.sizes[i])) return MALFORMED;
            i++;
        }
        uint256 parity;
        (isNumber, parity) = _number(f, i, 8);
        if (!isNumber || parity > 1 || !_isSignature(f, i + 1)) return MALFORMED;
        return _recover(tx_, f, i, "", parity);
    }

    /// Two numbers.
    function _isSignature(Fields memory f, uint256 i) private pure returns (bool) {
        (bool isR,) = _fee(f, i);
        (bool isS,) = _fee(f, i + 1);
        return isR && isS;
    }

    function _system(Decoded memory tx_, Fields memory f) private pure returns (bool) {
        // Fields 3 and 6 are mint and isSystemTransaction.
        if (!_isFixed(f, 0, 32) || !_isFixed(f, 3, 0) || !_isFixed(f, 6, 0)) return false;
        if (!_isFixed(f, 1, 20) || !_isFixed(f, 2, 20)) return false;
        (tx_.sender, tx_.to) = (_addressAt(f.data[1]), _addressAt(f.data[2]));
        bool isNumber;
        (isNumber, tx_.value) = _fee(f, 4);
        if (!isNumber) return false;
        (isNumber, tx_.gasLimit) = _number(f, 5, 8);
        return isNumber && _data(tx_, f, 7);
    }

    /// Reads the `size` bytes at `p` that are the entries of an access list.
    function _accesses(Decoded memory tx_, uint256 p, uint256 size) private pure returns (bool) {
        uint256 end = p + size;
        // An entry takes 23 bytes at least, a key 33.
        uint256[] memory words = new uint256[](size / 23);
        uint256 next = _pointer(words);
        uint256 entries = 0;
        while (p < end) {
            uint256 first;
            assembly ("memory-safe") {
                first := mload(p)
            }
            // A list of 20 bytes and an empty list: the most entries that fit are such.
            if (first >> 240 == 0xd694 && (first >> 72) & 0xff == 0xc0 && end - p > 22) {
                assembly ("memory-safe") {
                    mstore(next, and(shr(80, first), 0xffffffffffffffffffffffffffffffffffffffff))
                    next := add(next, 0x20)
                }
                p += 23;
                entries++;
                continue;
            }
            (uint256 kind, uint256 data, uint256 length) = CanonicalRlp.read(p, end);
            p = data + length;
            if (kind != CanonicalRlp.LIST) return false;
            next = _access(data, p, next);
            if (next == 0) return false;
            entries++;
        }
        tx_.accessCount = entries;
        _shorten(words, next);
        tx_.accesses = words;
        return true;
    }

    /// Reads an entry from `p` to `end`. @param target where its words are put @return behind them, 0 where it is none
    function _access(uint256 p, uint256 end, uint256 target) private pure returns (uint256) {
        uint256 head;
        assembly ("memory-safe") {
            head := mload(p)
        }
        // 20 bytes, then a list of strings of 32.
        if (head >> 248 != 0x94 || end - p < 22) return 0;
        (uint256 kind, uint256 key, uint256 size) = CanonicalRlp.read(p + 21, end);
        if (kind != CanonicalRlp.LIST || key + size != end || size % 33 != 0) return 0;
        head = ((size / 33) << 160) | uint160(head >> 88);
        assembly ("memory-safe") {
            mstore(target, head)
            target := add(target, 0x20)
            for {} lt(key, end) { key := add(key, 33) } {
                if iszero(eq(byte(0, mload(key)), 0xa0)) {
                    target := 0
                    break
                }
                mstore(target, mload(add(key, 1)))
                target := add(target, 0x20)
            }
        }
        return target;
    }

    function _pointer(uint256[] memory words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
        }
    }

    /// Takes the words from `end` on away.
    function _shorten(uint256[] memory words, uint256 end) private pure {
        assembly ("memory-safe") {
            mstore(words, shr(5, sub(sub(end, words), 0x20)))
        }
    }

    /// Checks the `size` bytes at `p` that are the entries of a list of authorisations: there is one at least.
    function _authorizations(Decoded memory tx_, uint256 p, uint256 size) private pure returns (bool) {
        uint256 end = p + size;
        // An entry takes 27 bytes at least.
        uint256[] memory words = new uint256[](size / 27);
        uint256 next = _pointer(words);
        while (p < end) {
            (uint256 kind, uint256 data, uint256 length) = CanonicalRlp.read(p, end);
            if (kind != CanonicalRlp.LIST || !_isAuthorization(data, data + length)) return false;
            length += data - p;
            assembly ("memory-safe") {
                mstore(next, keccak256(p, length))
                next := add(next, 0x20)
            }
            p += length;
        }
        _shorten(words, next);
        tx_.authorizations = words;
        return words.length > 0;
    }

    /// [chainId, address, nonce, yParity, r, s] from `p` to `end`.
    function _isAuthorization(uint256 p, uint256 end) private pure returns (bool) {
        unchecked {
            for (uint256 i = 0; i < 6; i++) {
                uint256 first;
                assembly ("memory-safe") {
                    first := mload(p)
                }
                uint256 head = first >> 248;
                p++;
                if (i == 1) {
                    if (head != 0x94) return false;
                    p += 20;
                } else if (head < 0x80) {
                    // A number has no leading zero.
                    if (head == 0) return false;
                } else {
                    uint256 size = head - 0x80;
                    if (size > (NUMBER_SIZES >> (8 * i)) & 0xff) return false;
                    uint256 second = (first << 8) >> 248;
                    if (size != 0 && (second == 0 || (size == 1 && second < 0x80))) return false;
                    p += size;
                }
            }
        }
        // Whatever was read behind the end led further.
        return p == end;
    }

    /// One of these, `size` bytes at `p`. @return words chain id, address, nonce, whether somebody signed it, and who
    function authorization(uint256 p, uint256 size) internal pure returns (uint256[5] memory words) {
        uint256 end = p + size;
        (, uint256 first,) = CanonicalRlp.read(p, end);
        uint256[6] memory values;
        uint256 signedEnd;
        p = first;
        for (uint256 i = 0; i < 6; i++) {
            (uint256 kind, uint256 data, uint256 length) = CanonicalRlp.read(p, end);
            if (i == 3) signedEnd = p;
            if (i == 1) values[1] = _addressAt(data);
            else (, values[i]) = CanonicalRlp.number(kind, data, length, 32);
            p = data + length;
        }
        (words[0], words[1], words[2]) = (values[0], values[1], values[2]);
        words[4] = _signer(_signedHash(hex"05", first, signedEnd - first, ""), values[3], values[4], values[5]);
        words[3] = words[4] == 0 ? 0 : 1;
    }

    /// Who signed the fields before field `signedEnd`, with `tail` behind them.
    function _recover(Decoded memory tx_, Fields memory f, uint256 signedEnd, bytes memory tail, uint256 parity)
        private
        pure
        returns (uint256)
    {
        bytes memory head = tx_.kind == 0 ? bytes("") : abi.encodePacked(uint8(tx_.kind));
        bytes32 digest = _signedHash(head, f.starts[0], f.starts[signedEnd] - f.starts[0], tail);
        (, uint256 r) = _fee(f, f.sizes.length - 2);
        (, uint256 s) = _fee(f, f.sizes.length - 1);
        tx_.sender = _signer(digest, parity, r, s);
        return tx_.sender == 0 ? MALFORMED : VALID;
    }

    /// keccak256 of `head`, and a list with the `size` bytes at `p` and `tail` as its content.
    function _signedHash(bytes memory head, uint256 p, uint256 size, bytes memory tail)
        private
        pure
        returns (bytes32)
    {
        bytes memory fields = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(fields, 0x20), p, size)
        }
        return keccak256(bytes.concat(head, _listHead(size + tail.length), fields, tail));
    }

    /// 0 where nobody did.
    function _signer(bytes32 digest, uint256 parity, uint256 r, uint256 s) private pure returns (uint256) {
        if (parity > 1 || r == 0 || r >= ORDER || s == 0 || s > HALF) return 0;
        return uint160(ecrecover(digest, uint8(27 + parity), bytes32(r), bytes32(s)));
    }

    function _listHead(uint256 payload) private pure returns (bytes memory) {
        if (payload < 56) return abi.encodePacked(uint8(0xc0 + payload));
        if (payload < 1 << 8) return abi.encodePacked(uint8(0xf8), uint8(payload));
        if (payload < 1 << 16) return abi.encodePacked(uint8(0xf9), uint16(payload));
        return abi.encodePacked(uint8(0xfa), uint24(payload));
    }

    function _numberRlp(uint256 value) private pure returns (bytes memory encoded) {
        if (value == 0) return hex"80";
        uint256 size = 0;
        for (uint256 rest = value; rest != 0; rest >>= 8) size++;
        encoded = abi.encodePacked(value << (256 - 8 * size));
        assembly ("memory-safe") {
            mstore(encoded, size)
        }
        return value < 0x80 ? encoded : abi.encodePacked(uint8(0x80 + size), encoded);
    }
}
