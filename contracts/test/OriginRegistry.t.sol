// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOriginRegistry} from "../src/rollup/IOriginRegistry.sol";
import {OriginRegistry} from "../src/rollup/OriginRegistry.sol";
import {Test} from "./support/Test.sol";

contract OriginRegistryTest is Test {
    OriginRegistry private registry;

    function setUp() public {
        registry = new OriginRegistry();
        vm.roll(1_000_000);
    }

    function test_Record_KeepsWhatTheL1WillForget() public {
        vm.setBlockhash(999_990, keccak256("block"));
        assertEq(registry.record(999_990), keccak256("block"), "hash");
        vm.roll(3_000_000);
        assertEq(registry.record(999_990), keccak256("block"), "still known");
        assertEq(registry.hashOf(999_990), keccak256("block"), "kept");
        assertEq(registry.hashOf(999_991), bytes32(0), "nothing else");
    }

    function test_Record_RefusesWhatTheL1DoesNotKnow() public {
        vm.expectRevert(abi.encodeWithSelector(IOriginRegistry.UnknownBlock.selector, 5));
        registry.record(5);
        vm.expectRevert(abi.encodeWithSelector(IOriginRegistry.UnknownBlock.selector, uint64(block.number)));
        registry.record(uint64(block.number));
        vm.expectRevert(abi.encodeWithSelector(IOriginRegistry.UnknownBlock.selector, uint64(block.number + 1)));
        registry.record(uint64(block.number + 1));
    }

    /// Back from a block that is recorded, header by header.
    function testFuzz_RecordParent_GoesBackByHeaders(uint64 newest, uint8 length, bytes32 salt) public {
        uint64 number = uint64(bound(newest, 300, type(uint64).max - 1_000));
        uint256 count = bound(length, 1, 12);
        bytes[] memory headers = new bytes[](count);
        bytes32 hash = salt;
        for (uint256 i = 0; i < count; i++) {
            headers[i] = _header(hash, number - uint64(count - 1 - i), uint64(uint256(salt)));
            hash = keccak256(headers[i]);
        }
        vm.roll(uint256(number) + 1);
        vm.setBlockhash(number, hash);
        registry.record(number);
        for (uint256 i = count; i > 0; i--) {
            registry.recordParent(headers[i - 1]);
        }
        for (uint256 i = 1; i < count; i++) {
            assertEq(registry.hashOf(number - uint64(count - i)), keccak256(headers[i - 1]), "hash");
        }
        assertEq(registry.hashOf(number - uint64(count)), salt, "last");
        // All at once it comes to the same, and keeps nothing between.
        OriginRegistry other = new OriginRegistry();
        other.record(number);
        bytes[] memory newestFirst = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            newestFirst[i] = headers[count - 1 - i];
        }
        other.recordAncestor(newestFirst);
        assertEq(other.hashOf(number - uint64(count)), salt, "ancestor");
        if (count > 1) assertEq(other.hashOf(number - 1), bytes32(0), "nothing between");
        // Once more changes nothing.
        registry.recordParent(headers[0]);
        assertEq(registry.hashOf(number - uint64(count)), salt, "last again");
    }

    function testFuzz_RecordParent_RefusesEveryOtherHeader(uint16 place, uint8 flip) public {
        uint64 number = 999_990;
        bytes memory header = _header(keccak256("parent"), number, 7);
        vm.setBlockhash(number, keccak256(header));
        vm.expectRevert(IOriginRegistry.NotParent.selector);
        registry.recordParent(header);
        registry.record(number);
        header[place % header.length] ^= bytes1(uint8(bound(flip, 1, 255)));
        vm.expectRevert(IOriginRegistry.NotParent.selector);
        registry.recordParent(header);
    }

    function testFuzz_RecordAncestor_RefusesRowsWithAGap(uint8 missing, bool isLastBroken) public {
        bytes[] memory headers = new bytes[](4);
        bytes32 hash = keccak256("oldest");
        for (uint256 i = 4; i > 0; i--) {
            headers[i - 1] = _header(hash, 999_990 - uint64(i), 7);
            hash = keccak256(headers[i - 1]);
        }
        vm.setBlockhash(999_989, hash);
        registry.record(999_989);
        uint256 gap = bound(missing, 0, 2);
        bytes[] memory shown = new bytes[](3);
        for (uint256 i = 0; i < 3; i++) {
            shown[i] = headers[i < gap ? i : i + 1];
        }
        if (isLastBroken) (shown[0], shown[1], shown[2]) = (headers[0], headers[1], bytes.concat(headers[2], hex"00"));
        vm.expectRevert(IOriginRegistry.NotParent.selector);
        registry.recordAncestor(shown);
        vm.expectRevert(IOriginRegistry.NotParent.selector);
        registry.recordAncestor(new bytes[](0));
        registry.recordAncestor(headers);
        assertEq(registry.hashOf(999_985), keccak256("oldest"), "the whole row");
    }

    /// Of the first block there is nothing before: a registry that knew it would not take its parent.
    function test_RecordParent_EndsAtTheFirstBlock() public {
        bytes memory first = _header(keccak256("nothing"), 0, 1);
        bytes memory second = _header(keccak256(first), 1, 1);
        vm.roll(2);
        vm.setBlockhash(1, keccak256(second));
        registry.record(1);
        registry.recordParent(second);
        assertEq(registry.hashOf(0), keccak256(first), "first");
        vm.expectRevert(IOriginRegistry.NotParent.selector);
        registry.recordParent(first);
    }

    function testFuzz_RecordParent_RefusesAnyBytes(bytes calldata data) public {
        vm.expectRevert(IOriginRegistry.NotParent.selector);
        registry.recordParent(data);
    }

    /// The fields of a Cancun header with lengths as they are on the L1.
    function _header(bytes32 parent, uint64 number, uint64 salt) private pure returns (bytes memory) {
        bytes32 word = keccak256(abi.encode(salt));
        bytes memory fixedFields = bytes.concat(
            hex"a0", parent, hex"a0", word, hex"94", bytes20(word), hex"a0", word, hex"a0", word, hex"a0", word
        );
        bytes memory rest = bytes.concat(
            hex"b90100", new bytes(256), hex"80", _integer(number), _integer(salt >> 8), _integer(salt), hex"a0", word
        );
        bytes memory payload = bytes.concat(fixedFields, rest, hex"88", bytes8(0));
        return bytes.concat(hex"f9", bytes2(uint16(payload.length)), payload);
    }

    function _integer(uint64 value) private pure returns (bytes memory encoded) {
        if (value < 0x80) return value == 0 ? bytes(hex"80") : bytes.concat(bytes1(uint8(value)));
        uint256 length = 0;
        for (uint64 rest = value; rest != 0; rest >>= 8) length++;
        encoded = new bytes(length + 1);
        encoded[0] = bytes1(uint8(0x80 + length));
        for (uint256 i = length; i > 0; i--) {
            encoded[i] = bytes1(uint8(value));
            value >>= 8;
        }
    }
}
