// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CodeRegistry} from "../../src/dispute/CodeRegistry.sol";
import {ICodeRegistry} from "../../src/dispute/ICodeRegistry.sol";
import {WordTree} from "../../src/dispute/lib/WordTree.sol";
import {Test} from "../support/Test.sol";

contract CodeRegistryTest is Test {
    event CodeRegistered(bytes32 indexed codeHash, uint256 length);

    CodeRegistry private registry;

    function setUp() public {
        registry = new CodeRegistry();
    }

    /// Chunks by their definition: 31 bytes, and the place in them where the first instruction begins, 31 for none. Behind the code
    /// there are STOPs.
    function _chunks(bytes memory code) private pure returns (uint256[] memory chunks) {
        chunks = new uint256[]((code.length + 30) / 31);
        bytes memory padded = abi.encodePacked(code, new bytes(31 * chunks.length - code.length));
        bool[] memory begins = new bool[](padded.length);
        for (uint256 pc = 0; pc < padded.length;) {
            begins[pc] = true;
            uint256 op = uint8(padded[pc]);
            pc += op >= 0x60 && op <= 0x7f ? op - 0x5e : 1;
        }
        for (uint256 i = 0; i < chunks.length; i++) {
            uint256 first = 31;
            for (uint256 j = 31; j > 0; j--) {
                uint256 pc = 31 * i + j - 1;
                chunks[i] |= uint256(uint8(padded[pc])) << (248 - 8 * (j - 1));
                if (begins[pc]) first = j - 1;
            }
            chunks[i] |= first;
        }
    }

    function _words(bytes memory code) private pure returns (uint256[] memory words) {
        words = new uint256[]((code.length + 31) / 32);
        for (uint256 i = 0; i < code.length; i++) {
            words[i / 32] |= uint256(uint8(code[i])) << (248 - 8 * (i % 32));
        }
    }

    function _check(bytes memory code) private {
        bytes32 codeHash = registry.register(code);
        assertEq(codeHash, keccak256(code), "hash");
        ICodeRegistry.Code memory known = registry.codeOf(codeHash);
        assertTrue(known.known, "known");
        assertEq(known.length, code.length, "length");
        assertEq(known.bytesRoot, WordTree.build(_words(code), WordTree.DEPTH), "bytes");
        assertEq(known.chunks, WordTree.build(_chunks(code), 11), "chunks");
    }

    function testFuzz_bytes(bytes memory code) public {
        _check(code);
    }

    /// Operands that go over one and two ends of chunks.
    function testFuzz_pushes(uint256 salt, uint256 count) public {
        bytes memory code;
        count = bound(count, 1, 30);
        for (uint256 i = 0; i < count; i++) {
            uint256 word = uint256(keccak256(abi.encode(salt, i)));
            uint256 size = word % 33;
            bytes memory operand = abi.encodePacked(word);
            assembly ("memory-safe") {
                mstore(operand, size)
            }
            code = abi.encodePacked(code, uint8(0x5f + size), operand, word % 7 == 0 ? bytes(hex"5b") : bytes(""));
        }
        _check(code);
    }

    function test_operandsThatTheCodeEndsIn() public {
        for (uint256 length = 1; length < 96; length++) {
            bytes memory code = new bytes(length);
            for (uint256 i = 0; i < length; i++) {
                code[i] = i % 34 == 0 ? bytes1(0x7f) : bytes1(0x5b);
            }
            _check(code);
        }
    }

    function test_nothingIsCodeToo() public {
        _check("");
    }

    function testFuzz_delegations(address delegate, uint256 cut) public {
        bytes memory code = abi.encodePacked(bytes3(0xef0100), delegate);
        assertEq(registry.codeOf(registry.register(code)).delegate, delegate, "delegate");
        // One byte more or less, and code that begins otherwise, delegates to nobody.
        bytes memory longer = abi.encodePacked(code, uint8(cut));
        assertEq(registry.codeOf(registry.register(longer)).delegate, address(0), "longer");
        code[bound(cut, 0, 2)] ^= 0x04;
        assertEq(registry.codeOf(registry.register(code)).delegate, address(0), "another beginning");
    }

    function test_longestCode() public {
        bytes memory code = new bytes(49_152);
        code[49_151] = 0x5b;
        uint256 before = gasleft();
        registry.register(code);
        uint256 used = before - gasleft();
        vm.snapshotValue("disputeCode", "longest init code", used);
        assertAtMost(used, 12_000_000, "gas");
        vm.expectRevert(abi.encodeWithSelector(ICodeRegistry.CodeTooLong.selector, 49_153));
        registry.register(new bytes(49_153));
    }

    function test_againIsHarmless() public {
        vm.expectEmit();
        emit CodeRegistered(keccak256(hex"6001"), 2);
        registry.register(hex"6001");
        vm.recordLogs();
        registry.register(hex"6001");
        assertEq(vm.getRecordedLogs().length, 0, "events");
    }

    function testFuzz_whatNobodyShowedIsUnknown(bytes32 codeHash) public view {
        assertTrue(!registry.codeOf(codeHash).known, "unknown");
    }
}
