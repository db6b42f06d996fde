// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOneStepVerifier} from "../../src/dispute/IOneStepVerifier.sol";
import {IStep} from "../../src/dispute/IStep.sol";
import {Env} from "../../src/dispute/MachineState.sol";
import {OneStepVerifier} from "../../src/dispute/OneStepVerifier.sol";
import {Test} from "../support/Test.sol";
import {ToyStep} from "./support/ToyStep.sol";

contract OneStepVerifierTest is Test {
    uint8 private constant STUTTER = 255;
    uint8 private constant FAMILY = 2;

    ToyStep private toy;
    OneStepVerifier private verifier;

    function setUp() public {
        toy = new ToyStep();
        IStep[] memory families = new IStep[](4);
        families[FAMILY] = toy;
        verifier = new OneStepVerifier(families);
    }

    function test_Families_KeepTheirPlaces() public view {
        assertEq(verifier.familyCount(), 4, "with the missing ones");
        assertEq(address(verifier.familyAt(FAMILY)), address(toy), "in its place");
        assertEq(address(verifier.familyAt(9)), address(0), "beyond the end");
    }

    function test_MissingFamily_IsNamed() public {
        bytes memory words = abi.encode(3, 1);
        Env memory env;
        vm.expectRevert(abi.encodeWithSelector(IOneStepVerifier.NoSuchFamily.selector, 1));
        verifier.step(env, keccak256(words), false, 1, words);
        vm.expectRevert(abi.encodeWithSelector(IOneStepVerifier.NoSuchFamily.selector, 200));
        verifier.step(env, keccak256(words), false, 200, words);
    }

    /// For every kind of state exactly one of moving and standing still is right, by where in its segment it stands.
    function testFuzz_Segments_EndAtBoundariesOnly(uint256 kind, bool isFirst, uint256 other) public {
        if (kind > 32) kind = kind % 20;
        bytes memory words = abi.encode(kind, other);
        bytes32 pre = keccak256(words);
        toy.lay(pre, bytes32("post"));
        bool isEnd = kind == 8 || kind == 9 || kind == 11;
        bool isBoundary = isEnd || kind == 1 || kind == 10;
        Env memory env;
        if (isFirst ? isEnd : isBoundary) {
            assertEq(verifier.step(env, pre, isFirst, STUTTER, words), pre, "stands still");
            if (!isFirst) {
                vm.expectRevert(abi.encodeWithSelector(IOneStepVerifier.SegmentEnded.selector, kind));
                verifier.step(env, pre, isFirst, FAMILY, words);
            }
        } else {
            assertEq(verifier.step(env, pre, isFirst, FAMILY, words), bytes32("post"), "moves");
            vm.expectRevert(abi.encodeWithSelector(IOneStepVerifier.MustMove.selector, kind));
            verifier.step(env, pre, isFirst, STUTTER, words);
        }
    }

    function test_Stutter_NeedsTheWordsOfTheState() public {
        Env memory env;
        bytes memory words = abi.encode(8, 1);
        vm.expectRevert(IOneStepVerifier.WrongPreimage.selector);
        verifier.step(env, keccak256("another"), false, STUTTER, words);
        vm.expectRevert(IOneStepVerifier.WrongPreimage.selector);
        verifier.step(env, keccak256(words), false, STUTTER, "");
        // A kind from elsewhere does not help: the family compares the digest.
        toy.lay(keccak256(words), bytes32("post"));
        vm.expectRevert(IStep.WrongState.selector);
        verifier.step(env, keccak256(words), false, FAMILY, abi.encode(3, 1));
    }
}
