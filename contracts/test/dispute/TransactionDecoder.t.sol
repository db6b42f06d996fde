// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockTransaction} from "../../src/dispute/lib/BlockTransaction.sol";
import {CanonicalRlp} from "../../src/dispute/lib/CanonicalRlp.sol";
import {Rlp} from "../../src/dispute/lib/Rlp.sol";
import {Decoded, TransactionDecoder} from "../../src/dispute/lib/TransactionDecoder.sol";
import {Test} from "../support/Test.sol";

contract TransactionDecoderTest is Test {
    uint256 private constant CHAIN = 4_242;

    /// What a transaction is made of.
    struct Fields {
        uint64 nonce;
        uint256 maxFee;
        uint256 priorityFee;
        uint64 gasLimit;
        address to;
        uint256 value;
        bytes data;
    }

    function _decode(bytes memory raw) private pure returns (uint256 why, Decoded memory tx_) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(raw, 0x20)
        }
        (tx_.raw, tx_.rawSize) = (pointer, raw.length);
        why = TransactionDecoder.decode(tx_, CHAIN, true);
    }

    function _content(Decoded memory tx_) private pure returns (bytes memory data) {
        (uint256 pointer, uint256 size) = (tx_.data, tx_.dataSize);
        data = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(data, 0x20), pointer, size)
        }
    }

    function _signed(bytes memory head, bytes memory fields, bytes memory tail, uint256 key)
        private
        pure
        returns (uint8 parity, bytes memory signature)
    {
        bytes32 digest = keccak256(bytes.concat(head, Rlp.list(bytes.concat(fields, tail))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return (v - 27, bytes.concat(Rlp.number(uint256(r)), Rlp.number(uint256(s))));
    }

    function _call(Fields memory f) private pure returns (bytes memory) {
        return bytes.concat(
            Rlp.number(f.gasLimit),
            Rlp.string_(abi.encodePacked(f.to)),
            Rlp.number(f.value),
            Rlp.string_(f.data)
        );
    }

    function _check(bytes memory raw, Fields memory f, uint256 key) private pure {
        (uint256 why, Decoded memory tx_) = _decode(raw);
        assertEq(why, TransactionDecoder.VALID, "verdict");
        assertEq(tx_.sender, uint160(vm.addr(key)), "sender");
        assertEq(tx_.nonce, f.nonce, "nonce");
        assertEq(tx_.maxFee, f.maxFee, "maxFee");
        assertEq(tx_.priorityFee, f.priorityFee, "priorityFee");
        assertEq(tx_.gasLimit, f.gasLimit, "gasLimit");
        assertEq(tx_.to, uint160(f.to), "to");
        assertEq(tx_.value, f.value, "value");
        assertEq(keccak256(_content(tx_)), keccak256(f.data), "data");
    }

    function testFuzz_legacyTransactionIsRead(Fields memory f, uint256 key) public pure {
        key = _prepare(f, key);
        f.priorityFee = f.maxFee;
        bytes memory fields = bytes.concat(Rlp.number(f.nonce), Rlp.number(f.maxFee), _call(f));
        (uint8 parity, bytes memory signature) =
            _signed("", fields, bytes.concat(Rlp.number(CHAIN), hex"8080"), key);
        bytes memory raw = Rlp.list(bytes.concat(fields, Rlp.number(35 + 2 * CHAIN + parity), signature));
        _check(raw, f, key);
        // Signed for another chain.
        raw = Rlp.list(bytes.concat(fields, Rlp.number(37 + 2 * CHAIN + parity), signature));
        (uint256 why,) = _decode(raw);
        assertEq(why, TransactionDecoder.WRONG_CHAIN, "verdict");
    }

    function testFuzz_transactionWithFeesIsRead(Fields memory f, uint256 key) public pure {
        key = _prepare(f, key);
        bytes memory fields = bytes.concat(
            Rlp.number(CHAIN), Rlp.number(f.nonce), Rlp.number(f.priorityFee), Rlp.number(f.maxFee), _call(f), hex"c0"
        );
        (uint8 parity, bytes memory signature) = _signed(hex"02", fields, "", key);
        bytes memory body = bytes.concat(fields, Rlp.number(parity), signature);
        _check(bytes.concat(hex"02", Rlp.list(body)), f, key);
        // Something behind it, within and without.
        (uint256 why,) = _decode(bytes.concat(hex"02", Rlp.list(body), hex"80"));
        assertEq(why, TransactionDecoder.MALFORMED, "verdict");
        (why,) = _decode(bytes.concat(hex"02", Rlp.list(bytes.concat(body, hex"80"))));
        assertEq(why, TransactionDecoder.MALFORMED, "verdict");
    }

    function _prepare(Fields memory f, uint256 key) private pure returns (uint256) {
        f.nonce = uint64(bound(f.nonce, 0, type(uint64).max - 1));
        return bound(key, 1, 1 << 250);
    }

    /// Nobody can make the decoder revert.
    function testFuzz_anyBytesGiveAVerdict(bytes memory raw, uint8 kind) public pure {
        (uint256 why,) = _decode(bytes.concat(bytes1(kind), raw));
        assertAtMost(why, TransactionDecoder.WRONG_TYPE, "verdict");
    }

    function testFuzz_listsOfStringsAreCanonical(bytes[4] memory items, bytes memory other) public pure {
        bytes memory content;
        for (uint256 i = 0; i < items.length; i++) content = bytes.concat(content, Rlp.string_(items[i]));
        bytes memory nested = Rlp.list(bytes.concat(Rlp.list(content), Rlp.string_(other)));
        assertTrue(_isCanonical(nested), "nested");
        assertTrue(!_isCanonical(bytes.concat(nested, hex"80")), "something behind it");
        assertTrue(!_isCanonical(Rlp.list(bytes.concat(content, hex"8100"))), "a byte with a head");
    }

    function _isCanonical(bytes memory item) private pure returns (bool) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(item, 0x20)
        }
        return CanonicalRlp.isCanonical(pointer, pointer + item.length);
    }

    function testFuzz_tokensCountZerosOnceAndOthersFourTimes(bytes memory data, uint8 from, uint8 zeros) public pure {
        data = bytes.concat(data, new bytes(zeros));
        uint256 start = bound(from, 0, data.length);
        uint256 expected = 0;
        for (uint256 i = start; i < data.length; i++) expected += data[i] == 0 ? 1 : 4;
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(add(data, 0x20), start)
        }
        assertEq(BlockTransaction.tokens(pointer, data.length - start), expected, "tokens");
    }
}
