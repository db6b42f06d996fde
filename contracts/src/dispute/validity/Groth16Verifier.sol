// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BN254} from "../../avs/lib/BN254.sol";
import {IValidityVerifier} from "./IValidityVerifier.sol";

/// What a circuit's proofs are checked with. Points of G2 as the pairing precompile reads them, imaginary parts first.
struct Groth16Key {
    BN254.G1Point alpha;
    BN254.G2Point beta;
    BN254.G2Point gamma;
    BN254.G2Point delta;
    /// Point of the constant, then of each of the two public inputs.
    BN254.G1Point[3] inputs;
}

struct Groth16Proof {
    BN254.G1Point a;
    BN254.G2Point b;
    BN254.G1Point c;
}

/// Groth16 over BN254 (eprint 2016/260), the form in which proofs of virtual machines reach Ethereum. Public inputs are the upper
/// and the lower 16 bytes of the statement, so each is a scalar and no other number stands for it.
contract Groth16Verifier is IValidityVerifier {
    uint256 private constant PROOF_BYTES = 256;
    /// Four pairs (EIP-1108); a call with less could make a true proof look false.
    uint256 private constant PAIRING_GAS = 181_000;

    error NotEnoughGas();

    /// abi.encode of the key.
    bytes private _key;

    constructor(Groth16Key memory key) {
        _key = abi.encode(key);
    }

    /// @inheritdoc IValidityVerifier
    function verify(bytes32 statement, bytes calldata data) external view returns (bool) {
        if (data.length != PROOF_BYTES) return false;
        Groth16Proof memory proof = abi.decode(data, (Groth16Proof));
        // The precompile takes no coordinate beyond the field; its negative must not become one by being reduced.
        if (proof.a.Y >= BN254.FP_MODULUS) return false;
        Groth16Key memory key = abi.decode(_key, (Groth16Key));
        BN254.G1Point memory inputs = BN254.plus(
            key.inputs[0],
            BN254.plus(
                BN254.scalar_mul(key.inputs[1], uint256(statement) >> 128),
                BN254.scalar_mul(key.inputs[2], uint256(statement) & type(uint128).max)
            )
        );
        uint256[24] memory pairs;
        _pair(pairs, 0, BN254.negate(proof.a), proof.b);
        _pair(pairs, 6, key.alpha, key.beta);
        _pair(pairs, 12, inputs, key.gamma);
        _pair(pairs, 18, proof.c, key.delta);
        return _areOne(pairs);
    }

    function _pair(uint256[24] memory pairs, uint256 place, BN254.G1Point memory g1, BN254.G2Point memory g2)
        private
        pure
    {
        (pairs[place], pairs[place + 1]) = (g1.X, g1.Y);
        (pairs[place + 2], pairs[place + 3]) = (g2.X[0], g2.X[1]);
        (pairs[place + 4], pairs[place + 5]) = (g2.Y[0], g2.Y[1]);
    }

    /// Whether the product of the pairings is 1; false too where a point is none.
    function _areOne(uint256[24] memory pairs) private view returns (bool areOne) {
        // What the precompile gets is at most 63/64 of what there is.
        if (gasleft() < PAIRING_GAS + PAIRING_GAS / 32) revert NotEnoughGas();
        uint256 gasLimit = PAIRING_GAS;
        uint256[1] memory output;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gasLimit, 8, pairs, 0x300, output, 0x20)
        }
        areOne = success && output[0] == 1;
    }
}
