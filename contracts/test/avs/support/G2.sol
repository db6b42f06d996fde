// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BN254} from "../../../src/avs/lib/BN254.sol";

/// Arithmetic of BN254's second group, for making keys in tests; no precompile has it. Elements of Fp2 are [imaginary, real].
library G2 {
    uint256 private constant P = BN254.FP_MODULUS;

    function mul(uint256 scalar) internal view returns (BN254.G2Point memory product) {
        BN254.G2Point memory base = BN254.generatorG2();
        for (uint256 rest = scalar; rest != 0; rest >>= 1) {
            if (rest & 1 == 1) product = add(product, base);
            base = add(base, base);
        }
    }

    function add(BN254.G2Point memory a, BN254.G2Point memory b) internal view returns (BN254.G2Point memory sum) {
        if (_isZero(a)) return b;
        if (_isZero(b)) return a;
        uint256[2] memory slope;
        if (_equal(a.X, b.X)) {
            if (!_equal(a.Y, b.Y)) return sum;
            uint256[2] memory square = _mul(a.X, a.X);
            slope = _mul(_add(square, _add(square, square)), _inverse(_add(a.Y, a.Y)));
        } else {
            slope = _mul(_sub(b.Y, a.Y), _inverse(_sub(b.X, a.X)));
        }
        sum.X = _sub(_sub(_mul(slope, slope), a.X), b.X);
        sum.Y = _sub(_mul(slope, _sub(a.X, sum.X)), a.Y);
    }

    function _isZero(BN254.G2Point memory a) private pure returns (bool) {
        return a.X[0] | a.X[1] | a.Y[0] | a.Y[1] == 0;
    }

    function _equal(uint256[2] memory a, uint256[2] memory b) private pure returns (bool) {
        return a[0] == b[0] && a[1] == b[1];
    }

    function _add(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [addmod(a[0], b[0], P), addmod(a[1], b[1], P)];
    }

    function _sub(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [addmod(a[0], P - b[0], P), addmod(a[1], P - b[1], P)];
    }

    /// (a1 + a0 i)(b1 + b0 i) with i^2 = -1.
    function _mul(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [
            addmod(mulmod(a[0], b[1], P), mulmod(a[1], b[0], P), P),
            addmod(mulmod(a[1], b[1], P), P - mulmod(a[0], b[0], P), P)
        ];
    }

    function _inverse(uint256[2] memory a) private view returns (uint256[2] memory) {
        uint256 norm = addmod(mulmod(a[0], a[0], P), mulmod(a[1], a[1], P), P);
        uint256 factor = _power(norm, P - 2);
        return [mulmod(P - a[0], factor, P), mulmod(a[1], factor, P)];
    }

    function _power(uint256 base, uint256 exponent) private view returns (uint256) {
        (, bytes memory output) = address(5).staticcall(abi.encode(0x20, 0x20, 0x20, base, exponent, P));
        return abi.decode(output, (uint256));
    }
}
