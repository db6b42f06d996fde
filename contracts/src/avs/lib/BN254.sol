// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Points and pairings of the curve BN254 (alt_bn128) through the precompiles of EIP-196 and EIP-197.
///
/// A point of G2 has coordinates in Fp2, a + b*i, kept as the pairing precompile reads them: `[0]` is b, the imaginary part.
/// The point at infinity is all zeros. Functions that call a precompile revert when a coordinate is no field element or the
/// point is not on the curve.
library BN254 {
    struct G1Point {
        uint256 X;
        uint256 Y;
    }

    struct G2Point {
        uint256[2] X;
        uint256[2] Y;
    }

    /// A precompile refused its input: not on the curve, or not in the right subgroup.
    error InvalidPoint();

    /// Order of the field of coordinates.
    uint256 internal constant FP_MODULUS = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// Order of the groups, modulus of scalars.
    uint256 internal constant FR_MODULUS = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    // A precompile that refuses its input takes all gas it was given; these bounds are ten times what it costs otherwise.
    uint256 private constant ADD_GAS = 1_500;
    uint256 private constant MUL_GAS = 60_000;
    /// (p + 1) / 4: raising a square to it gives its root, because p = 3 mod 4.
    uint256 private constant ROOT_EXPONENT = 0x0c19139cb84c680a6e14116da060561765e05aa45a1c72a34f082305b61f3f52;

    function generatorG1() internal pure returns (G1Point memory) {
        return G1Point(1, 2);
    }

    function generatorG2() internal pure returns (G2Point memory) {
        return G2Point(
            [
                0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2,
                0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed
            ],
            [
                0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b,
                0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa
            ]
        );
    }

    function negGeneratorG2() internal pure returns (G2Point memory g2) {
        g2 = generatorG2();
        g2.Y[0] = FP_MODULUS - g2.Y[0];
        g2.Y[1] = FP_MODULUS - g2.Y[1];
    }

    function isInfinity(G1Point memory point) internal pure returns (bool) {
        return point.X == 0 && point.Y == 0;
    }

    function negate(G1Point memory point) internal pure returns (G1Point memory) {
        if (isInfinity(point)) return point;
        return G1Point(point.X, FP_MODULUS - (point.Y % FP_MODULUS));
    }

    function plus(G1Point memory a, G1Point memory b) internal view returns (G1Point memory sum) {
        uint256[4] memory input = [a.X, a.Y, b.X, b.Y];
        uint256 gasLimit = ADD_GAS;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gasLimit, 6, input, 0x80, sum, 0x40)
        }
        if (!success) revert InvalidPoint();
    }

    /// @param scalar any number; it counts modulo the order of the group
    function scalar_mul(G1Point memory point, uint256 scalar) internal view returns (G1Point memory product) {
        uint256[3] memory input = [point.X, point.Y, scalar];
        uint256 gasLimit = MUL_GAS;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gasLimit, 7, input, 0x60, product, 0x40)
        }
        if (!success) revert InvalidPoint();
    }

    /// Multiplies by a small number with additions, which cost 150 gas where the precompile for products costs 6,000.
    function scalar_mul_tiny(G1Point memory point, uint256 scalar) internal view returns (G1Point memory product) {
        for (uint256 bit = 1 << 8; bit != 0; bit >>= 1) {
            if (!isInfinity(product)) product = plus(product, product);
            if (scalar & bit != 0) product = isInfinity(product) ? point : plus(product, point);
        }
    }

    /// Whether e(a1, a2) * e(b1, b2) = 1.
    function pairing(G1Point memory a1, G2Point memory a2, G1Point memory b1, G2Point memory b2)
        internal
        view
        returns (bool)
    {
        (bool success, bool isOne) = safePairing(a1, a2, b1, b2, gasleft());
        if (!success) revert InvalidPoint();
        return isOne;
    }

    /// As `pairing`, but says so when a point is invalid instead of reverting, and spends at most `gasLimit` on it: a
    /// precompile that refuses its input takes all gas that it was given.
    function safePairing(G1Point memory a1, G2Point memory a2, G1Point memory b1, G2Point memory b2, uint256 gasLimit)
        internal
        view
        returns (bool success, bool isOne)
    {
        uint256[12] memory input = [
            a1.X, a1.Y, a2.X[0], a2.X[1], a2.Y[0], a2.Y[1], b1.X, b1.Y, b2.X[0], b2.X[1], b2.Y[0], b2.Y[1]
        ];
        uint256[1] memory output;
        assembly ("memory-safe") {
            success := staticcall(gasLimit, 8, input, 0x180, output, 0x20)
        }
        isOne = success && output[0] == 1;
    }

    /// keccak256 of the coordinates. Of an operator's key this is the operator's id.
    function hashG1Point(G1Point memory point) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(point, 0x40)
        }
    }

    /// A point whose logarithm nobody knows: the first x, counted up from the hash modulo p, for which x^3 + 3 is a square.
    function hashToG1(bytes32 hash) internal view returns (G1Point memory) {
        uint256 x = uint256(hash) % FP_MODULUS;
        while (true) {
            uint256 square = addmod(mulmod(mulmod(x, x, FP_MODULUS), x, FP_MODULUS), 3, FP_MODULUS);
            uint256 y = _power(square, ROOT_EXPONENT);
            if (mulmod(y, y, FP_MODULUS) == square) return G1Point(x, y);
            x = addmod(x, 1, FP_MODULUS);
        }
        revert InvalidPoint();
    }

    /// base^exponent modulo p, by the precompile of EIP-198.
    function _power(uint256 base, uint256 exponent) private view returns (uint256) {
        uint256[6] memory input = [0x20, 0x20, 0x20, base, exponent, FP_MODULUS];
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gas(), 5, input, 0xc0, input, 0x20)
        }
        if (!success) revert InvalidPoint();
        return input[0];
    }
}
