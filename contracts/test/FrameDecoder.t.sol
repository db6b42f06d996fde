// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchRegistry} from "../src/rollup/BatchRegistry.sol";
import {Frame, FrameDecoder} from "../src/rollup/FrameDecoder.sol";
import {Test} from "./support/Test.sol";

/// Frames made by packages/protocol are compared in packages/l1 (frameDecoder.test.ts); these are made by hand.
contract FrameDecoderTest is Test {
    BatchRegistry private registry;

    function setUp() public {
        registry = new BatchRegistry();
    }

    function decompress(bytes calldata code, uint256 size) external pure returns (bool, bytes memory) {
        return FrameDecoder.decompress(code, size);
    }

    function decode(bytes calldata data) external pure returns (bool, Frame memory) {
        return FrameDecoder.decode(data);
    }

    function test_Literals() public view {
        _expect(hex"30616263", "abc");
        _expect(hex"00", "");
        // 15 + 5 literals.
        _expect(bytes.concat(hex"f005", "abcdefghijklmnopqrst"), "abcdefghijklmnopqrst");
    }

    function test_Matches_RepeatAnyPeriod() public view {
        // "ab", then 8 from 2 back, then "!".
        _expect(bytes.concat(hex"24", "ab", hex"0200", hex"10", "!"), "ababababab!");
        // Offset 1: 4 + 15 + 6 = 25 more of one byte.
        _expect(bytes.concat(hex"1f", "x", hex"010006", hex"00"), "xxxxxxxxxxxxxxxxxxxxxxxxxx");
    }

    /// Against the byte-by-byte definition, for all kinds of distance and length.
    function testFuzz_Match_IsAByteByByteCopy(uint8 literals, uint16 distance, uint16 length, uint256 salt) public view {
        uint256 have = bound(literals, 1, 200);
        uint256 back = bound(distance, 1, have);
        uint256 more = bound(length, 4, 700);
        bytes memory expected = new bytes(have + more + 1);
        bytes memory text = new bytes(have);
        for (uint256 i = 0; i < have; i++) {
            text[i] = bytes32(keccak256(abi.encode(salt, i)))[0];
            expected[i] = text[i];
        }
        for (uint256 i = have; i < have + more; i++) expected[i] = expected[i - back];
        expected[have + more] = "!";
        bytes memory code = bytes.concat(
            bytes1(uint8(_nibble(have) << 4 | _nibble(more - 4))),
            _extension(have),
            text,
            bytes1(uint8(back)),
            bytes1(uint8(back >> 8)),
            _extension(more - 4),
            hex"10",
            "!"
        );
        _expect(code, expected);
    }

    function test_MalformedCode_IsRefused() public view {
        _refuse("", 0);
        _refuse(hex"30616263", 2);
        _refuse(hex"30616263", 4);
        _refuse(hex"306162", 3);
        // The last sequence announces a match.
        _refuse(hex"31616263", 3);
        // Ends right after a match, and inside an offset.
        _refuse(hex"10610100", 5);
        _refuse(hex"106101", 5);
        // Offset 0, and offset before the start.
        _refuse(hex"106100001021", 6);
        _refuse(hex"106102001021", 6);
        // Endless extensions.
        _refuse(hex"f0ffffff", 1_000);
        _refuse(hex"1f610100ffff", 1_000);
        // A match beyond the end.
        _refuse(hex"1f610100ff001021", 40);
    }

    function testFuzz_AnyBytes_NeverFail(bytes calldata code, uint16 size) public view {
        (bool wellFormed, bytes memory body) = this.decompress(code, size);
        if (wellFormed) assertEq(body.length, size, "length");
        this.decode(code);
    }

    function test_Header() public view {
        (bool wellFormed, Frame memory frame) = this.decode(hex"01ac020304306162637369676e");
        assertTrue(wellFormed, "well formed");
        assertEq(frame.firstBlock, 300, "first block");
        assertEq(string(frame.body), "abc", "body");
        assertEq(frame.signaturesOffset, 9, "signatures");
        _refuseFrame("");
        _refuseFrame(hex"02ac02030430616263"); // version
        _refuseFrame(hex"01ac8200030430616263"); // not the shortest form
        _refuseFrame(hex"01ac02030530616263"); // code longer than the frame
        _refuseFrame(hex"01ac02818010043061626300"); // body over 256 KiB
        _refuseFrame(hex"01ac"); // inside a number
        // 2^256 - 1 is the largest number, 2^256 one too many.
        bytes memory ones = new bytes(36);
        for (uint256 i = 0; i < 36; i++) ones[i] = 0xff;
        (wellFormed, frame) = this.decode(bytes.concat(hex"01", ones, hex"0f", hex"0100"));
        assertTrue(!wellFormed, "body is missing");
        (wellFormed, frame) = this.decode(bytes.concat(hex"01", ones, hex"0f", hex"000100"));
        assertTrue(wellFormed && frame.firstBlock == type(uint256).max, "largest");
        _refuseFrame(bytes.concat(hex"01", ones, hex"10", hex"000100"));
    }

    /// The most expensive frames there are: calldata price included, they must stay within an L1 call of 12M gas.
    function test_WorstFrames_StayWithinTheirGas() public {
        _worst("matchesOfOneByte", hex"0e0100", 18);
        _worst("matchesOfSeventeenBytes", hex"0e1100", 18);
        _worst("matchesFarAway", hex"0eff00", 18);
        _worst("extendedMatches", hex"0f010000", 19);
        _worst("longerMatches", hex"0f010010", 35);
        _worst("longerMatchesOddPeriod", hex"0f050010", 35);
        _worst("literalsAndMatches", hex"1e610100", 19);
        _worst("literalsAndExtendedMatches", hex"1f61010000", 20);
        _worst("literalsAndLongerMatches", hex"1f6101000e", 34);
        _worst("averageMatchesOddPeriod", hex"0f11002d", 64);
        _worst("averageMatchesLongPeriod", hex"0f28002d", 64);
        _worst("largestBody", hex"0f0100ff1d", 15 + 255 + 29 + 4);
    }

    function _worst(string memory name, bytes memory sequence, uint256 produced) private {
        uint256 gasUsed = _cost(sequence, produced);
        vm.snapshotValue("frames", name, gasUsed);
        assertAtMost(gasUsed, 12_000_000, name);
    }

    /// A 64 KiB frame that repeats one sequence, up to 256 KiB of body.
    function _cost(bytes memory sequence, uint256 produced) private view returns (uint256 gasUsed) {
        // 255 literals, so that every distance has something behind it, then a match of 8.
        bytes memory head = bytes.concat(hex"f4f0", _filled(255), hex"0100");
        uint256 count = (65_536 - 12 - head.length - 2) / sequence.length;
        uint256 most = (262_144 - 300) / produced;
        if (count > most) count = most;
        bytes memory code = new bytes(count * sequence.length);
        for (uint256 i = 0; i < code.length; i++) code[i] = sequence[i % sequence.length];
        code = bytes.concat(head, code, hex"10", "!");
        uint256 size = 255 + 8 + count * produced + 1;
        bytes memory frame = bytes.concat(hex"01", _varint(7), _varint(size), _varint(code.length), code);
        assertAtMost(frame.length, 65_536, "frame");
        bytes memory call = abi.encodeCall(BatchRegistry.decode, (frame));
        for (uint256 i = 0; i < call.length; i++) gasUsed += call[i] == 0 ? 4 : 16;
        uint256 before = gasleft();
        (bool success, bytes memory answer) = address(registry).staticcall(call);
        gasUsed += before - gasleft() + 21_000;
        (bool wellFormed,, uint256 bodySize,) = abi.decode(answer, (bool, uint256, uint256, bytes32));
        assertTrue(success && wellFormed && bodySize == size, "decoded");
    }

    function _filled(uint256 length) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; i++) data[i] = bytes1(uint8(i + 1));
    }

    function _nibble(uint256 length) private pure returns (uint256) {
        return length < 15 ? length : 15;
    }

    function _extension(uint256 length) private pure returns (bytes memory data) {
        if (length < 15) return "";
        length -= 15;
        for (; length >= 255; length -= 255) data = bytes.concat(data, hex"ff");
        return bytes.concat(data, bytes1(uint8(length)));
    }

    function _varint(uint256 value) private pure returns (bytes memory data) {
        for (; value >= 128; value >>= 7) data = bytes.concat(data, bytes1(uint8(value & 127 | 128)));
        return bytes.concat(data, bytes1(uint8(value)));
    }

    function _expect(bytes memory code, bytes memory expected) private view {
        (bool wellFormed, bytes memory body) = this.decompress(code, expected.length);
        assertTrue(wellFormed, "well formed");
        assertEq(keccak256(body), keccak256(expected), "body");
    }

    function _refuse(bytes memory code, uint256 size) private view {
        (bool wellFormed,) = this.decompress(code, size);
        assertTrue(!wellFormed, "must be refused");
    }

    function _refuseFrame(bytes memory data) private view {
        (bool wellFormed,) = this.decode(data);
        assertTrue(!wellFormed, "must be refused");
    }
}
