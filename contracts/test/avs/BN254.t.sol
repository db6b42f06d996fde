// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BN254} from "../../src/avs/lib/BN254.sol";
import {Test} from "../support/Test.sol";
import {G2} from "./support/G2.sol";

contract BN254Test is Test {
    using BN254 for BN254.G1Point;

    function testFuzz_HashToG1_IsTheFirstPointAtOrAfterTheHash(bytes32 hash) public view {
        BN254.G1Point memory point = BN254.hashToG1(hash);
        assertTrue(_isOnCurve(point), "on the curve");
        uint256 start = uint256(hash) % BN254.FP_MODULUS;
        uint256 distance = addmod(point.X, BN254.FP_MODULUS - start, BN254.FP_MODULUS);
        assertAtMost(distance, 255, "near");
        for (uint256 i = 0; i < distance; i++) {
            assertTrue(!_hasPoint(addmod(start, i, BN254.FP_MODULUS)), "none before it");
        }
    }

    /// An exact hit, a hash above the modulus, and one whose search may wrap around it.
    function test_HashToG1_Vectors() public view {
        BN254.G1Point memory one = BN254.hashToG1(bytes32(uint256(1)));
        assertTrue(one.X == 1 && mulmod(one.Y, one.Y, BN254.FP_MODULUS) == 4, "x = 1");
        BN254.G1Point memory above = BN254.hashToG1(bytes32(BN254.FP_MODULUS + 1));
        assertTrue(above.X == one.X && above.Y == one.Y, "modulo p");
        BN254.G1Point memory last = BN254.hashToG1(bytes32(BN254.FP_MODULUS - 1));
        assertTrue(_isOnCurve(last), "may wrap around");
    }

    function testFuzz_MulTiny_EqualsMul(uint256 scalar, uint8 tiny) public view {
        BN254.G1Point memory point = BN254.generatorG1().scalar_mul(bound(scalar, 1, type(uint128).max));
        _same(point.scalar_mul_tiny(tiny), point.scalar_mul(tiny), "products");
    }

    function test_MulTiny_CoversAllQuorums() public view {
        BN254.G1Point memory point = BN254.generatorG1();
        _same(point.scalar_mul_tiny(0), BN254.G1Point(0, 0), "none");
        _same(point.scalar_mul_tiny(192), point.scalar_mul(192), "192");
        _same(BN254.G1Point(0, 0).scalar_mul_tiny(5), BN254.G1Point(0, 0), "of infinity");
    }

    function testFuzz_Negate_IsTheInverse(uint256 scalar) public view {
        BN254.G1Point memory point = BN254.generatorG1().scalar_mul(scalar);
        _same(point.plus(point.negate()), BN254.G1Point(0, 0), "sum");
    }

    function testFuzz_Pairing_IsBilinear(uint64 a, uint64 b) public view {
        uint256 left = bound(a, 1, type(uint64).max);
        uint256 right = bound(b, 1, type(uint16).max);
        // e(ab G1, -G2) e(a G1, b G2) = 1
        BN254.G1Point memory product = BN254.generatorG1().scalar_mul(left * right);
        BN254.G1Point memory factor = BN254.generatorG1().scalar_mul(left);
        assertTrue(BN254.pairing(product, BN254.negGeneratorG2(), factor, G2.mul(right)), "equal");
        assertTrue(!BN254.pairing(product, BN254.negGeneratorG2(), factor, G2.mul(right + 1)), "different");
    }

    function test_InvalidPoints_AreRefused() public {
        BN254.G1Point memory off = BN254.G1Point(1, 3);
        BN254.G1Point memory unreduced = BN254.G1Point(1 + BN254.FP_MODULUS, 2);
        vm.expectRevert(BN254.InvalidPoint.selector);
        this.plus(off, BN254.generatorG1());
        vm.expectRevert(BN254.InvalidPoint.selector);
        this.mul(unreduced, 2);
        (bool success,) = BN254.safePairing(
            BN254.generatorG1(),
            BN254.generatorG2(),
            BN254.generatorG1(),
            BN254.G2Point([uint256(1), 2], [uint256(3), 4]),
            226_000
        );
        assertTrue(!success, "told apart from a false pairing");
    }

    function plus(BN254.G1Point memory a, BN254.G1Point memory b) external view returns (BN254.G1Point memory) {
        return a.plus(b);
    }

    function mul(BN254.G1Point memory a, uint256 scalar) external view returns (BN254.G1Point memory) {
        return a.scalar_mul(scalar);
    }

    function _same(BN254.G1Point memory a, BN254.G1Point memory b, string memory what) private pure {
        assertTrue(a.X == b.X && a.Y == b.Y, what);
    }

    function _isOnCurve(BN254.G1Point memory point) private pure returns (bool) {
        return mulmod(point.Y, point.Y, BN254.FP_MODULUS) == _rightSide(point.X);
    }

    function _rightSide(uint256 x) private pure returns (uint256) {
        return addmod(mulmod(mulmod(x, x, BN254.FP_MODULUS), x, BN254.FP_MODULUS), 3, BN254.FP_MODULUS);
    }

    /// Euler's criterion, another way than taking the root.
    function _hasPoint(uint256 x) private view returns (bool) {
        (, bytes memory output) = address(5).staticcall(
            abi.encode(0x20, 0x20, 0x20, _rightSide(x), (BN254.FP_MODULUS - 1) / 2, BN254.FP_MODULUS)
        );
        return abi.decode(output, (uint256)) <= 1;
    }
}
